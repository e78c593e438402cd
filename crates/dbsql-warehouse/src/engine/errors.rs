//! Errors with the classes and messages of Spark.

use std::sync::Arc;

use arrow_schema::{ArrowError, DataType};
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::ast::BinaryOperator;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::TokenizerError;

use super::typed_literals;
use super::types::sql_name as type_name;
use dbsql_local::engine::SqlError;

/// The result of an operation that can fail like a statement.
pub(super) type Result<T, E = SqlError> = std::result::Result<T, E>;

/// What such a message begins with: DataFusion passes on texts of errors without their classes.
const UNSUPPORTED: &str = "The local warehouse does not support this: ";

pub(super) fn unsupported(what: impl AsRef<str>) -> SqlError {
    let message = format!("{UNSUPPORTED}{}.", what.as_ref());
    SqlError::new("UNSUPPORTED_FEATURE", "0A000", message)
}

pub(super) fn syntax(message: impl Into<String>) -> SqlError {
    SqlError::new("PARSE_SYNTAX_ERROR", "42601", message)
}

pub(super) fn too_complex() -> SqlError {
    let message = "The statement is too complex to be parsed: divide it into simpler parts.";
    SqlError::new("FAILED_TO_PARSE_TOO_COMPLEX", "54001", message)
}

pub(super) fn table_not_found(name: &str) -> SqlError {
    let message = format!(
        "The table or view {name} cannot be found. Verify the spelling and correctness of the \
         schema and catalog."
    );
    SqlError::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", message)
}

pub(super) fn table_exists(name: &str) -> SqlError {
    let message = format!(
        "Cannot create table or view {name} because it already exists. Choose another name, drop it first, or use OR REPLACE or IF NOT EXISTS."
    );
    SqlError::new("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", message)
}

pub(super) fn schema_not_found(name: &str) -> SqlError {
    let message = format!("The schema {name} cannot be found.");
    SqlError::new("SCHEMA_NOT_FOUND", "42704", message)
}

pub(super) fn catalog_not_found(name: &str) -> SqlError {
    let message = format!("Catalog {name} was not found.");
    SqlError::new("NO_SUCH_CATALOG_EXCEPTION", "42704", message)
}

/// Another statement changed the definition of a table before this one could use it.
pub(super) fn changed_meanwhile() -> SqlError {
    let message = "The metadata of the table has been changed by a concurrent update. Please try \
                   the operation again.";
    SqlError::new("DELTA_METADATA_CHANGED", "2D521", message)
}

