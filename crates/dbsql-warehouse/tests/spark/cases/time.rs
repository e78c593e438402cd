//! Functions of dates, timestamps and intervals, and operators between them.

const DATES: &[&str] = &[
    "DATE'2024-02-29'",
    "DATE'2023-12-31'",
    "DATE'1970-01-01'",
    "DATE'0001-01-01'",
    "DATE'9999-12-31'",
    "CAST(NULL AS DATE)",
];
const TIMES: &[&str] = &[
    "TIMESTAMP'2024-02-29 07:08:09.5'",
    "TIMESTAMP'1969-12-31 23:59:59.999999'",
    "TIMESTAMP_NTZ'2024-07-31 23:00:00'",
    "TIMESTAMP'0001-01-01 00:00:00'",
    "CAST(NULL AS TIMESTAMP)",
];
const INTERVALS: &[&str] = &[
    "INTERVAL 1 DAY",
    "INTERVAL 2 HOURS 30 MINUTES",
    "INTERVAL '1 02:00:00' DAY TO SECOND",
    "INTERVAL '1-2' YEAR TO MONTH",
    "INTERVAL -3 DAYS",
    "INTERVAL 5 MONTHS",
    "INTERVAL '2' WEEKS",
    "INTERVAL '1.5' SECOND",
    "INTERVAL 1 YEAR 3 MONTHS",
    "INTERVAL '3 days 4 hours'",
    "INTERVAL 7 MILLISECONDS",
];
/// Of another type than a date.
const OTHERS: &[&str] = &[
    "'2024-02-29'",
    "'2024-02-29 01:02:03'",
    "'x'",
    "''",
    "5",
    "5L",
    "1.5",
    "true",
    "NULL",
    "X'00'",
];
const PARTS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "weekofyear",
    "day",
    "dayofmonth",
    "dayofyear",
    "dayofweek",
    "weekday",
    "hour",
    "minute",
    "second",
    "last_day",
    "unix_date",
    "unix_seconds",
    "unix_millis",
    "unix_micros",
    "to_date",
    "to_timestamp",
    "unix_timestamp",
    "to_unix_timestamp",
    "date",
    "timestamp",
];
const FIELDS: &[&str] = &[
    "YEAR",
    "YEAROFWEEK",
    "QUARTER",
    "MONTH",
    "WEEK",
    "DAY",
    "DAYOFWEEK",
    "DOW",
    "DAYOFWEEK_ISO",
    "DOY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "CENTURY",
];
const UNITS: &[&str] = &[
    "YEAR",
    "QUARTER",
    "MONTH",
    "WEEK",
    "DAY",
    "DAYOFYEAR",
    "HOUR",
    "MINUTE",
    "SECOND",
    "MILLISECOND",
    "MICROSECOND",
];
const PATTERNS: &[&str] = &[
    "yyyy-MM-dd",
    "y-M-d",
    "yy/MM/dd",
    "dd.MM.yyyy HH:mm:ss",
    "yyyyMMdd",
    "MMM d, yyyy",
    "MMMM",
    "LLLL LLL LL L",
    "E EEE EEEE",
    "D DDD",
    "Q QQ QQQ QQQQ",
    "H HH h hh K k a",
    "m mm s ss",
    "S SS SSS SSSSSS",
    "yyyy-MM-dd''T''HH:mm:ss.SSSXXX",
    "X XX XXX x xx xxx Z ZZZZ ZZZZZ",
    "VV z zzzz O",
    "YYYY",
    "u",
    "w",
    "F",
    "G",
    "n",
    "[yyyy]",
    "''''",
    "",
    "yyyyy",
    "MMMMM",
    "hh a ''of'' d",
];
/// Texts with the patterns that they are read by.
const READ: &[(&str, &str)] = &[
    ("2024-02-29", "yyyy-MM-dd"),
    ("2024-2-9", "yyyy-MM-dd"),
    ("2024-2-9", "yyyy-M-d"),
    ("2024-02-30", "yyyy-MM-dd"),
    ("2024-02-29 10:00", "yyyy-MM-dd"),
    ("20240229", "yyyyMMdd"),
    ("20240229101112", "yyyyMMddHHmmss"),
    ("29/02/2024", "dd/MM/yyyy"),
    ("29/02/24", "dd/MM/yy"),
    ("Feb 29, 2024", "MMM d, yyyy"),
    ("February 29 2024", "MMMM d yyyy"),
    ("feb 29, 2024", "MMM d, yyyy"),
    ("Thu 2024-02-29", "EEE yyyy-MM-dd"),
    ("2024-02-29 11:12:13.5", "yyyy-MM-dd HH:mm:ss.SSS"),
    ("2024-02-29 11:12:13.123456", "yyyy-MM-dd HH:mm:ss.SSSSSS"),
    ("2024-02-29 01:12 PM", "yyyy-MM-dd hh:mm a"),
    ("2024-02-29T11:12:13Z", "yyyy-MM-dd''T''HH:mm:ssXXX"),
    ("2024-02-29T11:12:13+01:00", "yyyy-MM-dd''T''HH:mm:ssXXX"),
    ("2024-060", "yyyy-DDD"),
    ("2024", "yyyy"),
    ("11:12", "HH:mm"),
    ("25:12", "HH:mm"),
    ("2024-13-01", "yyyy-MM-dd"),
    ("x", "yyyy-MM-dd"),
    ("", "yyyy-MM-dd"),
    ("2024-02-29", "yyyy-MM-dd[ HH:mm]"),
    ("2024-02-29 10:11", "yyyy-MM-dd[ HH:mm]"),
    (" 2024-02-29", "yyyy-MM-dd"),
    ("2024-02-29", "YYYY"),
    ("10000-01-01", "yyyy-MM-dd"),
];
const ZONES: &[&str] =
    &["America/New_York", "Asia/Seoul", "UTC", "+01:00", "-08:30", "GMT+2", "Europe/Berlin"];

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |expr: String| all.push(format!("SELECT {expr} AS v"));
    let moments = || DATES[..3].iter().chain(&TIMES[..3]).chain(&DATES[5..]);
    for part in PARTS {
        for value in moments().chain(OTHERS) {
            add(format!("{part}({value})"));
        }
    }
    for field in FIELDS {
        for value in [DATES[0], DATES[1], TIMES[0], TIMES[1]] {
            add(format!("extract({field} FROM {value})"));
        }
        for value in &INTERVALS[1..4] {
            add(format!("extract({field} FROM {value})"));
        }
        add(format!("date_part('{field}', {})", TIMES[0]));
    }
    for value in INTERVALS {
        add((*value).to_owned());
        add(format!("CAST({value} AS STRING)"));
        add(format!("typeof({value})"));
        add(format!("-({value})"));
        for other in &INTERVALS[..4] {
            add(format!("{value} + {other}"));
            add(format!("{value} - {other}"));
        }
        for number in ["2", "-2L", "0", "1.5", "'3'"] {
            add(format!("{value} * {number}"));
            add(format!("{number} * {value}"));
            add(format!("{value} / {number}"));
        }
        for moment in [DATES[0], TIMES[0], TIMES[2], DATES[5], OTHERS[1], OTHERS[2]] {
            add(format!("{moment} + {value}"));
            add(format!("{moment} - {value}"));
            add(format!("{value} + {moment}"));
        }
    }
    for value in INTERVALS {
        all.push(format!("SELECT {value}"));
        all.push(format!("SELECT DATE'2024-01-31' + {value}"));
        all.push(format!("SELECT DATE'2024-01-31' - {value}"));
        all.push(format!("SELECT TIMESTAMP'2024-01-31 00:00:00' - {value}"));
    }
    all
}

