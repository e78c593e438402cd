//! Applies a plan to requests.

use std::sync::{Mutex, PoisonError};

use dbsql_runtime::Runtime;

use crate::counters::DOWNLOAD;
use crate::faults::{Fault, FaultPlan, Target, Trigger};

#[derive(Debug)]
pub(crate) struct FaultPicker {
    plan: FaultPlan,
    /// Separate randomness, so that other uses of it do not affect the plan.
    chance: Runtime,
    /// The number of matching requests of each rule.
    seen: Mutex<Vec<u64>>,
}

impl FaultPicker {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        let seen = Mutex::new(vec![0; plan.rules.len()]);
        Self { chance: Runtime::seeded(plan.seed), plan, seen }
    }

    /// Returns the fault for this request, if any.
    pub(crate) fn pick(&self, name: &str) -> Option<Fault> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut picked = None;
        for (rule, seen) in self.plan.rules.iter().zip(seen.iter_mut()) {
            let looks = match &rule.target {
                Target::Everything => true,
                Target::Method(method) => method == name,
                Target::Download => name == DOWNLOAD,
            };
            if !looks {
                continue;
            }
            *seen += 1;
            let picks = match rule.trigger {
                Trigger::Always => true,
                Trigger::Nth(number) => *seen == number,
                Trigger::First(count) => *seen <= count,
                Trigger::Chance(probability) => self.fraction() < probability,
            };
            if picks && picked.is_none() {
                picked = Some(rule.fault.clone());
            }
        }
        picked
    }

    /// Returns a number that selects the bytes to flip.
    pub(crate) fn random(&self) -> u64 {
        self.chance.random_u64()
    }

    /// Returns a number from 0 to below 1.
    fn fraction(&self) -> f64 {
        (self.chance.random_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Rule;

    fn picks(plan: &FaultPlan, names: &[&str]) -> Vec<bool> {
        let picker = FaultPicker::new(plan.clone());
        names.iter().map(|name| picker.pick(name).is_some()).collect()
    }

    #[test]
    fn nth_counts_only_matching_requests() {
        let rule = Rule::new(Target::method("A"), Trigger::Nth(2), Fault::Refuse);
        let plan = FaultPlan::seeded(0).rule(rule);
        assert_eq!(picks(&plan, &["A", "B", "A", "A"]), [false, false, true, false]);
    }

    #[test]
    fn later_rule_counts_what_an_earlier_one_selected() {
        let plan = FaultPlan::seeded(0)
            .rule(Rule::new(Target::Everything, Trigger::First(1), Fault::Refuse))
            .rule(Rule::new(Target::Everything, Trigger::Nth(2), Fault::ExpireLink));
        let picker = FaultPicker::new(plan);
        assert_eq!(picker.pick("A"), Some(Fault::Refuse));
        assert_eq!(picker.pick("A"), Some(Fault::ExpireLink));
        assert_eq!(picker.pick("A"), None);
    }

    #[test]
    fn same_seed_selects_the_same_requests() {
        let plan = |seed| {
            let rule = Rule::new(Target::Everything, Trigger::Chance(0.5), Fault::Refuse);
            picks(&FaultPlan::seeded(seed).rule(rule), &["A"; 64])
        };
        assert_eq!(plan(1), plan(1));
        assert_ne!(plan(1), plan(2));
        let picked = plan(3).into_iter().filter(|&picked| picked).count();
        assert!((16..48).contains(&picked), "{picked} of 64");
    }
}
