//! Rule: dependencies point one way inside a crate, too. The folders of the engine import each
//! other without a cycle, and the local warehouse names the types of each protocol in only one
//! folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::paths::{self, NamedPath};
use crate::tidy::{
    Finding,
    source::{Line, shipped_lines},
    tree::TextFile,
};

/// The source whose folders form no cycle.
const ENGINE: &str = "crates/dbsql-core/src/";

/// Modules of a crate that only one folder may name.
struct Fence {
    source: &'static str,
    inside: &'static str,
    root: &'static str,
    modules: &'static [&'static str],
    why: &'static str,
}

const THRIFT: Fence = Fence {
    source: "crates/dbsql-local/src/",
    inside: "thrift",
    root: "dbsql_protocol",
    modules: &["types", "rpc", "message"],
    why: "a second protocol stands beside Thrift and shares the rest",
};

const SEA: Fence = Fence {
    source: "crates/dbsql-local/src/",
    inside: "sea",
    root: "dbsql_protocol",
    modules: &["sea"],
    why: "Thrift stands beside it and shares the rest",
};

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = cycles(ENGINE, files);
    findings.extend(outside(&THRIFT, files));
    findings.extend(outside(&SEA, files));
    findings
}

/// A Rust file below a `src/`: its folder, how deep its module is, and its lines outside of tests.
struct Module<'a> {
    path: &'a str,
    folder: &'a str,
    depth: usize,
    lines: Vec<Line<'a>>,
}

fn modules<'a>(source: &str, files: &'a [TextFile]) -> Vec<Module<'a>> {
    let module = |file: &'a TextFile| {
        let inside = file.path.strip_prefix(source)?.strip_suffix(".rs")?;
        Some(Module {
            path: &file.path,
            folder: inside.split('/').next().unwrap_or(inside),
            depth: inside.split('/').count(),
            lines: shipped_lines(&file.path, &file.text),
        })
    };
    files.iter().filter_map(module).collect()
}

/// Returns findings about cyclic imports between folders.
fn cycles(source: &str, files: &[TextFile]) -> Vec<Finding> {
    let (roots, modules): (Vec<_>, Vec<_>) =
        modules(source, files).into_iter().partition(|module| module.folder == "lib");
    let folders: BTreeSet<&str> = modules.iter().map(|module| module.folder).collect();
    let exports: BTreeMap<String, String> =
        roots.iter().flat_map(|root| exports(&root.lines)).collect();

    let mut graph = Graph::default();
    for module in &modules {
        for target in root_names(module) {
            // A name re-exported by the root of the crate belongs to the folder that defines it.
            let name = exports.get(&target.name).unwrap_or(&target.name);
            if let Some(folder) = folders.get(name.as_str()) {
                graph.add(module.folder, folder, (module.path, target.line));
            }
        }
    }
    graph.cycles()
}

/// Returns the re-exports of a crate's root: each name, and the folder that defines it.
fn exports(root: &[Line<'_>]) -> Vec<(String, String)> {
    let export = |path: NamedPath| {
        let mut names = path.names.into_iter().skip_while(|name| name == "crate" || name == "self");
        Some((path.alias, names.next()?))
    };
    paths::imports(root).into_iter().filter_map(export).collect()
}

/// A name directly below the root of the crate, and its line.
struct RootName {
    name: String,
    line: usize,
}

/// Returns the names below the root that a module uses, by `crate` or by enough `super`s.
fn root_names(module: &Module<'_>) -> Vec<RootName> {
    let by_crate = paths::below("crate", &module.lines).into_iter().map(|path| (path, 0));
    let by_super = paths::below("super", &module.lines).into_iter().filter_map(|path| {
        let more = path.names.iter().take_while(|name| *name == "super").count();
        (more + 1 == module.depth).then_some((path, more))
    });
    let name = |(path, at): (NamedPath, usize)| {
        Some(RootName { name: path.names.get(at)?.clone(), line: path.line })
    };
    by_crate.chain(by_super).filter_map(name).collect()
}

/// A location in the tree: a path and a line.
type Location<'a> = (&'a str, usize);

