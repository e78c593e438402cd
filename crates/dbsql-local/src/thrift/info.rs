//! `GetInfo`: the name and capabilities of the server.

use dbsql_protocol::types::{TGetInfoReq, TGetInfoResp, TGetInfoType, TGetInfoValue};

use crate::thrift::{Ask, Refusal, sessions, status};

pub(super) fn get(ask: &Ask<'_>, request: &TGetInfoReq) -> Result<TGetInfoResp, Refusal> {
    sessions::find(ask.inner, &request.session_handle)?;
    match value(request.info_type) {
        TGetInfoValue::Unset => Err(status::invalid("Unrecognized GetInfoType value")),
        info_value => Ok(TGetInfoResp { status: status::success(), info_value }),
    }
}

/// Returns the answer to a question; unset if there is none.
pub(super) fn value(wanted: TGetInfoType) -> TGetInfoValue {
    let text = |text: &str| TGetInfoValue::StringValue(text.to_owned());
    match wanted {
        TGetInfoType::CLI_SERVER_NAME | TGetInfoType::CLI_DBMS_NAME => text("Spark SQL"),
        TGetInfoType::CLI_DBMS_VER => text(concat!("local ", env!("CARGO_PKG_VERSION"))),
        TGetInfoType::CLI_SEARCH_PATTERN_ESCAPE => text("\\"),
        TGetInfoType::CLI_IDENTIFIER_QUOTE_CHAR => text("`"),
        TGetInfoType::CLI_MAX_COLUMN_NAME_LEN
        | TGetInfoType::CLI_MAX_SCHEMA_NAME_LEN
        | TGetInfoType::CLI_MAX_CATALOG_NAME_LEN
        | TGetInfoType::CLI_MAX_TABLE_NAME_LEN => TGetInfoValue::LenValue(255),
        TGetInfoType::CLI_MAX_STATEMENT_LEN => TGetInfoValue::LenValue(0),
        TGetInfoType::CLI_TXN_CAPABLE => TGetInfoValue::SmallIntValue(0),
        _ => TGetInfoValue::Unset,
    }
}
