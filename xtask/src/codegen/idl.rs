//! Parses the subset of Thrift's interface language that our IDL uses: enums, structs, unions, one
//! service, `list` and `map`, doc comments, defaults and annotations.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};

/// A parsed file, in its order.
#[derive(Debug, Default)]
pub(crate) struct Idl {
    pub(crate) enums: Vec<Enum>,
    pub(crate) structs: Vec<Struct>,
    pub(crate) methods: Vec<Method>,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) doc: String,
    pub(crate) name: String,
    pub(crate) values: Vec<EnumValue>,
}

#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) doc: String,
    pub(crate) name: String,
    pub(crate) value: i32,
}

/// A struct or a union.
#[derive(Debug)]
pub(crate) struct Struct {
    pub(crate) doc: String,
    pub(crate) name: String,
    pub(crate) is_union: bool,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) doc: String,
    pub(crate) id: i16,
    pub(crate) required: bool,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) default: Option<String>,
    pub(crate) annotations: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    List(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Named(String),
}

#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) doc: String,
    pub(crate) name: String,
    pub(crate) request: String,
    pub(crate) response: String,
}

impl Idl {
    /// Parses a file and checks that its names and ids make sense.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut parser = Parser { tokens: tokens(text)?, next: 0 };
        let mut idl = Self::default();
        while !parser.at_end() {
            let doc = parser.doc();
            match parser.word()?.as_str() {
                "namespace" => {
                    parser.word()?;
                    parser.word()?;
                }
                "enum" => idl.enums.push(parser.enumeration(doc)?),
                "struct" => idl.structs.push(parser.structure(doc, false)?),
                "union" => idl.structs.push(parser.structure(doc, true)?),
                "service" => idl.methods.extend(parser.service()?),
                other => bail!("line {}: `{other}` is not part of the subset", parser.line()),
            }
        }
        idl.validate()?;
        Ok(idl)
    }

    pub(crate) fn is_enum(&self, name: &str) -> bool {
        self.enums.iter().any(|it| it.name == name)
    }

    pub(crate) fn structure(&self, name: &str) -> Option<&Struct> {
        self.structs.iter().find(|it| it.name == name)
    }

    fn validate(&self) -> anyhow::Result<()> {
        for item in &self.structs {
            for pair in item.fields.windows(2) {
                ensure!(pair[0].id < pair[1].id, "fields of {} are not in order", item.name);
            }
            for field in &item.fields {
                let mut names = Vec::new();
                field.ty.names(&mut names);
                for name in names {
                    let known = self.is_enum(&name) || self.structure(&name).is_some();
                    ensure!(known, "{}.{}: {name} is not defined", item.name, field.name);
                }
            }
        }
        for method in &self.methods {
            for name in [&method.request, &method.response] {
                ensure!(self.structure(name).is_some(), "{}: no struct {name}", method.name);
            }
        }
        Ok(())
    }
}

impl Type {
    /// Collects the names of the enums and structs in this type.
    pub(crate) fn names(&self, names: &mut Vec<String>) {
        match self {
            Self::List(element) => element.names(names),
            Self::Map(key, value) => {
                key.names(names);
                value.names(names);
            }
            Self::Named(name) => names.push(name.clone()),
            _ => {}
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Doc(String),
    Word(String),
    Text(String),
    Sign(char),
}

fn tokens(text: &str) -> anyhow::Result<Vec<(usize, Token)>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let line = text[..text.len() - rest.len()].lines().count().max(1);
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-';
        if rest.starts_with("/*") {
            let end = rest.find("*/").with_context(|| format!("line {line}: open comment"))?;
            if let Some(doc) = rest[..end].strip_prefix("/**") {
                tokens.push((line, Token::Doc(clean_doc(doc))));
            }
            rest = &rest[end + 2..];
        } else if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if first == '"' {
            let end = rest[1..].find('"').with_context(|| format!("line {line}: open string"))?;
            tokens.push((line, Token::Text(rest[1..=end].to_owned())));
            rest = &rest[end + 2..];
        } else if word(first) {
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push((line, Token::Word(rest[..end].to_owned())));
            rest = &rest[end..];
        } else {
            tokens.push((line, Token::Sign(first)));
            rest = &rest[first.len_utf8()..];
        }
    }
}

/// The text of a doc comment without the stars at the line starts, in one paragraph.
fn clean_doc(doc: &str) -> String {
    let lines = doc.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
}

impl Parser {
    fn at_end(&self) -> bool {
        self.next >= self.tokens.len()
    }

