//! Everywhere that settings of a `Config` come from, in the order in which they count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::layer::{Given, Layer};
use super::origin::ProfileName;
use super::setting::{Family, Key};

/// Where settings come from: code and URL first, then the environment, then the profile.
#[derive(Clone, Default)]
pub(crate) struct Sources {
    pub(super) explicit: Layer,
    pub(super) environment: Layer,
    pub(super) profile: Option<Profile>,
    /// `None` when neither environment nor file was looked at.
    pub(super) surroundings: Option<Arc<Surroundings>>,
    /// What the discovery has to say, such as that there is no file.
    pub(super) notes: Vec<String>,
}

/// The section of a profile file that was chosen.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(super) name: Arc<ProfileName>,
    /// For the Databricks CLI, which reads the file itself.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "for the feature `cli` alone"))]
    pub(super) path: PathBuf,
    pub(super) chosen: Chosen,
    pub(super) values: Layer,
    /// Keys that no tool is known to use.
    pub(super) unknown: Vec<String>,
}

/// Why this section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// It was named, in code or by `DATABRICKS_CONFIG_PROFILE`. It counts in any case.
    Named,
    /// By `default_profile` of `[__settings__]`.
    Default,
    /// As `[DEFAULT]`.
    Fallback,
}

/// What the environment says beside settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The names of all variables that are not empty.
    pub(super) variables: BTreeSet<String>,
    /// Whether these programs are on the `PATH`.
    pub(super) has_az: bool,
    pub(super) has_databricks: bool,
}

/// The settings that count.
pub(crate) struct Merged<'a> {
    values: BTreeMap<Key, &'a Given>,
    /// What a place that counts more has, too.
    pub(super) overridden: Vec<(Key, &'a Given)>,
    pub(super) profile: Option<&'a Profile>,
    pub(super) surroundings: Option<&'a Surroundings>,
    pub(super) notes: Vec<String>,
}

/// Three ways to say one thing. The place that counts most and has one of them decides.
const TARGET: [Key; 3] = [Key::HttpPath, Key::WarehouseId, Key::ClusterId];

impl Sources {
    /// Merges all places by the rules of the official SDKs: what is explicit wins over the environment,
    /// and that over the profile. A profile that was not named is ignored when a host or a setting of a
    /// sign-in is found elsewhere, so that no secret of it goes to another host.
    pub(super) fn merge(&self) -> Merged<'_> {
        let mut merged = Merged {
            values: BTreeMap::new(),
            overridden: Vec::new(),
            profile: None,
            surroundings: self.surroundings.as_deref(),
            notes: self.notes.clone(),
        };
        if let Some(profile) = &self.profile {
            match self.keeps_out_profiles().filter(|_| profile.chosen != Chosen::Named) {
                None => {
                    merged.profile = Some(profile);
                    merged.add(&profile.values);
                }
                Some((key, given)) => merged.notes.push(format!(
                    "profile [{}] of {} is ignored: {} is given ({}), and no profile is named",
                    profile.name.section,
                    profile.name.file,
                    key.name(),
                    given.origin
                )),
            }
        }
        merged.add(&self.environment);
        merged.add(&self.explicit);
        merged
    }

    /// A setting that keeps out profiles that nobody named.
    pub(super) fn keeps_out_profiles(&self) -> Option<(Key, &Given)> {
        self.explicit.iter().chain(self.environment.iter()).find(|(key, given)| {
            let counts = key.setting().family != Family::None || *key == Key::Host;
            counts && !given.text().is_empty()
        })
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let merged = self.merge();
        let mut map = f.debug_map();
        for (key, given) in merged.iter() {
            map.entry(&format_args!("{}", key.name()), &format_args!("{}", given.shown(key)));
        }
        map.finish()
    }
}

impl<'a> Merged<'a> {
    fn add(&mut self, layer: &'a Layer) {
        if TARGET.iter().any(|key| layer.get(*key).is_some()) {
            for key in TARGET {
                self.overridden.extend(self.values.remove(&key).map(|given| (key, given)));
            }
        }
        for (key, given) in layer.iter() {
            let earlier = self.values.insert(key, given);
            self.overridden.extend(earlier.map(|given| (key, given)));
        }
    }

    pub(super) fn given(&self, key: Key) -> Option<&'a Given> {
        self.values.get(&key).copied()
    }

    /// The value of a setting.
    pub(super) fn get(&self, key: Key) -> Option<&'a str> {
        self.given(key).map(Given::text)
    }

    pub(super) fn owned(&self, key: Key) -> Option<String> {
        self.get(key).map(str::to_owned)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &'a Given)> {
        self.values.iter().map(|(key, given)| (*key, *given))
    }

    /// The profile whose token the Databricks CLI is asked for; `None` for that of the host.
    ///
    /// As in the SDKs, `[DEFAULT]` without its name is a host like any other. Unlike there, a host from
    /// elsewhere counts: the token of the profile's own host must not go to it.
    #[cfg(feature = "cli")]
    pub(super) fn cli_profile(&self) -> Option<&'a Profile> {
        let profile = self.profile.filter(|profile| profile.chosen != Chosen::Fallback)?;
        let is_its_host = match (self.given(Key::Host), profile.values.get(Key::Host)) {
            (Some(host), Some(of_profile)) => host.text() == of_profile.text(),
            _ => true,
        };
        is_its_host.then_some(profile)
    }

    /// Whether this environment variable is set and not empty.
    pub(super) fn has_variable(&self, name: &str) -> bool {
        self.surroundings.is_some_and(|surroundings| surroundings.variables.contains(name))
    }

    /// `name (origin)`, for errors.
    pub(super) fn named(&self, key: Key) -> String {
        match self.given(key) {
            Some(given) => format!("{} ({})", key.name(), given.origin),
            None => key.name().to_owned(),
        }
    }
}
