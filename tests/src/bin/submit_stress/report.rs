//! Compares the outcomes that the client reported with the server's records.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use dbsql_tests::raw_server::{Gauges, HttpProtocol};
use serde_json::{Value, json};

use crate::ledger::Ledger;
use crate::submitter::Outcome;

/// The maximum number of statements listed for each kind of wrong outcome.
const SAMPLES: usize = 5;

/// Counts of outcomes, by name, and of wrong ones.
#[derive(Debug)]
pub(crate) struct Report {
    protocol: HttpProtocol,
    seed: u64,
    submits: usize,
    took: Duration,
    connections: usize,
    outcomes: BTreeMap<String, u64>,
    /// The statements by kind of wrong outcome; every kind is present.
    wrong: BTreeMap<&'static str, Vec<u64>>,
}

const REPORTED_NOT_RUN: &str = "reported as not run, but it ran";
const NOT_CANCELED: &str = "dropped, ran and was never canceled";
const DID_NOT_RUN: &str = "succeeded, but did not run";
const WAS_CANCELED: &str = "succeeded, but was canceled";
const RAN_TWICE: &str = "ran twice";
const HUNG: &str = "hung past its deadline";
const KINDS: [&str; 6] =
    [REPORTED_NOT_RUN, NOT_CANCELED, DID_NOT_RUN, WAS_CANCELED, RAN_TWICE, HUNG];

impl Report {
    pub(crate) fn new(
        protocol: HttpProtocol,
        seed: u64,
        took: Duration,
        reported: &[(u64, Outcome)],
        ledger: &Ledger,
        gauges: &Gauges,
    ) -> Self {
        let mut outcomes = BTreeMap::new();
        let mut wrong: BTreeMap<_, _> = KINDS.iter().map(|kind| (*kind, Vec::new())).collect();
        for (id, outcome) in reported {
            let (runs, canceled) = (ledger.runs(*id), ledger.is_canceled(*id));
            let fact = match (runs, canceled) {
                (0, _) => "did not run",
                (_, true) => "ran, canceled",
                (_, false) => "ran",
            };
            *outcomes.entry(format!("{}: {fact}", name(*outcome))).or_default() += 1;
            let complaint = match outcome {
                Outcome::NotRun(_) if runs > 0 => Some(REPORTED_NOT_RUN),
                Outcome::Dropped if runs > 0 && !canceled => Some(NOT_CANCELED),
                Outcome::Succeeded if runs == 0 => Some(DID_NOT_RUN),
                Outcome::Succeeded if canceled => Some(WAS_CANCELED),
                Outcome::Hung => Some(HUNG),
                _ => None,
            };
            let twice = (runs > 1).then_some(RAN_TWICE);
            for kind in complaint.into_iter().chain(twice) {
                wrong.entry(kind).or_default().push(*id);
            }
        }
        let connections = gauges.connections.total();
        Self { protocol, seed, submits: reported.len(), took, connections, outcomes, wrong }
    }

    /// The number of wrong outcomes.
    pub(crate) fn wrong(&self) -> usize {
        self.wrong.values().map(Vec::len).sum()
    }

    fn rate(&self) -> f64 {
        self.submits as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn to_json(&self) -> Value {
        let counts: BTreeMap<_, _> =
            self.wrong.iter().map(|(kind, ids)| (*kind, ids.len())).collect();
        json!({
            "protocol": format!("{:?}", self.protocol).to_lowercase(),
            "seed": self.seed,
            "submits": self.submits,
            "seconds": self.took.as_secs_f64(),
            "submits_per_second": self.rate(),
            "connections": self.connections,
            "outcomes": self.outcomes,
            "wrong": counts,
            "wrong_total": self.wrong(),
        })
    }
}

fn name(outcome: Outcome) -> String {
    match outcome {
        Outcome::Succeeded => "succeeded".to_owned(),
        Outcome::NotRun(kind) => format!("reported as not run ({kind:?})"),
        Outcome::Unknown(kind) => format!("reported as unknown ({kind:?})"),
        Outcome::Dropped => "dropped".to_owned(),
        Outcome::Hung => "hung".to_owned(),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, seed, submits, connections, .. } = self;
        let (seconds, rate) = (self.took.as_secs_f64(), self.rate());
        writeln!(
            f,
            "{submits} submits over {protocol:?}, seed {seed}: {seconds:.1} s, {rate:.0} a second, \
             {connections} connections"
        )?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "{count:>9}  {outcome}")?;
        }
        writeln!(f, "wrong answers: {}", self.wrong())?;
        for (kind, ids) in self.wrong.iter().filter(|(_, ids)| !ids.is_empty()) {
            let samples = &ids[..ids.len().min(SAMPLES)];
            writeln!(f, "{:>9}  {kind}, such as {samples:?}", ids.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use dbsql::ErrorKind;
    use dbsql_tests::raw_server::Script;

    use super::*;

    /// A statement of each kind of wrong outcome, and a correct one.
    #[tokio::test(start_paused = true)]
    async fn each_kind_of_wrong_outcome_is_counted() {
        let ledger = Ledger::new(10, 1);
        // 0 and 7 never run; 8 runs twice.
        for statement in [1, 2, 3, 4, 5, 6, 8, 8, 9] {
            ledger.execute(statement).await;
        }
        ledger.cancel(3);
        ledger.cancel(4);
        let reported = [
            (0, Outcome::NotRun(ErrorKind::Deadline)),
            (1, Outcome::NotRun(ErrorKind::Transport)),
            (2, Outcome::Dropped),
            (3, Outcome::Dropped),
            (4, Outcome::Succeeded),
            (5, Outcome::Unknown(ErrorKind::OutcomeUnknown)),
            (6, Outcome::Hung),
            (7, Outcome::Succeeded),
            (8, Outcome::Succeeded),
            (9, Outcome::Succeeded),
        ];
        let time = Duration::from_secs(1);
        let report = Report::new(HttpProtocol::H1, 1, time, &reported, &ledger, &Gauges::default());
        let expected = [
            (REPORTED_NOT_RUN, 1),
            (NOT_CANCELED, 2),
            (WAS_CANCELED, 4),
            (HUNG, 6),
            (DID_NOT_RUN, 7),
            (RAN_TWICE, 8),
        ];
        for (kind, statement) in expected {
            assert_eq!(report.wrong[kind], [statement], "{kind}");
        }
        assert_eq!(report.wrong(), expected.len());
        assert_eq!(report.to_json()["wrong"][RAN_TWICE], 1);
    }
}
