//! The changelog, in the format of Keep a Changelog: its unreleased section, and rolling it into a
//! release.

use anyhow::{Context as _, bail};
use semver::Version;

pub(super) const PATH: &str = "CHANGELOG.md";

const UNRELEASED: &str = "## Unreleased";

/// Returns the number of unreleased entries; an error if there are none.
pub(super) fn entries(text: &str) -> anyhow::Result<usize> {
    let (line, section) = unreleased(text)?;
    let count = section.lines().filter(|line| line.starts_with("- ")).count();
    if count == 0 {
        bail!("{PATH}:{line}: no entries under `{UNRELEASED}`: say what changed for users");
    }
    Ok(count)
}

/// Returns the text with the unreleased entries under the version and the date, below an empty
/// section.
pub(super) fn roll(text: &str, version: &Version, date: &str) -> anyhow::Result<String> {
    unreleased(text)?;
    let heading = format!("{UNRELEASED}\n\n## {version} - {date}");
    Ok(text.replacen(UNRELEASED, &heading, 1))
}

/// Returns the line number of the heading, and the text below it.
fn unreleased(text: &str) -> anyhow::Result<(usize, &str)> {
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        if line.trim_end() == UNRELEASED {
            let rest = &text[at..];
            let end = rest.find("\n## ").unwrap_or(rest.len());
            return Ok((index + 1, &rest[..end]));
        }
    }
    Err(anyhow::anyhow!("no heading `{UNRELEASED}`")).context(PATH)
}

/// Returns the date of a Unix time, in UTC, as `YYYY-MM-DD`.
pub(super) fn date(seconds: u64) -> String {
    // Days since 0000-03-01, in eras of 400 years; the year starts in March, so that its leap day
    // is last.
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n- One.\n- Two.\n\n\
                        ## 0.1.0 - 2026-01-02\n\n- Old.\n";

    #[test]
    fn entries_of_the_unreleased_section_count() {
        assert_eq!(entries(TEXT).unwrap(), 2);
        let error = entries(&TEXT.replace("- One.\n- Two.\n", "")).unwrap_err().to_string();
        assert!(error.starts_with("CHANGELOG.md:3: no entries under `## Unreleased`"), "{error}");
        let error = entries("# Changelog\n").unwrap_err();
        assert_eq!(format!("{error:#}"), "CHANGELOG.md: no heading `## Unreleased`");
    }

    #[test]
    fn roll_dates_what_was_unreleased() {
        let rolled = roll(TEXT, &Version::new(0, 2, 0), "2026-11-30").unwrap();
        let expected = "## Unreleased\n\n## 0.2.0 - 2026-11-30\n\n### Added\n\n- One.";
        assert!(rolled.contains(expected), "{rolled}");
        assert!(rolled.contains("## 0.1.0 - 2026-01-02"), "{rolled}");
        assert!(entries(&rolled).is_err());
    }

    #[test]
    fn dates_are_right_around_leap_days() {
        for (day, expected) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_786, "2026-11-29"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date(day * 86_400 + 86_399), expected);
        }
    }
}
