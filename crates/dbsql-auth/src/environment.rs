//! The environment variables of this process.

use std::fmt;

use zeroize::Zeroizing;

/// The source of environment variables. `Debug` prints none of them.
#[derive(Clone)]
pub(crate) enum Environment {
    /// This process.
    Process,
    #[cfg(test)]
    Fixed(Vec<(&'static str, String)>),
}

impl Environment {
    /// Returns the value of a variable; `None` also when it is not UTF-8.
    pub(crate) fn get(&self, name: &str) -> Option<Zeroizing<String>> {
        match self {
            // Reading a variable with such a name would panic.
            Self::Process if name.is_empty() || name.contains(['=', '\0']) => None,
            Self::Process => std::env::var(name).ok().map(Zeroizing::new),
            #[cfg(test)]
            Self::Fixed(variables) => variables
                .iter()
                .find_map(|(known, value)| (*known == name).then(|| Zeroizing::new(value.clone()))),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment(..)")
    }
}
