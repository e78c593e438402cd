//! Tags of statements, including their text form.

/// A tag in the query history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueryTag {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
}

impl QueryTag {
    /// Creates a tag; a blank value counts as none.
    pub(crate) fn new(key: String, value: Option<String>) -> Self {
        Self { key, value: value.filter(|value| !value.trim().is_empty()) }
    }

    /// Parses a text such as `k1:v1,k2`. A backslash escapes the character after it.
    pub(crate) fn list(text: &str) -> Vec<Self> {
        let mut tags = Vec::new();
        let (mut key, mut value) = (String::new(), None::<String>);
        let mut characters = text.chars();
        loop {
            let character = match characters.next() {
                Some('\\') => characters.next(),
                Some(':') if value.is_none() => {
                    value = Some(String::new());
                    continue;
                }
                Some(',') | None => {
                    let tag = Self::new(std::mem::take(&mut key), value.take());
                    tags.extend((!tag.key.is_empty()).then_some(tag));
                    if characters.as_str().is_empty() {
                        return tags;
                    }
                    continue;
                }
                other => other,
            };
            value.as_mut().unwrap_or(&mut key).extend(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parsed() {
        let tag = |key: &str, value: Option<&str>| QueryTag {
            key: key.to_owned(),
            value: value.map(str::to_owned),
        };
        assert_eq!(
            QueryTag::list(r"team:a\:b\,c,bare,back\\slash:x:y,empty:"),
            [
                tag("team", Some("a:b,c")),
                tag("bare", None),
                tag(r"back\slash", Some("x:y")),
                tag("empty", None),
            ]
        );
        assert_eq!(QueryTag::list(""), []);
        assert_eq!(QueryTag::list(r"k:v\"), [tag("k", Some("v"))]);
    }
}
