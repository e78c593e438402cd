//! A plan at work: it counts, and throws the dice.

use std::sync::{Mutex, PoisonError};

use dbsql_runtime::Runtime;

use crate::counters::DOWNLOAD;
use crate::faults::{Fault, FaultPlan, Target, Trigger};

#[derive(Debug)]
pub(crate) struct FaultPicker {
    plan: FaultPlan,
    /// Randomness of its own, so that no other use of it changes what the plan does.
    chance: Runtime,
    /// How many requests each rule has looked at.
    seen: Mutex<Vec<u64>>,
}

impl FaultPicker {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        let seen = Mutex::new(vec![0; plan.rules.len()]);
        Self { chance: Runtime::seeded(plan.seed), plan, seen }
    }

    /// What happens to this request, if anything.
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

    /// A number for bytes to be flipped by.
    pub(crate) fn random(&self) -> u64 {
        self.chance.random_u64()
    }

    /// From 0 to below 1.
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
    fn the_nth_is_counted_among_what_the_rule_looks_at() {
        let rule = Rule::new(Target::method("A"), Trigger::Nth(2), Fault::Refuse);
        let plan = FaultPlan::seeded(0).rule(rule);
        assert_eq!(picks(&plan, &["A", "B", "A", "A"]), [false, false, true, false]);
    }

    #[test]
    fn a_later_rule_counts_what_an_earlier_one_picked() {
        let plan = FaultPlan::seeded(0)
            .rule(Rule::new(Target::Everything, Trigger::First(1), Fault::Refuse))
            .rule(Rule::new(Target::Everything, Trigger::Nth(2), Fault::ExpireLink));
        let picker = FaultPicker::new(plan);
        assert_eq!(picker.pick("A"), Some(Fault::Refuse));
        assert_eq!(picker.pick("A"), Some(Fault::ExpireLink));
        assert_eq!(picker.pick("A"), None);
    }

    #[test]
    fn the_same_seed_picks_the_same_requests() {
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
