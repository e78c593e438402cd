//! The clients of other projects, in the versions named in the tables.

use xshell::Shell;

use crate::bench::Protocol;
use crate::bench::clients::Client;
use crate::interop::{npm, venv};

const PYTHON: &str = "databricks-sql-connector[pyarrow]==4.8.0 databricks-sql-kernel==1.3.0 \
                      arrowbricks==6.2.0";
const PROBE: &str = "import databricks.sql, databricks_sql_kernel, pyarrow, arrowbricks";
const NODE: &str = "@databricks/sql@2.1.0";

/// The names in the script and in tables.
const OVER_THRIFT: [(&str, &str); 3] = [
    ("connector", "Python connector 4.8.0"),
    ("kernel", "the same, `use_kernel=True` 1.3.0"),
    ("arrowbricks", "arrowbricks 6.2.0"),
];
const OVER_SEA: [(&str, &str); 3] = [
    ("connector-sea", "Python connector 4.8.0, `use_sea=True`"),
    ("kernel", "the same, `use_kernel=True` 1.3.0"),
    ("arrowbricks-sea", "arrowbricks 6.2.0, `protocol=\"sea\"`"),
];
const NODE_CLIENT: &str = "Node.js @databricks/sql 2.1.0";

/// Installs the clients. Returns those that can run over the protocol, and the others with the
/// reason. The kernel supports only the Statement Execution API, and is compared with both
/// protocols.
pub(crate) fn ensure(sh: &Shell, protocol: Protocol) -> (Vec<Client>, Vec<(String, String)>) {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let python_clients = match protocol {
        Protocol::Thrift => OVER_THRIFT,
        Protocol::Sea => OVER_SEA,
    };
    match venv::ensure(sh, "bench", PYTHON, PROBE) {
        Ok(venv) => {
            let python = venv::python(&venv);
            found.extend(python_clients.map(|(name, title)| {
                let python = python.clone();
                Client::Python { name, title, python }
            }));
        }
        Err(error) => {
            let reason = format!("cannot be installed: {error:#}");
            missing.extend(python_clients.map(|(_, title)| (title.to_owned(), reason.clone())));
        }
    }
    if protocol == Protocol::Sea {
        return (found, missing);
    }
    match npm::ensure(sh, "bench", NODE) {
        Ok(modules) => found.push(Client::Node { title: NODE_CLIENT, modules }),
        Err(error) => {
            missing.push((NODE_CLIENT.to_owned(), format!("cannot be installed: {error:#}")));
        }
    }
    (found, missing)
}