pub(super) fn unresolved_column(name: &str, known: &[String]) -> SqlError {
    let cannot =
        format!("A column, variable, or function parameter with name {name} cannot be resolved.");
    if known.is_empty() {
        return SqlError::new("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "42703", cannot);
    }
    let message = format!("{cannot} Did you mean one of the following? [{}].", known.join(", "));
    SqlError::new("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", message)
}

pub(super) fn invalid_cast(value: &str, from: &str, to: &str) -> SqlError {
    let message = format!(
        "The value '{value}' of the type \"{from}\" cannot be cast to \"{to}\" because it is \
         malformed. Correct the value as per the syntax, or change its target type. Use \
         `try_cast` to tolerate malformed input and return NULL instead."
    );
    SqlError::new("CAST_INVALID_INPUT", "22018", message)
}

pub(super) fn divide_by_zero() -> SqlError {
    let message = "Division by zero. Use `try_divide` to tolerate divisor being 0 and return \
                   NULL instead.";
    SqlError::new("DIVIDE_BY_ZERO", "22012", message)
}

/// There is no cast between two types.
pub(super) fn no_such_cast(from: &DataType, to: &DataType) -> SqlError {
    let [from, to] = [from, to].map(|side| type_name(side).to_uppercase());
    let message = format!("Cannot cast \"{from}\" to \"{to}\".");
    SqlError::new("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "42K09", message)
}

/// A number is out of the range of an integer type.
pub(super) fn cast_overflow(value: &str, from: &str, to: &str) -> SqlError {
    let message = format!(
        "The value {value} of the type \"{from}\" cannot be cast to \"{to}\" due to an overflow. Use \
         `try_cast` to tolerate overflow and return NULL instead."
    );
    SqlError::new("CAST_OVERFLOW", "22003", message)
}

/// A number literal is out of the range of its type.
pub(super) fn literal_out_of_range(number: &str, data_type: &str) -> SqlError {
    let message = format!("The number {number} is out of the range of {data_type}.");
    SqlError::new("INVALID_NUMERIC_LITERAL_RANGE", "22003", message)
}

/// A value has no members to take one of.
pub(super) fn no_fields(name: &str, data_type: &str) -> SqlError {
    let message =
        format!("Can't extract the value {name} from a value of the type \"{data_type}\".");
    SqlError::new("INVALID_EXTRACT_BASE_FIELD_TYPE", "42000", message)
}

/// A DECIMAL has at most 38 digits.
pub(super) fn too_many_digits(precision: u64) -> SqlError {
    let message = format!("A DECIMAL has at most 38 digits, and not {precision}.");
    SqlError::new("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003", message)
}

/// The text of a literal such as `DATE '2024-02-30'` is no value of its type.
pub(super) fn invalid_typed_literal(text: &str, data_type: &str) -> SqlError {
    let message = format!("The value of the typed literal \"{data_type}\" is invalid: '{text}'.");
    SqlError::new("INVALID_TYPED_LITERAL", "42604", message)
}

/// `INT '5'`: only dates, times, intervals and binaries are written so.
pub(super) fn unsupported_typed_literal(data_type: &str) -> SqlError {
    let message = format!(
        "Literals of the type \"{}\" are not supported. Supported types are \"DATE\", \"TIMESTAMP_NTZ\", \
         \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\".",
        data_type.to_uppercase()
    );
    SqlError::new("UNSUPPORTED_TYPED_LITERAL", "0A000", message)
}

/// A unit of time is a word, and not a text.
pub(super) fn invalid_unit(function: &str, unit: &str) -> SqlError {
    let message = format!(
        "The unit of `{function}` is a word such as MONTH, and not a text: write {unit} without quotes."
    );
    SqlError::new("INVALID_PARAMETER_VALUE.DATETIME_UNIT", "22023", message)
}

/// A number does not fit into a decimal type.
pub(super) fn out_of_range(value: &str, precision: u8, scale: i8) -> SqlError {
    let message =
        format!("The value {value} cannot be represented as Decimal({precision}, {scale}).");
    SqlError::new("NUMERIC_VALUE_OUT_OF_RANGE", "22003", message)
}

/// A text has more digits before its point than any decimal type.
pub(super) fn out_of_all_decimals(text: &str) -> SqlError {
    let message = format!(
        "The value {text} cannot be interpreted as a numeric since it has more than 38 digits."
    );
    SqlError::new("NUMERIC_OUT_OF_SUPPORTED_RANGE", "22003", message)
}

/// The result of an operation is out of the range of its type.
pub(super) fn arithmetic_overflow(data_type: &DataType) -> SqlError {
    let name = type_name(data_type);
    let class = match data_type {
        DataType::Int8 | DataType::Int16 => "BINARY_ARITHMETIC_OVERFLOW",
        _ => "ARITHMETIC_OVERFLOW",
    };
    SqlError::new(class, "22003", format!("The result is out of the range of {name}."))
}

/// A date or a timestamp is out of the range of its type.
pub(super) fn datetime_overflow() -> SqlError {
    let message = "Datetime operation overflow: the result is out of the range of its type.";
    SqlError::new("DATETIME_OVERFLOW", "22008", message)
}

/// The sum of all values is out of the range of its type.
pub(super) fn sum_overflow() -> SqlError {
    arithmetic_overflow(&DataType::Int64)
}

/// A percentage is not between 0 and 1.
pub(super) fn share_out_of_range() -> SqlError {
    let message = "The percentage must be between 0.0 and 1.0.";
    SqlError::new("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09", message)
}

/// `extract` of a field that the value does not have.
pub(super) fn invalid_extract_field(argument: &str) -> SqlError {
    let message = format!("Cannot extract that field from a value of the type {argument}.");
    SqlError::new("INVALID_EXTRACT_FIELD", "42601", message)
}

/// A timestamp plus an interval is out of range.
pub(super) fn time_overflow() -> SqlError {
    arithmetic_overflow(&DataType::Int64)
}

/// An interval is out of the range of its type.
pub(super) fn interval_overflow() -> SqlError {
    let message = "Interval operation overflow: the result is out of the range of its type.";
    SqlError::new("INTERVAL_ARITHMETIC_OVERFLOW", "22015", message)
}

pub(super) fn interval_divided_by_zero() -> SqlError {
    let message = "Division by zero of an interval. Use `try_divide` to tolerate divisor being 0.";
    SqlError::new("INTERVAL_DIVIDED_BY_ZERO", "22012", message)
}

/// A part of a date or a time does not exist. Databricks has a class for it; Apache Spark 3.5 has none.
pub(super) fn datetime_field(what: &str) -> SqlError {
    let message = format!("Invalid value of a date or time field: {what} does not exist.");
    SqlError::new("DATETIME_FIELD_OUT_OF_BOUNDS", "22023", message)
}

/// 60 seconds, which are the next minute, with a fraction.
pub(super) fn fraction_of_second() -> SqlError {
    let message = "The fraction of sec must be zero. Valid range is [0, 60].";
    SqlError::new("INVALID_FRACTION_OF_SECOND", "22023", message)
}

/// A text does not have the form of its pattern.
pub(super) fn cannot_parse_timestamp(text: &str) -> SqlError {
    let message = format!(
        "The text '{text}' does not have the form of the pattern. Use `try_to_timestamp` to tolerate \
         invalid input and return NULL instead."
    );
    SqlError::new("CANNOT_PARSE_TIMESTAMP", "22007", message)
}

/// A text was read by an older Spark, but is not any more.
pub(super) fn parsed_before(text: &str) -> SqlError {
    let message = format!("Versions of Spark before 3.0 read '{text}' in another way.");
    let class = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER";
    SqlError::new(class, "42K0B", message)
}

/// An operator between values that it is not for.
pub(super) fn wrong_operands(
    operator: &BinaryOperator,
    left: &DataType,
    right: &DataType,
) -> SqlError {
    let is_interval = super::coercion::is_interval;
    if *operator == BinaryOperator::MyIntegerDivide && (is_interval(left) || is_interval(right)) {
        return unsupported("DIV between intervals");
    }
    let [left, right] = [left, right].map(|side| type_name(side).to_uppercase());
    let message = format!(
        "The left and right operands of the binary operator `{operator}` have incompatible types \
         (\"{left}\" and \"{right}\")."
    );
    SqlError::new("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "42K09", message)
}

/// There is no function of that name.
pub(super) fn unknown_function(name: &str) -> SqlError {
    let message =
        format!("Cannot resolve routine {}. Verify the spelling of the function.", quoted([name]));
    SqlError::new("UNRESOLVED_ROUTINE", "42883", message)
}

/// The arguments of a function have types that it is not for.
pub(super) fn wrong_argument_types(name: &str, arguments: &[DataType]) -> SqlError {
    let types: Vec<_> =
        arguments.iter().map(|argument| type_name(argument).to_uppercase()).collect();
    let name = name.trim_start_matches("dbsql_");
    let message =
        format!("Cannot resolve `{name}` for arguments of the types ({}).", types.join(", "));
    SqlError::new("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "42K09", message)
}

/// A function has another number of parameters.
pub(super) fn wrong_argument_count(name: &str, count: usize) -> SqlError {
    let message = format!("The function `{name}` does not take {count} arguments.");
    SqlError::new("WRONG_NUM_ARGS", "42605", message)
}

/// Quotes a name: `` `a`.`b` ``.
pub(super) fn quoted<S: AsRef<str>>(parts: impl IntoIterator<Item = S>) -> String {
    let parts: Vec<_> =
        parts.into_iter().map(|part| format!("`{}`", part.as_ref().replace('`', "``"))).collect();
    parts.join(".")
}

/// Wraps one of our errors to pass it through DataFusion; [`from_datafusion`] unwraps it.
pub(super) fn into_datafusion(error: SqlError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

pub(super) fn from_tokenizer(error: &TokenizerError) -> SqlError {
    let at = error.location;
    syntax(format!("Syntax error: {} (line {}, pos {}).", error.message, at.line, at.column))
}

pub(super) fn from_parser(error: &ParserError) -> SqlError {
    match error {
        ParserError::RecursionLimitExceeded => too_complex(),
        ParserError::TokenizerError(message) => syntax(format!("Syntax error: {message}.")),
        ParserError::ParserError(message) => match message.strip_prefix("unsupported: ") {
            Some(what) => unsupported(what),
            None => typed_literals::error(message).unwrap_or_else(|| syntax(near(message))),
        },
    }
}

/// Converts `Expected: end of statement, found: FORM at Line: 1, Column: 10` to the wording of
/// Spark.
fn near(message: &str) -> String {
    let Some((expected, found)) = message.split_once(", found: ") else {
        return format!("Syntax error: {message}.");
    };
    let expected = expected.replacen("Expected: ", "expected ", 1);
    let (token, location) = found.rsplit_once(" at Line: ").unwrap_or((found, ""));
    let token = if token == "EOF" { "end of input".to_owned() } else { format!("'{token}'") };
    let location = match location.split_once(", Column: ") {
        Some((line, column)) => format!(" (line {line}, pos {column})"),
        None => String::new(),
    };
    format!("Syntax error at or near {token}{location}: {expected}.")
}

/// Returns the error of a statement, unwrapped.
pub(super) fn from_datafusion(error: DataFusionError) -> SqlError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            from_datafusion(*inner)
        }
        DataFusionError::Shared(inner) => match Arc::try_unwrap(inner) {
            Ok(inner) => from_datafusion(inner),
            Err(shared) => from_root(shared.find_root()),
        },
        DataFusionError::Collection(errors) => errors
            .into_iter()
            .next()
            .map_or_else(|| SqlError::internal("an error without a cause"), from_datafusion),
        other => from_root(other.find_root()),
    }
}

fn from_root(root: &DataFusionError) -> SqlError {
    match root {
        DataFusionError::External(inner) => match inner.downcast_ref::<SqlError>() {
            Some(error) => error.clone(),
            None => unknown(&inner.to_string()),
        },
        DataFusionError::ArrowError(error, _) => from_arrow(error),
        DataFusionError::SQL(error, _) => from_parser(error),
        DataFusionError::NotImplemented(message) => unsupported(shortened(message)),
        DataFusionError::SchemaError(error, _) => from_schema(error),
        DataFusionError::Plan(message) => from_plan(message),
        DataFusionError::ResourcesExhausted(message) => {
            let sql_state = Some("53200".to_owned());
            SqlError { message: message.clone(), sql_state, error_class: None }
        }
        DataFusionError::Internal(message) => unknown(message),
        DataFusionError::Execution(message) => from_execution(message),
        DataFusionError::ExecutionJoin(error) => SqlError::internal(error.to_string()),
        other => unknown(&other.strip_backtrace()),
    }
}

/// Some messages end with a whole tree.
fn shortened(message: &str) -> &str {
    let message = message.split(['{', '\n']).next().unwrap_or(message);
    message.char_indices().nth(200).map_or(message, |(end, _)| &message[..end]).trim_end()
}

/// An error of the engine that Spark has no class for: what it cannot do is not supported.
fn unknown(message: &str) -> SqlError {
    unsupported(shortened(message).trim_end_matches('.'))
}

fn from_schema(error: &SchemaError) -> SqlError {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let name = match &field.relation {
                Some(relation) => quoted([relation.table(), field.name()]),
                None => quoted([field.name()]),
            };
            let known: Vec<_> =
                valid_fields.iter().take(5).map(|known| quoted([known.name()])).collect();
            unresolved_column(&name, &known)
        }
        SchemaError::AmbiguousReference { field } => {
            let message = format!("Reference {} is ambiguous.", quoted([field.name()]));
            SqlError::new("AMBIGUOUS_REFERENCE", "42704", message)
        }
        SchemaError::DuplicateQualifiedField { name, .. }
        | SchemaError::DuplicateUnqualifiedField { name } => duplicate_column(name),
    }
}