/// The imports between folders, with their locations.
#[derive(Default)]
struct Graph<'a> {
    edges: BTreeMap<&'a str, BTreeMap<&'a str, Vec<Location<'a>>>>,
}

impl<'a> Graph<'a> {
    fn add(&mut self, from: &'a str, to: &'a str, location: Location<'a>) {
        if from != to {
            self.edges.entry(from).or_default().entry(to).or_default().push(location);
        }
    }

    /// Returns the shortest path from one folder to another, including both.
    fn way(&self, from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
        let mut came_from = BTreeMap::from([(from, from)]);
        let mut queue = VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if at == to {
                let mut way = vec![to];
                while way.last() != Some(&from) {
                    way.push(came_from[way[way.len() - 1]]);
                }
                way.reverse();
                return Some(way);
            }
            for &next in self.edges.get(at).into_iter().flat_map(BTreeMap::keys) {
                came_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    at
                });
            }
        }
        None
    }

    /// A finding for each edge that is part of a cycle.
    fn cycles(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (&from, targets) in &self.edges {
            for (&to, locations) in targets {
                let Some(back) = self.way(to, from) else { continue };
                let (path, line) = locations[0];
                let more = match locations.len() {
                    1 => String::new(),
                    count => format!(" ({count} places)"),
                };
                let message = format!(
                    "`{from}` imports `{to}`{more}, which closes a cycle of folders: {from} -> {}",
                    back.join(" -> ")
                );
                findings.push(Finding::failure(path, line, message));
            }
        }
        findings
    }
}

