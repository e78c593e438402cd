//! The level of a release: which part of the version it bumps, and what that allows.

use std::{fmt, str::FromStr};

use semver::Version;

/// The part of the version that a release bumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Patch,
    Minor,
    Major,
}

impl Level {
    /// Returns the next version.
    pub(super) fn raise(self, version: &Version) -> Version {
        let Version { major, minor, patch, .. } = *version;
        match self {
            Self::Patch => Version::new(major, minor, patch + 1),
            Self::Minor => Version::new(major, minor + 1, 0),
            Self::Major => Version::new(major + 1, 0, 0),
        }
    }

    /// Returns the lowest level that may be breaking, by cargo's rules: before 1.0 a minor release
    /// may.
    pub(super) fn that_breaks(version: &Version) -> Self {
        if version.major == 0 { Self::Minor } else { Self::Major }
    }

    /// Returns the lowest level that may add to the API.
    pub(super) fn that_adds(version: &Version) -> Self {
        if version.major == 0 { Self::Patch } else { Self::Minor }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "patch" => Ok(Self::Patch),
            "minor" => Ok(Self::Minor),
            "major" => Ok(Self::Major),
            _ => Err(format!("invalid level `{word}`: expected patch, minor or major")),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_bump_their_part() {
        let raised = |level: Level| level.raise(&Version::new(1, 2, 3)).to_string();
        assert_eq!(raised(Level::Patch), "1.2.4");
        assert_eq!(raised(Level::Minor), "1.3.0");
        assert_eq!(raised(Level::Major), "2.0.0");
    }

    #[test]
    fn minor_breaks_before_1_0() {
        assert_eq!(Level::that_breaks(&Version::new(0, 9, 0)), Level::Minor);
        assert_eq!(Level::that_breaks(&Version::new(1, 0, 0)), Level::Major);
        assert_eq!(Level::that_adds(&Version::new(0, 9, 0)), Level::Patch);
        assert_eq!(Level::that_adds(&Version::new(1, 0, 0)), Level::Minor);
    }

    #[test]
    fn other_word_is_rejected() {
        let error = "mayor".parse::<Level>().unwrap_err();
        assert_eq!(error, "invalid level `mayor`: expected patch, minor or major");
        for level in [Level::Patch, Level::Minor, Level::Major] {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
    }
}