/// `name.*` of what is neither a table nor a struct.
pub(super) fn star_of_nothing() -> SqlError {
    let message = "Cannot resolve name.*: no table in FROM and no struct has that name.";
    SqlError::new("CANNOT_RESOLVE_STAR_EXPAND", "42704", message)
}

/// A column of USING that one side of the join does not have.
pub(super) fn unresolved_using(column: &str) -> SqlError {
    let message = format!("USING column `{column}` cannot be resolved on both sides of the join.");
    SqlError::new("UNRESOLVED_USING_COLUMN_FOR_JOIN", "42703", message)
}

/// A column that is used in HAVING or ORDER BY, where only those of the groups are known.
pub(super) fn unresolved_after_grouping(name: &str) -> SqlError {
    let name = quoted(name.split('.'));
    let message = format!(
        "A column, variable, or function parameter with name {name} cannot be resolved after GROUP BY: \
         group by it or aggregate it."
    );
    SqlError::new("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", message)
}

pub(super) fn duplicate_column(name: &str) -> SqlError {
    let message = format!(
        "The column {} already exists. Choose another name or rename the existing column.",
        quoted([name])
    );
    SqlError::new("COLUMN_ALREADY_EXISTS", "42711", message)
}

fn from_plan(message: &str) -> SqlError {
    if let Some(rest) = message.strip_prefix("Invalid function '") {
        // The suggestion that follows may be a function that is refused.
        let name = rest.split_once('\'').map_or(rest, |(name, _)| name);
        return unknown_function(name);
    }
    if message.starts_with("Inconsistent metadata across values") {
        return unsupported("intervals of several types in VALUES");
    }
    if message.starts_with("Unary operator '-' only supports") {
        return unsupported("the negative of such a value");
    }
    if message.contains("Correlated scalar subquery can only be used in") {
        return unsupported("a subquery here that depends on the query around it");
    }
    // The error of a function of ours, in the words of DataFusion around it.
    if message.contains("The function `") && message.contains("` does not take ") {
        return SqlError::new("WRONG_NUM_ARGS", "42605", message);
    }
    let classes = [
        ("HAVING clause references", "MISSING_GROUP_BY", "42803"),
        ("Cannot find column with position", "GROUP_BY_POS_OUT_OF_RANGE", "42805"),
        ("Order by column out of bounds", "ORDER_BY_POS_OUT_OF_RANGE", "42805"),
        ("Order by index starts at 1", "ORDER_BY_POS_OUT_OF_RANGE", "42805"),
        ("not allowed in the WHERE clause", "INVALID_WHERE_CONDITION", "42903"),
        ("Aggregate function calls cannot be nested", "NESTED_AGGREGATE_FUNCTION", "42607"),
        ("non-boolean predicate", "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "42K09"),
        ("OFFSET must be >=0", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "42K0E"),
        (
            "Correlated scalar subquery must be aggregated",
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY",
            "0A000",
        ),
        ("For SELECT DISTINCT, ORDER BY", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "42703"),
        ("Too many columns!", "INVALID_SUBQUERY_EXPRESSION", "42823"),
        ("in InSubquery", "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH", "42K09"),
        (
            "In/Exist/SetComparison subquery can only be used in",
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY",
            "0A000",
        ),
        ("queries have different number of columns", "NUM_COLUMNS_MISMATCH", "42826"),
        ("Inconsistent data length", "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "42000"),
        ("LIMIT must be >= 0", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "42K0E"),
        ("Expected LIMIT to be", "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "42K0E"),
        ("Join condition must be boolean", "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "42K0E"),
        ("Incompatible inputs for Union", "INCOMPATIBLE_COLUMN_TYPE", "42825"),
    ];
    if let Some((_, class, state)) = classes.iter().find(|(words, ..)| message.contains(words)) {
        return SqlError::new(*class, *state, message);
    }
    let is = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if let Some((_, what)) = message.split_once(UNSUPPORTED) {
        return unsupported(what.lines().next().unwrap_or(what).trim_end_matches('.'));
    }
    // The planner passes on the texts of errors of functions, but not their classes.
    if is(&["Cannot extract that field"]) {
        return SqlError::new("INVALID_EXTRACT_FIELD", "42601", message);
    }
    if message.contains("The function `") && message.contains("does not take")
        || is(&["does not support zero arguments"])
    {
        return SqlError::new("WRONG_NUM_ARGS", "42605", message);
    }
    if is(&["require unique expression names", "contains duplicate"]) {
        return SqlError::new("COLUMN_ALREADY_EXISTS", "42711", message);
    }
    if is(&["must be in the GROUP BY", "must appear in the GROUP BY", "not appear in the GROUP BY"])
    {
        return SqlError::new("MISSING_AGGREGATION", "42803", message);
    }
    if is(&["oerce", "No function matches", "Cannot cast", "Unsupported CAST", "common argument"]) {
        return SqlError::new("DATATYPE_MISMATCH", "42K09", message);
    }
    unknown(message)
}

fn from_execution(message: &str) -> SqlError {
    if message.to_ascii_lowercase().contains("divide by zero") {
        return divide_by_zero();
    }
    if message.contains("Scalar subquery returned more than one row") {
        return SqlError::new("SCALAR_SUBQUERY_TOO_MANY_ROWS", "21000", message);
    }
    // `Error parsing timestamp from 'x': ...`
    if message.starts_with("Error parsing") {
        return SqlError::new("CAST_INVALID_INPUT", "22018", message);
    }
    unknown(message)
}

fn from_arrow(error: &ArrowError) -> SqlError {
    match error {
        ArrowError::DivideByZero => divide_by_zero(),
        ArrowError::ArithmeticOverflow(message) => {
            SqlError::new("ARITHMETIC_OVERFLOW", "22003", message)
        }
        ArrowError::CastError(message) | ArrowError::ParseError(message) => from_cast(message),
        ArrowError::ExternalError(inner) => match inner.downcast_ref::<DataFusionError>() {
            Some(error) => from_root(error.find_root()),
            None => unknown(&inner.to_string()),
        },
        ArrowError::InvalidArgumentError(message) if message.contains("is too large to store") => {
            SqlError::new("NUMERIC_VALUE_OUT_OF_RANGE", "22003", message)
        }
        // A subquery without a row, over a column that cannot be NULL.
        ArrowError::InvalidArgumentError(message) if message.contains("as non-nullable") => {
            unsupported("a NULL where none is expected")
        }
        other => unknown(&other.to_string()),
    }
}

/// Converts `Cannot cast string 'abc' to value of Int32 type` to the wording of Spark.
fn from_cast(message: &str) -> SqlError {
    let parts = message
        .strip_prefix("Cannot cast string '")
        .and_then(|rest| rest.rsplit_once("' to value of "))
        .and_then(|(value, rest)| Some((value, rest.strip_suffix(" type")?)));
    if let Some((value, arrow_type)) = parts {
        return invalid_cast(value, "STRING", sql_name(arrow_type));
    }
    let overflows = message.contains("Can't cast value") || message.contains("too large");
    if overflows {
        return SqlError::new("CAST_OVERFLOW", "22003", message);
    }
    SqlError::new("CAST_INVALID_INPUT", "22018", message)
}

/// Returns the SQL name for an Arrow type in a message, if there is a common one.
fn sql_name(arrow_type: &str) -> &str {
    match arrow_type {
        "Int8" => "TINYINT",
        "Int16" => "SMALLINT",
        "Int32" => "INT",
        "Int64" => "BIGINT",
        "Float32" => "FLOAT",
        "Float64" => "DOUBLE",
        "Boolean" => "BOOLEAN",
        "Date32" => "DATE",
        other if other.starts_with("Timestamp") => "TIMESTAMP",
        other if other.starts_with("Decimal") => "DECIMAL",
        other => other,
    }
}
