//! All sources of the settings of a `Config`, in order of precedence.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::layer::{Given, Layer};
use super::origin::ProfileName;
use super::setting::{Family, Key};

/// The sources of settings: code and URL first, then the environment, then the profile.
#[derive(Clone, Default)]
pub(crate) struct Sources {
    pub(super) explicit: Layer,
    pub(super) environment: Layer,
    pub(super) profile: Option<Profile>,
    /// `None` if neither environment nor file was read.
    pub(super) surroundings: Option<Arc<Surroundings>>,
    /// Notes of the discovery, such as a missing file.
    pub(super) notes: Vec<String>,
}

/// The selected section of a profile file.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(super) name: Arc<ProfileName>,
    /// For the Databricks CLI, which reads the file itself.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "for the feature `cli` alone"))]
    pub(super) path: PathBuf,
    pub(super) chosen: Chosen,
    pub(super) values: Layer,
    /// Keys unknown to all tools.
    pub(super) unknown: Vec<String>,
}

/// Why this section was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Explicitly, in code or by `DATABRICKS_CONFIG_PROFILE`. It is never ignored.
    Named,
    /// By `default_profile` of `[__settings__]`.
    Default,
    /// As `[DEFAULT]`.
    Fallback,
}

/// Facts of the environment besides settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The names of all non-empty variables.
    pub(super) variables: BTreeSet<String>,
    /// Whether these programs are on the `PATH`.
    pub(super) has_az: bool,
    pub(super) has_databricks: bool,
}

/// The effective settings.
pub(crate) struct Merged<'a> {
    values: BTreeMap<Key, &'a Given>,
    /// Settings that a source of higher precedence overrides.
    pub(super) overridden: Vec<(Key, &'a Given)>,
    pub(super) profile: Option<&'a Profile>,
    pub(super) surroundings: Option<&'a Surroundings>,
    pub(super) notes: Vec<String>,
}

/// Three ways to specify the path. The source of highest precedence that has one of them decides.
const TARGET: [Key; 3] = [Key::HttpPath, Key::WarehouseId, Key::ClusterId];

impl Sources {
    /// Merges all sources by the rules of the official SDKs: explicit settings take precedence over
    /// the environment, and the environment over the profile. A default profile is ignored when a
    /// host or a setting of a sign-in is found elsewhere, so that none of its secrets is sent to
    /// another host.
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
                    "profile [{}] of {} is ignored: {} is set ({}), and no profile is selected",
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

    /// Returns a setting that excludes a default profile.
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

    /// Returns the value of a setting.
    pub(super) fn get(&self, key: Key) -> Option<&'a str> {
        self.given(key).map(Given::text)
    }

    pub(super) fn owned(&self, key: Key) -> Option<String> {
        self.get(key).map(str::to_owned)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &'a Given)> {
        self.values.iter().map(|(key, given)| (*key, *given))
    }

    /// Returns the profile for the Databricks CLI; `None` for the host.
    ///
    /// As in the SDKs, a default `[DEFAULT]` is treated like a host. Unlike there, a host from
    /// elsewhere counts: the token of the profile's own host must not be sent to it.
    #[cfg(feature = "cli")]
    pub(super) fn cli_profile(&self) -> Option<&'a Profile> {
        let profile = self.profile.filter(|profile| profile.chosen != Chosen::Fallback)?;
        let is_its_host = match (self.given(Key::Host), profile.values.get(Key::Host)) {
            (Some(host), Some(of_profile)) => host.text() == of_profile.text(),
            _ => true,
        };
        is_its_host.then_some(profile)
    }

    /// Returns `true` if this environment variable is set and not empty.
    pub(super) fn has_variable(&self, name: &str) -> bool {
        self.surroundings.is_some_and(|surroundings| surroundings.variables.contains(name))
    }

    /// Formats `name (origin)` for errors.
    pub(super) fn named(&self, key: Key) -> String {
        match self.given(key) {
            Some(given) => format!("{} ({})", key.name(), given.origin),
            None => key.name().to_owned(),
        }
    }
}
