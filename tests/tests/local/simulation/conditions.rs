//! The conditions of a scenario: a warehouse of any kind, and a plan of faults.

use std::time::Duration;

use dbsql_local::faults::{Fault, FaultPlan, Moment, RedirectTo, Rule, Target, Trigger};
use dbsql_local::{Gone, NullBitmaps, Quirks, SeaQuirks, SeaSettings, Settings, ThriftVersion};
use dbsql_tests::SqlProtocol;

use super::dice::Dice;
use crate::support::names;

pub(super) fn settings(over: SqlProtocol, dice: &Dice) -> Settings {
    let defaults = Settings::default();
    Settings {
        thrift_version: dice.pick([
            ThriftVersion::SPARK_V1,
            ThriftVersion::SPARK_V3,
            ThriftVersion::SPARK_V5,
            ThriftVersion::SPARK_V6,
            ThriftVersion::SPARK_V9,
            ThriftVersion::SPARK_V9,
            ThriftVersion::SPARK_V9,
        ]),
        direct_result_window: dice.time(5),
        status_window: dice.time(5),
        link_threshold: dice.pick([0, 10_000, defaults.link_threshold]),
        file_bytes: dice.pick([10_000, 50_000, defaults.file_bytes]),
        links_per_page: dice.pick([1, 2, 16]),
        link_lifetime: dice.pick([Duration::from_secs(20), defaults.link_lifetime]),
        batch_bytes: dice.pick([5_000, 30_000, defaults.batch_bytes]),
        page_bytes: dice.pick([20_000, 100_000, defaults.page_bytes]),
        quirks: quirks(over, dice),
        sea: match over {
            SqlProtocol::Sea => sea(dice),
            _ => defaults.sea,
        },
        cold_start: if dice.chance(15) { dice.time(6) } else { Duration::ZERO },
        ..defaults
    }
}

fn sea(dice: &Dice) -> SeaSettings {
    let defaults = SeaSettings::default();
    SeaSettings {
        status_window: dice.pick([Duration::ZERO, Duration::from_secs(5)]),
        links_per_answer: dice.pick([1, 2, 16]),
        result_lifetime: dice.pick([defaults.result_lifetime, 48 * super::HOUR]),
        record_lifetime: 96 * super::HOUR,
        ..defaults
    }
}

fn sea_quirks(dice: &Dice) -> SeaQuirks {
    SeaQuirks {
        omit_zeros: dice.chance(50),
        close_early: dice.chance(15),
        omit_counts: dice.chance(30),
        cut_anew: dice.chance(30),
        refuse_hybrid: dice.chance(50),
        attachment_rows: dice.pick([0, 100]),
        ..SeaQuirks::default()
    }
}

fn quirks(over: SqlProtocol, dice: &Dice) -> Quirks {
    let queue = |percent| if dice.chance(percent) { dice.time(6) } else { Duration::ZERO };
    Quirks {
        lz4_frames: dice.pick([0, 1, 3]),
        padding_rows: dice.pick([0, 0, 5]),
        empty_pages: dice.chance(25),
        expiry_in_seconds: dice.chance(25),
        close_with_links: dice.chance(15),
        gone: if dice.chance(50) { Gone::Text } else { Gone::Http },
        forbid_expired_tokens: dice.chance(25),
        unknown_fields: dice.chance(25),
        null_bitmaps: dice.pick([NullBitmaps::Exact, NullBitmaps::Short, NullBitmaps::Long]),
        initialized_for: queue(20),
        pending_for: queue(20),
        refuse_thrift: over == SqlProtocol::Sea && dice.chance(30),
        sea: match over {
            SqlProtocol::Sea => sea_quirks(dice),
            _ => SeaQuirks::default(),
        },
        ..Quirks::default()
    }
}

/// A plan, and what cannot be checked under it.
pub(super) struct Conditions {
    pub(super) plan: FaultPlan,
    /// Responses are what the server sent: Thrift has no checksum, so a client cannot detect a
    /// changed number or handle.
    pub(super) honest: bool,
    /// Operations may disappear.
    pub(super) evicts: bool,
    /// Links may not work, including refreshed ones.
    pub(super) loses_links: bool,
    /// Pages may have another position in the result.
    pub(super) shifts_rows: bool,
    /// A close in the background may fail.
    pub(super) close_may_fail: bool,
}