/// The rest of the functions.
pub(super) fn more() -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |expr: String| all.push(format!("SELECT {expr} AS v"));
    let moments = || DATES[..2].iter().chain(&TIMES[..3]).chain(&DATES[5..]);
    for one in moments() {
        for two in moments() {
            add(format!("{one} - {two}"));
            add(format!("{one} < {two}"));
        }
        for other in OTHERS {
            add(format!("{one} - {other}"));
            add(format!("{one} + {other}"));
            add(format!("{other} - {one}"));
            add(format!("{one} = {other}"));
        }
        add(format!("typeof({one} - {})", DATES[0]));
        for name in ["datediff", "date_diff", "months_between"] {
            add(format!("{name}({one}, {})", DATES[0]));
            add(format!("{name}({}, {one})", TIMES[0]));
        }
        for number in ["1", "-14", "NULL", "'2'", "2L"] {
            for name in ["date_add", "date_sub", "add_months", "dateadd"] {
                add(format!("{name}({one}, {number})"));
            }
        }
        for unit in UNITS {
            add(format!("timestampadd({unit}, 3, {one})"));
            add(format!("timestampdiff({unit}, {one}, {})", TIMES[0]));
            add(format!("datediff({unit}, {}, {one})", DATES[1]));
            add(format!("date_trunc('{unit}', {one})"));
            add(format!("trunc({one}, '{unit}')"));
        }
        for unit in ["yy", "YYYY", "mon", "MM", "dd", "x", ""] {
            add(format!("date_trunc('{unit}', {one})"));
            add(format!("trunc({one}, '{unit}')"));
        }
        for day in ["mo", "TUE", "friday", "Su"] {
            add(format!("next_day({one}, '{day}')"));
        }
        for zone in ZONES {
            add(format!("from_utc_timestamp({one}, '{zone}')"));
            add(format!("to_utc_timestamp({one}, '{zone}')"));
        }
    }
    for pattern in PATTERNS {
        for value in [DATES[0], TIMES[0], TIMES[2], DATES[3]] {
            add(format!("date_format({value}, '{}')", pattern.replace("''", "\\'")));
        }
    }
    for (text, pattern) in READ {
        let pattern = pattern.replace("''", "\\'");
        for name in
            ["to_date", "to_timestamp", "unix_timestamp", "try_to_timestamp", "to_timestamp_ntz"]
        {
            add(format!("{name}('{text}', '{pattern}')"));
        }
    }
    for number in ["0", "1", "-1", "1700000000", "1.5", "2.25D", "1e18", "'5'", "NULL", "1.1234567"]
    {
        for name in [
            "timestamp_seconds",
            "timestamp_millis",
            "timestamp_micros",
            "from_unixtime",
            "date_from_unix_date",
            "make_ym_interval",
            "make_dt_interval",
        ] {
            add(format!("{name}({number})"));
        }
        add(format!("from_unixtime({number}, 'yyyy')"));
    }
    for day in
        ["2024, 2, 29", "2023, 2, 29", "2024, 13, 1", "NULL, 1, 1", "0, 1, 1", "'2024', 1, 1"]
    {
        add(format!("make_date({day})"));
        for time in
            ["1, 2, 3", "1, 2, 3.5", "23, 59, 60", "24, 0, 0", "1, 2, 60.5", "1, 2, 3.1234567"]
        {
            add(format!("make_timestamp({day}, {time})"));
        }
        add(format!("make_timestamp({day}, 1, 2, 3, 'Asia/Seoul')"));
        add(format!("make_timestamp_ntz({day}, 1, 2, 3)"));
        add(format!("make_timestamp_ltz({day}, 1, 2, 3)"));
    }
    for interval in ["1, 2", "-1, 2", "1, 14", "178956970, 8", "NULL, 1"] {
        add(format!("make_ym_interval({interval})"));
    }
    for interval in ["1, 2, 3, 4.5", "1, 25, 3", "-1", "0, 0, 0, -1.5", "1, NULL"] {
        add(format!("make_dt_interval({interval})"));
    }
    for wrong in [
        "next_day(DATE'2024-01-01', 'xx')",
        "from_utc_timestamp(TIMESTAMP'2024-01-01 00:00:00', 'Nowhere/Nowhere')",
        "to_utc_timestamp('2024-03-10 02:30:00', 'America/New_York')",
        "to_utc_timestamp('2024-11-03 01:30:00', 'America/New_York')",
        "from_utc_timestamp('2024-03-10 07:30:00', 'America/New_York')",
        "year()",
        "year(DATE'2024-01-01', 1)",
        "date_add(DATE'2024-01-01')",
        "make_date(1, 2)",
        "timestampadd(DECADE, 1, DATE'2024-01-01')",
        "months_between(DATE'2024-03-31', DATE'2024-02-15', false)",
        "months_between('2024-03-31 12:00:00', '2024-02-15', true)",
        "current_timezone()",
        "current_date() = CAST(now() AS DATE)",
        "now() = current_timestamp()",
        "current_timestamp = now()",
        "typeof(now())",
        "typeof(current_date)",
        "typeof(localtimestamp())",
        "unix_timestamp() > 0",
        "DATE'2024-01-01' + INTERVAL 1 MONTH + INTERVAL 1 DAY",
        "DATE'2024-01-01' IN ('2024-01-01')",
        "DATE'2024-01-01' BETWEEN '2023-01-01' AND TIMESTAMP'2024-06-01 00:00:00'",
        "INTERVAL 1 DAY = INTERVAL 24 HOURS",
        "INTERVAL 1 YEAR > INTERVAL 11 MONTHS",
        "INTERVAL 1 YEAR > INTERVAL 11 DAYS",
        "sequence(DATE'2024-01-01', DATE'2024-01-03', INTERVAL 1 DAY)",
        "sequence(DATE'2024-01-01', DATE'2024-01-03')",
        "sequence(DATE'2024-01-31', DATE'2024-04-30', INTERVAL 1 MONTH)",
        "sequence(DATE'2024-01-03', DATE'2024-01-01')",
        "sequence(TIMESTAMP'2024-01-01 00:00:00', TIMESTAMP'2024-01-01 02:00:00', INTERVAL 1 HOUR)",
        "sequence(DATE'2024-01-01', DATE'2024-01-03', INTERVAL -1 DAY)",
        "sequence(1, 3)",
        "sequence(5, 1, -2)",
        "sequence(3, 1)",
        "sequence(1, 3, 0)",
    ] {
        add(wrong.to_owned());
    }
    for named in [
        "datediff(DATE'2024-01-02', DATE'2024-01-01')",
        "date_diff(DATE'2024-01-02', DATE'2024-01-01')",
        "day(DATE'2024-01-02')",
        "dayofmonth(DATE'2024-01-02')",
        "to_date('2024-01-02')",
        "to_date('2024-01-02', 'yyyy-MM-dd')",
        "date_part('year', DATE'2024-01-02')",
        "extract(year FROM DATE'2024-01-02')",
        "from_unixtime(0, 'yyyy')",
        "unix_timestamp('2024-01-02', 'yyyy-MM-dd')",
        "date_trunc('MONTH', DATE'2024-01-02')",
        "DATE'2024-01-02' - DATE'2024-01-01'",
        "DATE'2024-01-02' - 1",
        "TIMESTAMP'2024-01-02 00:00:00' - TIMESTAMP'2024-01-01 00:00:00'",
        "INTERVAL 1 DAY * 2",
        "2 * INTERVAL 1 DAY",
        "INTERVAL 1 DAY / 2",
        "INTERVAL 1 DAY + INTERVAL 1 HOUR",
        "INTERVAL 1 DAY + DATE'2024-01-01'",
        "make_timestamp_ntz(2024, 1, 1, 0, 0, 0)",
        "timestamp_seconds(1)",
        "add_months('2024-01-31', 1)",
    ] {
        all.push(format!("SELECT {named}"));
    }
    all
}