/// Returns findings about names outside of the fence that are allowed only inside.
fn outside(fence: &Fence, files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for module in modules(fence.source, files).iter().filter(|m| m.folder != fence.inside) {
        for path in paths::below(fence.root, &module.lines) {
            let Some(name) = path.names.first() else { continue };
            if name == "*" || fence.modules.contains(&name.as_str()) {
                let Fence { source, inside, root, why, .. } = fence;
                let message = format!("`{root}::{name}` belongs in `{source}{inside}/`: {why}");
                findings.push(Finding::failure(module.path, path.line, message));
            }
        }
    }
    // One import often names many types.
    findings.dedup();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(source: &str, files: &[(&str, &str)]) -> Vec<TextFile> {
        let file = |&(path, text): &(&str, &str)| TextFile {
            path: format!("{source}{path}"),
            text: text.to_owned(),
        };
        files.iter().map(file).collect()
    }

    /// Returns the locations of the findings, and the cycle that each one names.
    fn found(sources: &[(&str, &str)]) -> Vec<(String, usize, String)> {
        let found = check(&files(ENGINE, sources));
        let short = |finding: Finding| {
            let cycle = finding.message.rsplit(": ").next().unwrap().to_owned();
            (finding.path[ENGINE.len()..].to_owned(), finding.line, cycle)
        };
        found.into_iter().map(short).collect()
    }

    #[track_caller]
    fn cycle(sources: &[(&str, &str)]) {
        let found = found(sources);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|(_, _, cycle)| cycle == "a -> b -> a"), "{found:?}");
        assert!(found.iter().any(|(_, _, cycle)| cycle == "b -> a -> b"), "{found:?}");
    }

    #[track_caller]
    fn no_cycle(sources: &[(&str, &str)]) {
        assert_eq!(found(sources), []);
    }

    #[test]
    fn imports_in_one_direction_pass() {
        no_cycle(&[
            ("a.rs", "use crate::{b::B, c::C};"),
            ("b.rs", "use crate::c::C;\n"),
            ("c/d.rs", "use std::fmt;\nuse other::a::A;\n"),
        ]);
    }

    #[test]
    fn each_edge_of_a_cycle_is_named_at_its_first_place() {
        let found = found(&[
            ("a.rs", "\nuse crate::b::B;\nuse crate::b::C;"),
            ("b/x.rs", "use crate::c::C;"),
            ("c.rs", "use crate::a::A;"),
            ("d.rs", "use crate::a::A;"),
        ]);
        assert_eq!(
            found,
            [
                ("a.rs".to_owned(), 2, "a -> b -> c -> a".to_owned()),
                ("b/x.rs".to_owned(), 1, "b -> c -> a -> b".to_owned()),
                ("c.rs".to_owned(), 1, "c -> a -> b -> c".to_owned()),
            ]
        );
    }

    #[test]
    fn every_way_to_name_a_folder_counts() {
        let b = ("b/x.rs", "use crate::a::A;");
        cycle(&[("a.rs", "use crate::{\n    b::x,\n};"), b]);
        cycle(&[("a.rs", "fn a() {\n    crate::b::x::go();\n}"), b]);
        cycle(&[("a.rs", "use super::b::X;"), b]);
        cycle(&[("a/c/d.rs", "use super::super::super::b::X;"), b]);
        cycle(&[("a/c/d.rs", "use super::{super::super::b::X, e};"), b]);
    }

    #[test]
    fn file_and_folder_of_one_name_are_one() {
        no_cycle(&[("a.rs", "use crate::a::x::X;"), ("a/x.rs", "use crate::a::A;\nuse super::b;")]);
        cycle(&[("a.rs", ""), ("a/x.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;")]);
    }

    #[test]
    fn names_that_the_root_passes_on_belong_to_their_folder() {
        for root in [
            "mod a;\nmod b;\npub use b::{B as C, D};\npub use a::A;",
            "pub use crate::a::A;\npub use crate::b::x::C;",
        ] {
            let a = ("a.rs", "use crate::C;");
            cycle(&[("lib.rs", root), a, ("b.rs", "use crate::A;")]);
        }
    }

    #[test]
    fn root_comments_and_tests_have_no_direction() {
        no_cycle(&[
            ("lib.rs", "use crate::a::A;\nuse crate::b::B;"),
            (
                "a.rs",
                "//! See [`crate::b::B`].\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}",
            ),
            ("b.rs", "use crate::a::A;"),
            ("a/tests.rs", "use crate::b::B;"),
        ]);
    }

    #[test]
    fn types_of_a_protocol_stay_in_its_folder() {
        let check = |path: &str, text: &str| {
            let found = check(&files(THRIFT.source, &[(path, text)]));
            found.into_iter().map(|finding| finding.line).collect::<Vec<_>>()
        };
        for text in [
            "use dbsql_protocol::types::{TStatus, TStatusCode};",
            "use dbsql_protocol::{handle::QueryId, rpc};",
            "fn a(call: dbsql_protocol::message::Call) {}",
        ] {
            assert_eq!(check("session.rs", &format!("\n{text}\n")), [2], "{text}");
            assert_eq!(check("thrift/session.rs", text), [] as [usize; 0], "{text}");
            assert_eq!(check("thrift.rs", text), [] as [usize; 0], "{text}");
        }
        let text = "use dbsql_protocol::sea::json::{self, Limits};";
        assert_eq!(check("session.rs", text), [1]);
        assert_eq!(check("thrift/session.rs", text), [1]);
        assert_eq!(check("sea/session.rs", text), [] as [usize; 0]);
        // Everything is of both.
        for path in ["session.rs", "thrift/session.rs", "sea/session.rs"] {
            assert!(!check(path, "use dbsql_protocol::*;").is_empty(), "{path}");
        }
        assert_eq!(check("session.rs", "use dbsql_protocol::handle::QueryId;"), [] as [usize; 0]);
        assert_eq!(check("lib.rs", "//! use dbsql_protocol::types;"), [] as [usize; 0]);
    }
}
