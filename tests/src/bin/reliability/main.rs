//! The programs of `cargo xtask interop reliability`: faults on real sockets, for any client.
//!
//! `reliability scenarios` lists the scenarios, one line of JSON each. `reliability warehouse NAME`
//! is a local warehouse with the faults of one. `reliability client DOES URL` runs this project's
//! client in it.

#![expect(clippy::print_stdout, reason = "standard output is how the processes talk")]

mod client;
mod scenario;
mod statements;
mod warehouse;

use crate::scenario::Scenario;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["scenarios"] => {
            Scenario::all().iter().for_each(|scenario| println!("{}", scenario.to_json()));
        }
        ["warehouse", name] => {
            let mut all = Scenario::all().into_iter();
            let scenario = all.find(|scenario| scenario.name == *name).ok_or("no such scenario")?;
            warehouse::serve(scenario).await?;
        }
        ["client", does, url] => println!("{}", client::run(does, url).await?),
        _ => return Err("scenarios, warehouse NAME or client DOES URL".into()),
    }
    Ok(())
}