pub(super) fn conditions(over: SqlProtocol, dice: &Dice, seed: u64) -> Conditions {
    let mut conditions = Conditions {
        plan: FaultPlan::seeded(seed),
        honest: true,
        evicts: false,
        loses_links: false,
        shifts_rows: false,
        close_may_fail: false,
    };
    let names = names(over);
    for _ in 0..dice.below(5) {
        let (target, trigger, mut fault) = (target(over, dice), trigger(dice), fault(dice));
        // Some apply to one kind of request only, and would otherwise rarely meet it.
        if target == Target::method(names.rows) && dice.chance(25) {
            fault = Fault::WrongOffset(dice.pick([-7, 1, 100]));
        }
        match &fault {
            Fault::Corrupt(_) | Fault::WrongHandle => conditions.honest = false,
            Fault::EvictOperation | Fault::LoseSession => conditions.evicts = true,
            Fault::WrongOffset(_) => conditions.shifts_rows = true,
            Fault::ExpireToken => conditions.close_may_fail = true,
            _ => {}
        }
        conditions.loses_links |= matches!(target, Target::Everything | Target::Download);
        let closes = target == Target::Everything || target == Target::method(names.close);
        conditions.close_may_fail |= closes;
        conditions.plan = conditions.plan.rule(Rule::new(target, trigger, fault));
    }
    conditions
}

fn target(over: SqlProtocol, dice: &Dice) -> Target {
    let names = names(over);
    // Only over Thrift does another request return the pages of a result.
    let layout = if over == SqlProtocol::Sea { names.rows } else { "GetResultSetMetadata" };
    match dice.below(10) {
        0 => Target::Everything,
        1 | 2 => Target::Download,
        _ => Target::method(dice.pick([
            names.open,
            names.submit,
            names.submit,
            names.status,
            names.status,
            names.rows,
            names.rows,
            layout,
            names.cancel,
            names.close,
            names.close_session,
        ])),
    }
}

fn trigger(dice: &Dice) -> Trigger {
    match dice.below(20) {
        0 => Trigger::Always,
        1..=6 => Trigger::Nth(1 + dice.below(4)),
        7..=11 => Trigger::First(1 + dice.below(3)),
        _ => Trigger::Chance(dice.pick([0.05, 0.2, 0.6])),
    }
}

fn fault(dice: &Dice) -> Fault {
    let moment = dice.pick([Moment::Before, Moment::After]);
    match dice.below(40) {
        0..=2 => Fault::Refuse,
        3..=7 => Fault::Reset(moment),
        8 | 9 => Fault::Stall(moment),
        10..=12 => Fault::Delay(dice.time(6)),
        13..=22 => status(dice),
        23..=25 => Fault::Truncate(dice.pick([0.0, 0.3, 0.9, 1.0])),
        26 => Fault::Corrupt(dice.pick([1, 3])),
        27 | 28 => Fault::Slow { piece: dice.pick([300, 3_000]), pause: dice.time(4) },
        29..=31 => Fault::ExpireLink,
        32 => Fault::Redirect {
            status: dice.pick([302, 307]),
            to: dice.pick([
                RedirectTo::AnotherLink,
                RedirectTo::OtherHost,
                RedirectTo::OtherScheme,
            ]),
        },
        33 | 34 => Fault::EvictOperation,
        35 | 36 => Fault::LoseSession,
        37 => Fault::ExpireToken,
        _ => Fault::WrongHandle,
    }
}

/// An error status of any kind. Those that mean "not accepted" are always true: otherwise no client
/// could be right.
fn status(dice: &Dice) -> Fault {
    let code = dice.pick([429, 503, 503, 500, 502, 504, 408, 401, 403, 404, 400]);
    let asks = matches!(code, 429 | 503) && dice.chance(50);
    let status = Fault::status(code);
    if asks {
        status.retry_after(Duration::from_secs(1 + dice.below(20)))
    } else if code >= 500 || code == 408 {
        if dice.chance(50) { status.accepted() } else { status }
    } else {
        status
    }
}
