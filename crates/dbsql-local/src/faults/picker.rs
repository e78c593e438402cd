//! Applies a plan to requests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dbsql_runtime::Runtime;

use crate::counters::DOWNLOAD;
use crate::faults::{Fault, FaultPlan, Target, Trigger};

#[derive(Debug)]
pub(crate) struct FaultPicker(Mutex<Planned>);

#[derive(Debug)]
struct Planned {
    plan: FaultPlan,
    /// Separate randomness, so that other uses of it do not affect the plan.
    chance: Runtime,
    /// The number of matching requests of each rule.
    seen: Vec<u64>,
}

impl FaultPicker {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        Self(Mutex::new(Planned::new(plan)))
    }

    /// Starts over with another plan.
    pub(crate) fn replace(&self, plan: FaultPlan) {
        *self.planned() = Planned::new(plan);
    }

    /// Returns the current plan.
    pub(crate) fn plan(&self) -> FaultPlan {
        self.planned().plan.clone()
    }

    /// Returns the fault for this request, if any.
    pub(crate) fn pick(&self, name: &str) -> Option<Fault> {
        self.planned().pick(name)
    }

    /// Returns a number that selects the bytes to flip.
    pub(crate) fn random(&self) -> u64 {
        self.planned().chance.random_u64()
    }

    fn planned(&self) -> MutexGuard<'_, Planned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Planned {
    fn new(plan: FaultPlan) -> Self {
        let seen = vec![0; plan.rules.len()];
        Self { chance: Runtime::seeded(plan.seed), plan, seen }
    }

    fn pick(&mut self, name: &str) -> Option<Fault> {
        let mut picked = None;
        for (rule, seen) in self.plan.rules.iter().zip(&mut self.seen) {
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
                Trigger::Chance(probability) => fraction(&self.chance) < probability,
            };
            if picks && picked.is_none() {
                picked = Some(rule.fault.clone());
            }
        }
        picked
    }
}

/// Returns a number from 0 to below 1.
fn fraction(chance: &Runtime) -> f64 {
    (chance.random_u64() >> 11) as f64 / (1_u64 << 53) as f64
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
