//! The command line, and the resulting plan of a run.

use std::str::FromStr;
use std::time::Duration;

xflags::xflags! {
    /// Waits for many executions concurrently, and measures lag, connections, polls and memory.
    cmd fleet {
        /// The number of executions; 1,000 unless set.
        optional --executions executions: u32
        /// `now`: the server responds to polls at once. `hold`: it holds a poll until the statement
        /// ends.
        optional --mode mode: Mode
        /// The maximum time for which a poll is held with `--mode hold`; 5 s unless set.
        optional --hold seconds: f64
        /// The time from the start of the countdown to the end of the first statement; 10 s unless
        /// set.
        optional --ends-after seconds: f64
        /// The time over which the statements end, spread evenly; 0 unless set: all at once.
        optional --spread seconds: f64
        /// `default`, or POLLS_PER_SECOND:POLLS_IN_FLIGHT.
        optional --caps caps: Caps
        /// Compare with this many times the executions, each run in a separate process.
        optional --scale factor: u32
        /// Only keep a poll in flight for each execution, each on a bare connection, and print the
        /// resources as JSON; with `--mode hold`.
        optional --bare
        /// Print the report as JSON.
        optional --json
        /// Act as the server of such a run, controlled by lines on standard input.
        optional --serve
    }
}

/// How the server responds to a poll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Now,
    Hold,
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "now" => Ok(Self::Now),
            "hold" => Ok(Self::Hold),
            _ => Err("expected now or hold"),
        }
    }
}

/// The limits of the client's polling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Caps {
    /// The client's defaults.
    #[default]
    Default,
    Set {
        polls_per_second: u32,
        polls_in_flight: u32,
    },
}

impl Caps {
    pub(crate) fn polls_per_second(self) -> u32 {
        match self {
            Self::Default => 200,
            Self::Set { polls_per_second, .. } => polls_per_second,
        }
    }

    pub(crate) fn polls_in_flight(self) -> u32 {
        match self {
            Self::Default => 192,
            Self::Set { polls_in_flight, .. } => polls_in_flight,
        }
    }
}

impl FromStr for Caps {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "expected default or POLLS_PER_SECOND:POLLS_IN_FLIGHT, both at least 1";
        if text == "default" {
            return Ok(Self::Default);
        }
        let (rate, in_flight) = text.split_once(':').ok_or(FORM)?;
        let polls_per_second = rate.parse().ok().filter(|rate| *rate > 0).ok_or(FORM)?;
        let polls_in_flight = in_flight.parse().ok().filter(|polls| *polls > 0).ok_or(FORM)?;
        Ok(Self::Set { polls_per_second, polls_in_flight })
    }
}

/// The parameters of a run, shared by both processes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) executions: u32,
    /// The maximum time for which a poll is held; `None` for immediate responses.
    pub(crate) hold: Option<Duration>,
    pub(crate) ends_after: Duration,
    pub(crate) spread: Duration,
    pub(crate) caps: Caps,
}

impl Plan {
    pub(crate) fn new(flags: &Fleet) -> Result<Self, String> {
        let seconds = |name: &str, value: Option<f64>, default: f64| {
            Duration::try_from_secs_f64(value.unwrap_or(default))
                .map_err(|error| format!("--{name}: {error}"))
        };
        let hold = seconds("hold", flags.hold, 5.0)?;
        Ok(Self {
            executions: flags.executions.unwrap_or(1_000).max(1),
            hold: (flags.mode.unwrap_or_default() == Mode::Hold).then_some(hold),
            ends_after: seconds("ends-after", flags.ends_after, 10.0)?,
            spread: seconds("spread", flags.spread, 0.0)?,
            caps: flags.caps.unwrap_or_default(),
        })
    }

    /// Returns the flags from which another process makes this plan.
    pub(crate) fn to_arguments(self) -> Vec<String> {
        let mut flags = vec![
            ("--executions", self.executions.to_string()),
            ("--mode", if self.hold.is_some() { "hold" } else { "now" }.to_owned()),
            ("--ends-after", self.ends_after.as_secs_f64().to_string()),
            ("--spread", self.spread.as_secs_f64().to_string()),
        ];
        if let Some(hold) = self.hold {
            flags.push(("--hold", hold.as_secs_f64().to_string()));
        }
        if let Caps::Set { polls_per_second, polls_in_flight } = self.caps {
            flags.push(("--caps", format!("{polls_per_second}:{polls_in_flight}")));
        }
        flags.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
    }

    /// Returns when a statement ends, from the start of the countdown. Statements submitted in
    /// succession end far apart.
    pub(crate) fn end_of(self, execution: u32) -> Duration {
        let mixed = u64::from(execution) * 7_919 % u64::from(self.executions);
        let share = mixed as f64 / f64::from(self.executions);
        self.ends_after + self.spread.mul_f64(share)
    }

    /// The lag that the limits allow: the time in which each execution is polled once.
    pub(crate) fn lag_by_caps(self) -> Duration {
        let executions = f64::from(self.executions);
        let by_rate = executions / f64::from(self.caps.polls_per_second());
        let hold = self.hold.unwrap_or_default().as_secs_f64();
        let by_slots = executions * hold / f64::from(self.caps.polls_in_flight());
        Duration::from_secs_f64(by_rate.max(by_slots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(arguments: &[&str]) -> Result<Plan, String> {
        let arguments = arguments.iter().map(Into::into).collect();
        let flags = Fleet::from_vec(arguments).map_err(|error| error.to_string())?;
        Plan::new(&flags)
    }

    #[test]
    fn expected_lag_is_the_larger_of_rate_and_slots() {
        let seconds = |arguments: &[&str]| plan(arguments).map(|plan| plan.lag_by_caps().as_secs());
        assert_eq!(seconds(&["--executions", "1000"]), Ok(5));
        assert_eq!(seconds(&["--executions", "1000", "--mode", "hold"]), Ok(26));
        assert_eq!(seconds(&["--executions", "1000", "--caps", "10:1"]), Ok(100));
        assert!(plan(&["--caps", "0:1"]).is_err());
        assert!(plan(&["--spread", "-1"]).is_err());
    }

    #[test]
    fn plan_survives_the_command_line() {
        let sent = plan(&["--mode", "hold", "--hold", "0.5", "--spread", "2.5", "--caps", "7:8"]);
        let sent = sent.expect("a plan");
        let arguments = sent.to_arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(plan(&arguments), Ok(sent));
    }

    #[test]
    fn ends_are_spread_over_the_whole_time() {
        let plan = plan(&["--executions", "100", "--ends-after", "5", "--spread", "10"]);
        let plan = plan.expect("a plan");
        let mut ends: Vec<Duration> = (0..100).map(|number| plan.end_of(number)).collect();
        ends.sort_unstable();
        ends.dedup();
        assert_eq!(ends.len(), 100);
        assert_eq!(ends[0], Duration::from_secs(5));
        assert!(ends[99] < Duration::from_secs(15));
    }
}
