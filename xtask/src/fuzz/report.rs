//! The results of a run, from the log of libFuzzer.

use std::fmt::Write as _;

/// One target after its run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    target: String,
    minutes: u64,
    executions: u64,
    /// Inputs in memory at the end, and their size as libFuzzer writes it.
    corpus: String,
    /// Edges of the code that were reached.
    coverage: u64,
    /// Edges with how often they were taken.
    features: u64,
    /// Paths of the inputs.
    pub(super) findings: Vec<String>,
}

impl Run {
    pub(super) fn read(target: &str, minutes: u64, log: &str, findings: Vec<String>) -> Self {
        let mut run = Self {
            target: target.to_owned(),
            minutes,
            executions: 0,
            corpus: String::new(),
            coverage: 0,
            features: 0,
            findings,
        };
        for line in log.lines() {
            if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
                run.executions = count.trim().parse().unwrap_or_default();
            }
            // `#2097152 pulse cov: 2215 ft: 4389 corp: 49/103Kb lim: 3212 exec/s: 0 rss: 38Mb`
            let words: Vec<&str> = line.split_whitespace().collect();
            let after = |key| {
                let at = words.iter().position(|word| *word == key)?;
                words.get(at + 1).copied()
            };
            if let (true, Some(coverage), Some(features), Some(corpus)) =
                (line.starts_with('#'), after("cov:"), after("ft:"), after("corp:"))
            {
                run.coverage = coverage.parse().unwrap_or_default();
                run.features = features.parse().unwrap_or_default();
                corpus.clone_into(&mut run.corpus);
            }
        }
        run
    }
}

/// A table as pages show it.
pub(super) fn table(runs: &[Run]) -> String {
    let mut table = String::from(
        "\n| Target | Minutes | Executions | Corpus | Edges | Features | Findings |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    for run in runs {
        let Run { target, minutes, executions, corpus, coverage, features, findings } = run;
        let corpus = corpus.replacen('/', " / ", 1).replace("Kb", " KB").replace("Mb", " MB");
        let findings = findings.len();
        writeln!(
            table,
            "| `{target}` | {minutes} | {} | {corpus} | {coverage} | {features} | {findings} |",
            grouped(*executions)
        )
        .expect("a string takes all text");
    }
    table
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
INFO: seed corpus: files: 11 min: 1348b max: 3212b total: 29584b rss: 31Mb
#12\tINITED cov: 2001 ft: 3000 corp: 11/28Kb exec/s: 0 rss: 36Mb
#141\tNEW    cov: 2215 ft: 4389 corp: 49/103Kb lim: 3212 exec/s: 0 rss: 38Mb L: 3204/3212 MS: 2 X-
stat::number_of_executed_units: 1234567
";

    #[test]
    fn numbers_of_a_run_are_the_last_ones_of_its_log() {
        let run = Run::read("arrow_file", 20, LOG, vec!["crash-1".to_owned()]);
        let line = "| `arrow_file` | 20 | 1,234,567 | 49 / 103 KB | 2215 | 4389 | 1 |";
        assert_eq!(table(&[run]).lines().last(), Some(line));
    }

    #[test]
    fn log_of_a_run_that_never_began_gives_zeros() {
        let run = Run::read("a", 1, "cannot start\n", Vec::new());
        assert_eq!((run.executions, run.coverage), (0, 0));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
