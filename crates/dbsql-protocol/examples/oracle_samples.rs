//! Prints our encoding of every sample value and message for the Python oracle; see `cargo xtask
//! interop thrift`.

#[path = "../tests/support/support.rs"]
#[allow(dead_code, reason = "shared with the tests, which use the rest")]
mod support;

use std::io::{self, Write as _};

use dbsql_protocol::{
    rpc::Rpc,
    wire::{ThriftStruct, Writer},
};

use crate::support::{
    fixtures::line,
    generated::visit_all,
    messages::{self, MethodVisitor, visit_methods},
    sample::{SampleStruct, Sampler, Visitor},
};

#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn push(&mut self, name: &str, case: &str, value: &impl ThriftStruct) {
        let mut writer = Writer::new();
        value.write(&mut writer);
        self.0.push(line(name, case, &writer.finish()));
    }
}

impl Visitor for Lines {
    fn visit<T: SampleStruct>(&mut self) {
        self.push(T::NAME, "full", &T::full());
        for (index, id) in T::MEMBERS.iter().enumerate() {
            let value = T::member(index, &mut Sampler::default(), 0);
            self.push(T::NAME, &format!("member{id}"), &value);
        }
    }
}

impl MethodVisitor for Lines {
    fn visit<R: Rpc>(&mut self)
    where
        R::Request: SampleStruct,
        R::Response: SampleStruct,
    {
        self.0.push(line(R::NAME, "call", &messages::call::<R>()));
        self.0.push(line(R::NAME, "reply", &messages::reply::<R>()));
        self.0.push(line(R::NAME, "exception", &messages::exception::<R>()));
    }
}

fn main() -> io::Result<()> {
    let mut lines = Lines::default();
    visit_all(&mut lines);
    visit_methods(&mut lines);
    let mut out = io::stdout().lock();
    lines.0.iter().try_for_each(|line| writeln!(out, "{line}"))
}