    fn line(&self) -> usize {
        self.tokens.get(self.next.saturating_sub(1)).map_or(0, |(line, _)| *line)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn doc(&mut self) -> String {
        let mut found = String::new();
        while let Some(Token::Doc(doc)) = self.peek() {
            found = doc.clone();
            self.next += 1;
        }
        found
    }

    fn word(&mut self) -> anyhow::Result<String> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.next += 1;
                Ok(word)
            }
            other => bail!("after line {}: a word expected, found {other:?}", self.line()),
        }
    }

    fn text(&mut self) -> anyhow::Result<String> {
        match self.peek() {
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            other => bail!("after line {}: a string expected, found {other:?}", self.line()),
        }
    }

    fn eat(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: char) -> anyhow::Result<()> {
        let line = self.line();
        ensure!(self.eat(sign), "after line {line}: `{sign}` expected, found {:?}", self.peek());
        Ok(())
    }

    fn separator(&mut self) {
        let _ = self.eat(',') || self.eat(';');
    }

    fn number(&mut self) -> anyhow::Result<i32> {
        let word = self.word()?;
        word.parse().with_context(|| format!("line {}: `{word}` is not a number", self.line()))
    }

    fn enumeration(&mut self, doc: String) -> anyhow::Result<Enum> {
        let name = self.word()?;
        let mut values = Vec::new();
        self.expect('{')?;
        loop {
            let value_doc = self.doc();
            if self.eat('}') {
                return Ok(Enum { doc, name, values });
            }
            let value_name = self.word()?;
            self.expect('=')?;
            let value = self.number()?;
            self.separator();
            values.push(EnumValue { doc: value_doc, name: value_name, value });
        }
    }

    fn structure(&mut self, doc: String, is_union: bool) -> anyhow::Result<Struct> {
        let name = self.word()?;
        let mut fields = Vec::new();
        self.expect('{')?;
        loop {
            let field_doc = self.doc();
            if self.eat('}') {
                return Ok(Struct { doc, name, is_union, fields });
            }
            fields.push(self.field(field_doc)?);
        }
    }

    fn field(&mut self, doc: String) -> anyhow::Result<Field> {
        let id = i16::try_from(self.number()?)?;
        self.expect(':')?;
        let mut required = false;
        if let Some(Token::Word(word)) = self.peek()
            && (word == "required" || word == "optional")
        {
            required = word == "required";
            self.next += 1;
        }
        let ty = self.ty()?;
        let name = self.word()?;
        let default = if self.eat('=') { Some(self.word()?) } else { None };
        let annotations = self.annotations()?;
        self.separator();
        Ok(Field { doc, id, required, ty, name, default, annotations })
    }

    fn ty(&mut self) -> anyhow::Result<Type> {
        Ok(match self.word()?.as_str() {
            "bool" => Type::Bool,
            "i8" => Type::I8,
            "i16" => Type::I16,
            "i32" => Type::I32,
            "i64" => Type::I64,
            "double" => Type::Double,
            "string" => Type::String,
            "binary" => Type::Binary,
            "list" => {
                self.expect('<')?;
                let element = self.ty()?;
                self.expect('>')?;
                Type::List(Box::new(element))
            }
            "map" => {
                self.expect('<')?;
                let key = self.ty()?;
                self.expect(',')?;
                let value = self.ty()?;
                self.expect('>')?;
                Type::Map(Box::new(key), Box::new(value))
            }
            name => Type::Named(name.to_owned()),
        })
    }

    fn annotations(&mut self) -> anyhow::Result<BTreeMap<String, String>> {
        let mut annotations = BTreeMap::new();
        if self.eat('(') {
            while !self.eat(')') {
                let name = self.word()?;
                self.expect('=')?;
                annotations.insert(name, self.text()?);
                self.separator();
            }
        }
        Ok(annotations)
    }

    fn service(&mut self) -> anyhow::Result<Vec<Method>> {
        self.word()?;
        self.expect('{')?;
        let mut methods = Vec::new();
        loop {
            let doc = self.doc();
            if self.eat('}') {
                return Ok(methods);
            }
            let response = self.word()?;
            let name = self.word()?;
            self.expect('(')?;
            let argument = self.field(String::new())?;
            self.expect(')')?;
            self.separator();
            ensure!(argument.id == 1, "{name}: the argument has id 1");
            let Type::Named(request) = argument.ty else { bail!("{name}: not a struct") };
            methods.push(Method { doc, name, request, response });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_subset_is_understood() {
        let idl = Idl::parse(
            r#"
            /* licence */
            namespace rs demo
            /** Colours. */
            enum Colour { /** r */ RED = -1, BLUE = 2; }
            // nothing
            /** A pair,
              * on two lines. */
            struct Pair {
              /** left */
              1: required list<map<string, Colour>> left (view = "true", secret = "query")
              7: optional i64 right = 5,
            }
            union Either { 1: Pair pair }
            service Demo { /** Asks. */ Pair Ask(1: Either req), }
            "#,
        )
        .expect("parses");
        assert_eq!((idl.enums[0].doc.as_str(), idl.enums[0].values[0].value), ("Colours.", -1));
        let pair = &idl.structs[0];
        assert_eq!(pair.doc, "A pair, on two lines.");
        assert!(pair.fields[0].required && !pair.fields[1].required && !pair.is_union);
        assert_eq!(pair.fields[0].annotations["secret"], "query");
        assert_eq!(pair.fields[1].default.as_deref(), Some("5"));
        let Type::List(element) = &pair.fields[0].ty else { panic!("{:?}", pair.fields[0].ty) };
        assert!(matches!(&**element, Type::Map(..)), "{element:?}");
        assert!(idl.structs[1].is_union);
        let ask = &idl.methods[0];
        assert_eq!((ask.request.as_str(), ask.response.as_str()), ("Either", "Pair"));
    }

    #[test]
    fn mistakes_are_refused() {
        for (text, complaint) in [
            ("struct A { 1: required B b }", "B is not defined"),
            ("struct A { 2: i32 a 1: i32 b }", "not in order"),
            ("typedef i32 A", "not part of the subset"),
            ("struct A { 1 i32 a }", "`:` expected"),
        ] {
            let error = Idl::parse(text).expect_err(text);
            assert!(format!("{error:#}").contains(complaint), "{error:#}");
        }
    }
}
