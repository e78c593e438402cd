//! Serialized handles.

use crate::Seed;

const ID: &str = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b";
const SECRET: &str = "c2ee5b97-3ea0-41fc-ac16-9bd708ed8f38";

pub(crate) fn texts() -> Vec<Seed> {
    vec![Seed::new("thrift", format!("{ID}:{SECRET}")), Seed::new("sea", format!("sea:{ID}"))]
}

pub(crate) fn documents() -> Vec<Seed> {
    use dbsql_protocol::handle::{ExecutionHandle, HandleEndpoint};
    let mut seeds = Vec::new();
    for seed in texts() {
        let text = String::from_utf8(seed.bytes).expect("a text");
        let handle: ExecutionHandle = text.parse().expect("a handle");
        let place = HandleEndpoint::new("warehouse.example", "/sql/1.0/warehouses/abc");
        let name = seed.name;
        let json = |handle: &ExecutionHandle| serde_json::to_vec(handle).expect("it is written");
        seeds.push(Seed::new(format!("{name}-text"), format!("\"{text}\"")));
        seeds.push(Seed::new(name.clone(), json(&handle)));
        seeds.push(Seed::new(format!("{name}-with-endpoint"), json(&handle.at(place))));
    }
    seeds
}
