//! A fault plan as JSON.

use std::time::Duration;

use serde_json::Value;

use crate::admin::Refusal;
use crate::admin::fields::{Fields, Fraction, Millis, Status};
use crate::admin::methods;
use crate::counters::DOWNLOAD;
use crate::faults::{Fault, FaultPlan, Moment, RedirectTo, Rule, Target, Trigger};

const KINDS: &str = "`refuse`, `reset`, `stall`, `delay`, `status`, `truncate`, `corrupt`, `slow`, \
                     `expire_link`, `redirect`, `evict_operation`, `lose_session`, \
                     `expire_token`, `wrong_handle` or `wrong_offset`";

/// Reads a plan: `{"seed": 7, "rules": [..]}`, both optional.
pub(super) fn plan(mut fields: Fields) -> Result<FaultPlan, Refusal> {
    let seed = fields.optional("seed")?.map_or(0, |(_, seed)| seed);
    let rules = fields.optional::<Vec<Value>>("rules")?;
    fields.finish()?;
    let (path, rules) = rules.unwrap_or_default();
    let rules = rules.into_iter().enumerate();
    let mut rules = rules.map(|(at, value)| rule(format!("{path}[{at}]"), value));
    rules.try_fold(FaultPlan::seeded(seed), |plan, rule| Ok(plan.rule(rule?)))
}

fn rule(path: String, value: Value) -> Result<Rule, Refusal> {
    let mut fields = Fields::of(path, value)?;
    let target = match fields.optional("method")?.map(methods::known).transpose()? {
        None => Target::Everything,
        Some(method) if method == DOWNLOAD => Target::Download,
        Some(method) => Target::Method(method),
    };
    let trigger = trigger(&mut fields)?;
    let (path, planned) = fields.required("fault")?;
    fields.finish()?;
    Ok(Rule::new(target, trigger, fault(path, planned)?))
}

/// Reads `nth`, `first` or `chance`; none of them means every request.
fn trigger(fields: &mut Fields) -> Result<Trigger, Refusal> {
    let nth = fields.optional("nth")?.map(|(field, number)| (field, Trigger::Nth(number)));
    let first = fields.optional("first")?.map(|(field, count)| (field, Trigger::First(count)));
    let chance = fields.optional("chance")?;
    let chance = chance.map(|(field, Fraction(chance))| (field, Trigger::Chance(chance)));
    let mut given = [nth, first, chance].into_iter().flatten();
    match (given.next(), given.next()) {
        (_, Some((field, _))) => {
            let message = "cannot be used with another of `nth`, `first` and `chance`";
            Err(Refusal::invalid(field, message))
        }
        (Some((field, Trigger::Nth(0))), None) => {
            Err(Refusal::invalid(field, "counts from 1: there is no request 0"))
        }
        (Some((_, trigger)), None) => Ok(trigger),
        (None, None) => Ok(Trigger::Always),
    }
}

fn fault(path: String, value: Value) -> Result<Fault, Refusal> {
    let mut fields = Fields::of(path, value)?;
    let (field, kind) = fields.required::<String>("kind")?;
    let millis = |(_, Millis(millis))| Duration::from_millis(millis);
    let fault = match kind.as_str() {
        "refuse" => Fault::Refuse,
        "reset" => Fault::Reset(moment(&mut fields)?),
        "stall" => Fault::Stall(moment(&mut fields)?),
        "delay" => Fault::Delay(millis(fields.required("delay_ms")?)),
        "status" => status(&mut fields)?,
        "truncate" => {
            let (_, Fraction(fraction)) = fields.required("fraction")?;
            Fault::Truncate(fraction)
        }
        "corrupt" => Fault::Corrupt(fields.required("bytes")?.1),
        "slow" => Fault::Slow {
            piece: fields.required("piece_bytes")?.1,
            pause: millis(fields.required("pause_ms")?),
        },
        "expire_link" => Fault::ExpireLink,
        "redirect" => redirect(&mut fields)?,
        "evict_operation" => Fault::EvictOperation,
        "lose_session" => Fault::LoseSession,
        "expire_token" => Fault::ExpireToken,
        "wrong_handle" => Fault::WrongHandle,
        "wrong_offset" => Fault::WrongOffset(fields.required("rows")?.1),
        _ => {
            let message = format!("is not a kind of fault: expected {KINDS}");
            return Err(Refusal::invalid(field, &message));
        }
    };
    fields.finish()?;
    Ok(fault)
}

/// Whether the request is carried out, by `accepted`, which is false by default.
fn moment(fields: &mut Fields) -> Result<Moment, Refusal> {
    let accepted = fields.optional("accepted")?.is_some_and(|(_, accepted)| accepted);
    Ok(if accepted { Moment::After } else { Moment::Before })
}

fn status(fields: &mut Fields) -> Result<Fault, Refusal> {
    let (_, Status(status)) = fields.required("status")?;
    let retry_after = fields.optional::<Millis>("retry_after_ms")?;
    Ok(Fault::Status {
        status,
        retry_after: retry_after.map(|(_, Millis(after))| Duration::from_millis(after)),
        moment: moment(fields)?,
        by_proxy: fields.optional("by_proxy")?.is_some_and(|(_, by_proxy)| by_proxy),
    })
}

fn redirect(fields: &mut Fields) -> Result<Fault, Refusal> {
    let (field, Status(status)) = fields.required("status")?;
    if !(300..400).contains(&status) {
        return Err(Refusal::invalid(field, "must be an HTTP status from 300 to 399"));
    }
    let (field, to) = fields.required::<String>("to")?;
    let to = match to.as_str() {
        "another_link" => RedirectTo::AnotherLink,
        "other_host" => RedirectTo::OtherHost,
        "other_scheme" => RedirectTo::OtherScheme,
        _ => {
            let message = "must be `another_link`, `other_host` or `other_scheme`";
            return Err(Refusal::invalid(field, message));
        }
    };
    Ok(Fault::Redirect { status, to })
}
