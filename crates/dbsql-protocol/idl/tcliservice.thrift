/*
 * The service that Databricks SQL warehouses and clusters, Apache Spark and other descendants of
 * HiveServer2 answer, as far as clients can reach it. Names, numbers and types are those of the wire;
 * the words are ours. `cargo xtask codegen` turns this file into Rust.
 *
 * Annotations for our generator:
 *   view = "true"      a list that stays in wire form until it is read
 *   secret = "true"    Debug prints nothing of it
 *   secret = "query"   Debug prints a URL up to its query string
 *   secret = "values"  Debug prints the keys of a map
 *   secret = "size"    Debug prints how long it is
 *
 * SPDX-License-Identifier: Apache-2.0
 */

namespace rs dbsql_protocol

/**
 * What a client offers and a server agrees to. Hive counts from 0, Databricks and Spark from
 * 0xA501.
 */
enum TProtocolVersion {
  /** No version: what a receiver assumes when the field is absent. */
  __HIVE_JDBC_WORKAROUND = -7,
  /** Hive, first version. */
  HIVE_CLI_SERVICE_PROTOCOL_V1 = 0,
  /** Hive: asynchronous execution. */
  HIVE_CLI_SERVICE_PROTOCOL_V2 = 1,
  /** Hive: qualifiers of VARCHAR. */
  HIVE_CLI_SERVICE_PROTOCOL_V3 = 2,
  /** Hive: qualifiers of DECIMAL. */
  HIVE_CLI_SERVICE_PROTOCOL_V4 = 3,
  /** Hive: qualifiers of CHAR. */
  HIVE_CLI_SERVICE_PROTOCOL_V5 = 4,
  /** Hive: results by column. */
  HIVE_CLI_SERVICE_PROTOCOL_V6 = 5,
  /** Hive: delegation tokens. */
  HIVE_CLI_SERVICE_PROTOCOL_V7 = 6,
  /** Hive: interval types. */
  HIVE_CLI_SERVICE_PROTOCOL_V8 = 7,
  /** Hive: columns serialised by the tasks. */
  HIVE_CLI_SERVICE_PROTOCOL_V9 = 8,
  /** Hive: progress of operations. */
  HIVE_CLI_SERVICE_PROTOCOL_V10 = 9,
  /**
   * Databricks: direct results, facts in the answer that opens a session, a reliable `hasMoreRows`.
   */
  SPARK_CLI_SERVICE_PROTOCOL_V1 = 42241,
  /** Databricks: the oldest version that current clients accept. */
  SPARK_CLI_SERVICE_PROTOCOL_V2 = 42242,
  /** Databricks: links to result files. */
  SPARK_CLI_SERVICE_PROTOCOL_V3 = 42243,
  /** Databricks: several catalogs, an initial namespace, a limit of rows. */
  SPARK_CLI_SERVICE_PROTOCOL_V4 = 42244,
  /** Databricks: Arrow schema and types, metadata together with rows. */
  SPARK_CLI_SERVICE_PROTOCOL_V5 = 42245,
  /** Databricks: LZ4 for inline Arrow, asynchronous metadata calls. */
  SPARK_CLI_SERVICE_PROTOCOL_V6 = 42246,
  /** Databricks: staging operations. */
  SPARK_CLI_SERVICE_PROTOCOL_V7 = 42247,
  /** Databricks: parameters. */
  SPARK_CLI_SERVICE_PROTOCOL_V8 = 42248,
  /** Databricks: metadata calls that run on when the client has gone. */
  SPARK_CLI_SERVICE_PROTOCOL_V9 = 42249,
  /** For tests of servers. */
  __TEST_PROTOCOL_VERSION = 65281,
}

/** The type of a column, as far as this protocol can tell: newer types travel as STRING_TYPE. */
enum TTypeId {
  /** BOOLEAN. */
  BOOLEAN_TYPE = 0,
  /** TINYINT, 8 bits. */
  TINYINT_TYPE = 1,
  /** SMALLINT, 16 bits. */
  SMALLINT_TYPE = 2,
  /** INT, 32 bits. */
  INT_TYPE = 3,
  /** BIGINT, 64 bits. */
  BIGINT_TYPE = 4,
  /** FLOAT, single precision. */
  FLOAT_TYPE = 5,
  /** DOUBLE, double precision. */
  DOUBLE_TYPE = 6,
  /** STRING, and types that have no number here: VARIANT, GEOMETRY, GEOGRAPHY, intervals. */
  STRING_TYPE = 7,
  /** TIMESTAMP, with or without a time zone. */
  TIMESTAMP_TYPE = 8,
  /** BINARY. */
  BINARY_TYPE = 9,
  /** ARRAY. */
  ARRAY_TYPE = 10,
  /** MAP. */
  MAP_TYPE = 11,
  /** STRUCT. */
  STRUCT_TYPE = 12,
  /** A Hive union. */
  UNION_TYPE = 13,
  /** A type of a Hive plug-in. */
  USER_DEFINED_TYPE = 14,
  /** DECIMAL; precision and scale are qualifiers. */
  DECIMAL_TYPE = 15,
  /** VOID, the type of a bare NULL. */
  NULL_TYPE = 16,
  /** DATE. */
  DATE_TYPE = 17,
  /** VARCHAR; the length is a qualifier. */
  VARCHAR_TYPE = 18,
  /** CHAR; the length is a qualifier. */
  CHAR_TYPE = 19,
  /** An interval of years and months. */
  INTERVAL_YEAR_MONTH_TYPE = 20,
  /** An interval of days and parts of a day. */
  INTERVAL_DAY_TIME_TYPE = 21,
}

/** How the rows of a result travel. */
enum TSparkRowSetType {
  /** Arrow record batches in the answer. */
  ARROW_BASED_SET = 0,
  /** Columns in the answer. */
  COLUMN_BASED_SET = 1,
  /** Rows in the answer. */
  ROW_BASED_SET = 2,
  /** Links to files with Arrow streams. */
  URL_BASED_SET = 3,
}

/** How one call went. The fate of a statement is its TOperationState. */
enum TStatusCode {
  /** Done. */
  SUCCESS_STATUS = 0,
  /** Done, with remarks in `infoMessages`. */
  SUCCESS_WITH_INFO_STATUS = 1,
  /** Accepted, not finished. */
  STILL_EXECUTING_STATUS = 2,
  /** Refused or failed; the other fields of the status say why. */
  ERROR_STATUS = 3,
  /** The server does not know the handle, or its secret is wrong. */
  INVALID_HANDLE_STATUS = 4,
}

/** The life of an operation. */
enum TOperationState {
  /** Created, not started. */
  INITIALIZED_STATE = 0,
  /** Running. */
  RUNNING_STATE = 1,
  /** Succeeded. */
  FINISHED_STATE = 2,
  /** Canceled. */
  CANCELED_STATE = 3,
  /** Closed; there is nothing left to read. */
  CLOSED_STATE = 4,
  /** Failed. */
  ERROR_STATE = 5,
  /** The server does not know; spelled as in the protocol. */
  UKNOWN_STATE = 6,
  /** Waiting for resources. */
  PENDING_STATE = 7,
  /** Stopped by its timeout. */
  TIMEDOUT_STATE = 8,
}

/** What an operation was started by. */
enum TOperationType {
  /** A statement. */
  EXECUTE_STATEMENT = 0,
  /** The list of types. */
  GET_TYPE_INFO = 1,
  /** The list of catalogs. */
  GET_CATALOGS = 2,
  /** A list of schemas. */
  GET_SCHEMAS = 3,
  /** A list of tables. */
  GET_TABLES = 4,
  /** The list of kinds of tables. */
  GET_TABLE_TYPES = 5,
  /** A list of columns. */
  GET_COLUMNS = 6,
  /** A list of functions. */
  GET_FUNCTIONS = 7,
  /** Anything else. */
  UNKNOWN = 8,
}

/** A question about the server, numbered as in ODBC. */
enum TGetInfoType {
  /** How many connections there may be. */
  CLI_MAX_DRIVER_CONNECTIONS = 0,
  /** How many statements a connection may run at a time. */
  CLI_MAX_CONCURRENT_ACTIVITIES = 1,
  /** The name of the data source. */
  CLI_DATA_SOURCE_NAME = 2,
  /** The fetch directions supported. */
  CLI_FETCH_DIRECTION = 8,
  /** The name of the server. */
  CLI_SERVER_NAME = 13,
  /** The escape character of patterns. */
  CLI_SEARCH_PATTERN_ESCAPE = 14,
  /** The name of the product. */
  CLI_DBMS_NAME = 17,
  /** The version of the product. */
  CLI_DBMS_VER = 18,
  /** Whether every table listed can be read. */
  CLI_ACCESSIBLE_TABLES = 19,
  /** Whether every procedure listed can be called. */
  CLI_ACCESSIBLE_PROCEDURES = 20,
  /** What a commit does to cursors. */
  CLI_CURSOR_COMMIT_BEHAVIOR = 23,
  /** Whether the data can only be read. */
  CLI_DATA_SOURCE_READ_ONLY = 25,
  /** The usual isolation of transactions. */
  CLI_DEFAULT_TXN_ISOLATION = 26,
  /** What happens to the case of identifiers. */
  CLI_IDENTIFIER_CASE = 28,
  /** What identifiers are quoted with. */
  CLI_IDENTIFIER_QUOTE_CHAR = 29,
  /** The longest name of a column. */
  CLI_MAX_COLUMN_NAME_LEN = 30,
  /** The longest name of a cursor. */
  CLI_MAX_CURSOR_NAME_LEN = 31,
  /** The longest name of a schema. */
  CLI_MAX_SCHEMA_NAME_LEN = 32,
  /** The longest name of a catalog. */
  CLI_MAX_CATALOG_NAME_LEN = 34,
  /** The longest name of a table. */
  CLI_MAX_TABLE_NAME_LEN = 35,
  /** The kinds of scrollable cursors. */
  CLI_SCROLL_CONCURRENCY = 43,
  /** What transactions can hold. */
  CLI_TXN_CAPABLE = 46,
  /** The name of the user. */
  CLI_USER_NAME = 47,
  /** The isolation levels supported. */
  CLI_TXN_ISOLATION_OPTION = 72,
  /** Whether integrity constraints are supported. */
  CLI_INTEGRITY = 73,
  /** How values can be read in parts. */
  CLI_GETDATA_EXTENSIONS = 81,
  /** Where NULL sorts. */
  CLI_NULL_COLLATION = 85,
  /** What ALTER TABLE can do. */
  CLI_ALTER_TABLE = 86,
  /** Whether ORDER BY columns must be selected. */
  CLI_ORDER_BY_COLUMNS_IN_SELECT = 90,
  /** Characters beyond letters, digits and underscore in identifiers. */
  CLI_SPECIAL_CHARACTERS = 94,
  /** The most columns in GROUP BY. */
  CLI_MAX_COLUMNS_IN_GROUP_BY = 97,
  /** The most columns in an index. */
  CLI_MAX_COLUMNS_IN_INDEX = 98,
  /** The most columns in ORDER BY. */
  CLI_MAX_COLUMNS_IN_ORDER_BY = 99,
  /** The most columns in SELECT. */
  CLI_MAX_COLUMNS_IN_SELECT = 100,
  /** The most columns in a table. */
  CLI_MAX_COLUMNS_IN_TABLE = 101,
  /** The most bytes in an index. */
  CLI_MAX_INDEX_SIZE = 102,
  /** The most bytes in a row. */
  CLI_MAX_ROW_SIZE = 104,
  /** The longest statement. */
  CLI_MAX_STATEMENT_LEN = 105,
  /** The most tables in a query. */
  CLI_MAX_TABLES_IN_SELECT = 106,
  /** The longest name of a user. */
  CLI_MAX_USER_NAME_LEN = 107,
  /** The kinds of outer joins. */
  CLI_OJ_CAPABILITIES = 115,
  /** The year of the X/Open specification followed. */
  CLI_XOPEN_CLI_YEAR = 10000,
  /** Whether cursors see changes. */
  CLI_CURSOR_SENSITIVITY = 10001,
  /** Whether parameters can be described. */
  CLI_DESCRIBE_PARAMETER = 10002,
  /** Whether there are catalogs. */
  CLI_CATALOG_NAME = 10003,
  /** The usual collation. */
  CLI_COLLATION_SEQ = 10004,
  /** The longest identifier. */
  CLI_MAX_IDENTIFIER_LEN = 10005,
}

/** Whether the result came out of a cache. */
enum TCacheLookupResult {
  /** The statement cannot be cached. */
  CACHE_INELIGIBLE = 0,
  /** From the cache of the warehouse. */
  LOCAL_CACHE_HIT = 1,
  /** From the cache that warehouses share. */
  REMOTE_CACHE_HIT = 2,
  /** Not cached, computed. */
  CACHE_MISS = 3,
}

/** From where a fetch reads. */
enum TFetchOrientation {
  /** On from the last fetch. */
  FETCH_NEXT = 0,
  /** Back from the last fetch. */
  FETCH_PRIOR = 1,
  /** From a distance to the last fetch. */
  FETCH_RELATIVE = 2,
  /** From a given row. */
  FETCH_ABSOLUTE = 3,
  /** From the first row. */
  FETCH_FIRST = 4,
  /** From the last rows. */
  FETCH_LAST = 5,
}

/** How far the work behind an operation is. */
enum TJobExecutionStatus {
  /** Working. */
  IN_PROGRESS = 0,
  /** Done. */
  COMPLETE = 1,
  /** The server does not know. */
  NOT_AVAILABLE = 2,
}

/** The value of a qualifier. */
union TTypeQualifierValue {
  /** A number. */
  1: i32 i32Value,
  /** A text. */
  2: string stringValue,
}

/** What a type name leaves open. */
struct TTypeQualifiers {
  /** Under `precision`, `scale` or `characterMaximumLength`. */
  1: required map<string, TTypeQualifierValue> qualifiers,
}

/** A type by its number. Databricks uses it for nested types too, without their elements. */
struct TPrimitiveTypeEntry {
  /** The type. */
  1: required TTypeId type,
  /** Precision and scale, or length. */
  2: optional TTypeQualifiers typeQualifiers,
}

/** The type of an array. */
struct TArrayTypeEntry {
  /** Where the type of the elements stands in `TTypeDesc.types`. */
  1: required i32 objectTypePtr,
}

/** The type of a map. */
struct TMapTypeEntry {
  /** Where the type of the keys stands in `TTypeDesc.types`. */
  1: required i32 keyTypePtr,
  /** Where the type of the values stands in `TTypeDesc.types`. */
  2: required i32 valueTypePtr,
}

/** The type of a struct. */
struct TStructTypeEntry {
  /** Where the type of each member stands in `TTypeDesc.types`. */
  1: required map<string, i32> nameToTypePtr,
}

/** The type of a Hive union. */
struct TUnionTypeEntry {
  /** Where the type of each member stands in `TTypeDesc.types`. */
  1: required map<string, i32> nameToTypePtr,
}

/** The type of a Hive plug-in. */
struct TUserDefinedTypeEntry {
  /** The class that implements it. */
  1: required string typeClassName,
}

/** One node of a type. */
union TTypeEntry {
  /** A type by its number. */
  1: TPrimitiveTypeEntry primitiveEntry,
  /** An array. */
  2: TArrayTypeEntry arrayEntry,
  /** A map. */
  3: TMapTypeEntry mapEntry,
  /** A struct. */
  4: TStructTypeEntry structEntry,
  /** A Hive union. */
  5: TUnionTypeEntry unionEntry,
  /** A type of a plug-in. */
  6: TUserDefinedTypeEntry userDefinedTypeEntry,
}

/** A type as a list of nodes that point to each other. */
struct TTypeDesc {
  /** The nodes; the first is the type. */
  1: required list<TTypeEntry> types,
}

/** A column of a result. */
struct TColumnDesc {
  /** The name, not always unique. */
  1: required string columnName,
  /** The type. */
  2: required TTypeDesc typeDesc,
  /** The position, from 1. */
  3: required i32 position,
  /** The comment of the column. */
  4: optional string comment,
}

/** The columns of a result. */
struct TTableSchema {
  /** The columns in order. */
  1: required list<TColumnDesc> columns,
}

/** A BOOLEAN of a row. */
struct TBoolValue {
  /** The value; absent for NULL. */
  1: optional bool value (secret = "true"),
}

/** A TINYINT of a row. */
struct TByteValue {
  /** The value; absent for NULL. */
  1: optional i8 value (secret = "true"),
}

/** A SMALLINT of a row. */
struct TI16Value {
  /** The value; absent for NULL. */
  1: optional i16 value (secret = "true"),
}

/** An INT of a row. */
struct TI32Value {
  /** The value; absent for NULL. */
  1: optional i32 value (secret = "true"),
}

/** A BIGINT of a row. */
struct TI64Value {
  /** The value; absent for NULL. */
  1: optional i64 value (secret = "true"),
}

/** A FLOAT or DOUBLE of a row. */
struct TDoubleValue {
  /** The value; absent for NULL. */
  1: optional double value (secret = "true"),
}

/** Text of a row. */
struct TStringValue {
  /** The value; absent for NULL. */
  1: optional string value (secret = "true"),
}

/** One value of a row. */
union TColumnValue {
  /** BOOLEAN. */
  1: TBoolValue boolVal,
  /** TINYINT. */
  2: TByteValue byteVal,
  /** SMALLINT. */
  3: TI16Value i16Val,
  /** INT. */
  4: TI32Value i32Val,
  /** BIGINT. */
  5: TI64Value i64Val,
  /** FLOAT and DOUBLE. */
  6: TDoubleValue doubleVal,
  /** STRING and everything that travels as text. */
  7: TStringValue stringVal,
}

/** A row of a result that travels by row, which no current server sends. */
struct TRow {
  /** The values, one per column. */
  1: required list<TColumnValue> colVals (secret = "size"),
}

/** A column of BOOLEAN. */
struct TBoolColumn {
  /** The values; at a NULL stands some filler. */
  1: required list<bool> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of TINYINT. */
struct TByteColumn {
  /** The values; at a NULL stands some filler. */
  1: required list<i8> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of SMALLINT. */
struct TI16Column {
  /** The values; at a NULL stands some filler. */
  1: required list<i16> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of INT. */
struct TI32Column {
  /** The values; at a NULL stands some filler. */
  1: required list<i32> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of BIGINT. */
struct TI64Column {
  /** The values; at a NULL stands some filler. */
  1: required list<i64> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of FLOAT or DOUBLE. */
struct TDoubleColumn {
  /** The values; at a NULL stands some filler. */
  1: required list<double> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of text: STRING, and DECIMAL, DATE, TIMESTAMP and nested types as text. */
struct TStringColumn {
  /** The values; at a NULL stands some filler. */
  1: required list<string> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** A column of BINARY. */
struct TBinaryColumn {
  /** The values; at a NULL stands some filler. */
  1: required list<binary> values (view = "true"),
  /**
   * One bit per value, lowest bit of the first byte first, 1 for NULL. It may be shorter or longer
   * than the values; missing bits are 0.
   */
  2: required binary nulls (secret = "size"),
}

/** One column of a result that travels by column. */
union TColumn {
  /** BOOLEAN. */
  1: TBoolColumn boolVal,
  /** TINYINT. */
  2: TByteColumn byteVal,
  /** SMALLINT. */
  3: TI16Column i16Val,
  /** INT. */
  4: TI32Column i32Val,
  /** BIGINT. */
  5: TI64Column i64Val,
  /** FLOAT and DOUBLE. */
  6: TDoubleColumn doubleVal,
  /** STRING and everything that travels as text. */
  7: TStringColumn stringVal,
  /** BINARY. */
  8: TBinaryColumn binaryVal,
}

/** Rows as Arrow. */
struct TSparkArrowBatch {
  /** An Arrow IPC message without its schema, possibly as LZ4 frames. */
  1: required binary batch (secret = "size"),
  /** The rows in it. */
  2: required i64 rowCount,
}

/** A file with rows, to be fetched without the credentials of the workspace. */
struct TSparkArrowResultLink {
  /** A presigned URL: whoever has it has the rows. */
  1: required string fileLink (secret = "query"),
  /** When the link expires, in practice as milliseconds since 1970. */
  2: required i64 expiryTime,
  /** The first row, counted from the start of the result. */
  3: required i64 startRowOffset,
  /** How many rows count; the file may hold more. */
  4: required i64 rowCount,
  /** The size of the rows without compression, not that of the file. */
  5: required i64 bytesNum,
  /** Headers to send with the request. */
  6: optional map<string, string> httpHeaders (secret = "values"),
}

/** Some rows of a result, in one of several forms. */
struct TRowSet {
  /** The first row, counted from the start of the result. */
  1: required i64 startRowOffset,
  /** Rows; empty where another form is used. */
  2: required list<TRow> rows (secret = "size"),
  /** Columns. */
  3: optional list<TColumn> columns,
  /** Columns in a form of Hive. */
  4: optional binary binaryColumns (secret = "size"),
  /** The number of columns in `binaryColumns`. */
  5: optional i32 columnCount,
  /** Rows as Arrow. */
  1281: optional list<TSparkArrowBatch> arrowBatches,
  /** Rows in files. */
  1282: optional list<TSparkArrowResultLink> resultLinks,
}

/** How a call went. */
struct TStatus {
  /** The verdict. */
  1: required TStatusCode statusCode,
  /** Remarks of the server. */
  2: optional list<string> infoMessages,
  /** The SQLSTATE, five characters. */
  3: optional string sqlState,
  /** A number of the server for the error. */
  4: optional i32 errorCode,
  /** What went wrong, possibly with a stack trace. */
  5: optional string errorMessage,
  /** What went wrong, for people to read. */
  6: optional string displayMessage,
  /** The error class and its parameters as JSON. */
  1281: optional string errorDetailsJson,
}

/** A catalog and a schema. */
struct TNamespace {
  /** The catalog. */
  1: optional string catalogName,
  /** The schema. */
  2: optional string schemaName,
}

/** What a server knows a session or an operation by. */
struct THandleIdentifier {
  /** 16 public bytes. Of a statement: its query id. */
  1: required binary guid,
  /** 16 bytes that prove the right to use it. */
  2: required binary secret (secret = "true"),
}

/** A session. */
struct TSessionHandle {
  /** Its id and secret. */
  1: required THandleIdentifier sessionId,
  /** The version agreed on, for clients that send it back. */
  3329: optional i32 serverProtocolVersion,
}

/** An operation: a statement or a metadata query. */
struct TOperationHandle {
  /** Its id and secret. */
  1: required THandleIdentifier operationId,
  /** What it was started by. */
  2: required TOperationType operationType,
  /** Whether it has rows. Not reliable while it runs, and not looked at when a client sends it. */
  3: required bool hasResultSet,
  /** A leftover of Hive. */
  4: optional double modifiedRowCount,
}

/** Opens a session. */
struct TOpenSessionReq {
  /** The version the client offers; newer clients send `client_protocol_i64` instead. */
  1: optional TProtocolVersion client_protocol = __HIVE_JDBC_WORKAROUND,
  /** The user, where no token says it. */
  2: optional string username,
  /** The password of the user. */
  3: optional string password (secret = "true"),
  /** Settings of the session. */
  4: optional map<string, string> configuration (secret = "values"),
  /** Facts to send along with the answer. */
  1281: optional list<TGetInfoType> getInfos,
  /** The protocol version of the client as a plain number. */
  1282: optional i64 client_protocol_i64,
  /** Properties of the connection; no public client sends any. */
  1283: optional map<string, string> connectionProperties (secret = "values"),
  /** The catalog and schema to start in. */
  1284: optional TNamespace initialNamespace,
  /** Whether the client knows about catalogs. */
  1285: optional bool canUseMultipleCatalogs,
}

/** A session. */
struct TOpenSessionResp {
  /** How the call went. */
  1: required TStatus status,
  /** The version agreed on. */
  2: required TProtocolVersion serverProtocolVersion,
  /** The session. */
  3: optional TSessionHandle sessionHandle,
  /** Settings in force. */
  4: optional map<string, string> configuration (secret = "values"),
  /** The facts asked for, in order. */
  1281: optional list<TGetInfoValue> getInfos,
  /** The catalog and schema in force. */
  1284: optional TNamespace initialNamespace,
  /** Whether the server knows about catalogs. */
  1285: optional bool canUseMultipleCatalogs,
}

/** Ends a session and the operations in it. */
struct TCloseSessionReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
}

/** The session is gone. */
struct TCloseSessionResp {
  /** How the call went. */
  1: required TStatus status,
}

/** A fact about the server. */
union TGetInfoValue {
  /** A text. */
  1: string stringValue,
  /** A small number. */
  2: i16 smallIntValue,
  /** A set of flags. */
  3: i32 integerBitmask,
  /** A choice. */
  4: i32 integerFlag,
  /** A number. */
  5: i32 binaryValue,
  /** A length. */
  6: i64 lenValue,
}

/** Asks for one fact about the server. */
struct TGetInfoReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The question. */
  2: required TGetInfoType infoType,
}

/** One fact about the server. */
struct TGetInfoResp {
  /** How the call went. */
  1: required TStatus status,
  /** The answer. */
  2: required TGetInfoValue infoValue,
}

/** How much of a result may come with the answer that starts it. */
struct TSparkGetDirectResults {
  /** At most so many rows. */
  1: required i64 maxRows,
  /** At most so many bytes. */
  2: optional i64 maxBytes,
}

/**
 * The answers to up to four calls that need not be made any more, each with a status of its own.
 */
struct TSparkDirectResults {
  /** How the operation is doing. */
  1: optional TGetOperationStatusResp operationStatus,
  /** What the result looks like. */
  2: optional TGetResultSetMetadataResp resultSetMetadata,
  /** The first rows, or all. */
  3: optional TFetchResultsResp resultSet,
  /** Present when the server has closed the operation: nothing is left to ask it. */
  4: optional TCloseOperationResp closeOperation,
}

/** Which types come as Arrow types of their own; the others come as text. */
struct TSparkArrowTypes {
  /** TIMESTAMP as such. */
  1: optional bool timestampAsArrow,
  /** DECIMAL as such. */
  2: optional bool decimalAsArrow,
  /** ARRAY, MAP and STRUCT as such. */
  3: optional bool complexTypesAsArrow,
  /** Intervals as such. */
  4: optional bool intervalTypesAsArrow,
  /** VOID as such. */
  5: optional bool nullTypeAsArrow,
}

/** Runs a statement. Never to be sent twice: nothing tells the second from the first. */
struct TExecuteStatementReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The SQL text. */
  2: required string statement (secret = "true"),
  /** Settings of this statement. */
  3: optional map<string, string> confOverlay (secret = "values"),
  /** Answer at once and run on, instead of answering at the end. */
  4: optional bool runAsync = false,
  /** Seconds after which the server stops the statement; 0 for never. */
  5: optional i64 queryTimeout = 0,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Whether the client reads Arrow; otherwise rows come by column. */
  1282: optional bool canReadArrowResult,
  /** Whether the client follows links to result files. */
  1283: optional bool canDownloadResult,
  /** Whether the client reads LZ4 frames. */
  1284: optional bool canDecompressLZ4Result,
  /** At most so many bytes in a result file. */
  1285: optional i64 maxBytesPerFile,
  /** Which types come as Arrow types of their own. */
  1286: optional TSparkArrowTypes useArrowNativeTypes,
  /** At most so many rows in the result. */
  1287: optional i64 resultRowLimit,
  /** The parameters, by name or by position. */
  1288: optional list<TSparkParameter> parameters (secret = "size"),
  /** At most so many bytes in an inline batch. */
  1289: optional i64 maxBytesPerBatch,
  /** For a statement without a session. */
  1296: optional TStatementConf statementConf,
  /** Whether the schema in the result files must be the exact one. */
  3353: optional bool enforceEmbeddedSchemaCorrectness = false,
}

/** The value of a parameter. */
union TSparkParameterValue {
  /** A text that the server casts to the type. */
  1: string stringValue (secret = "true"),
  /** A double; clients send text instead. */
  2: double doubleValue (secret = "true"),
  /** A boolean; clients send text instead. */
  3: bool booleanValue (secret = "true"),
}

/** A part of the value of a parameter. */
struct TSparkParameterValueArg {
  /** The name of the SQL type. */
  1: optional string type,
  /** The value as text; absent for NULL and for what has parts. */
  2: optional string value (secret = "true"),
  /** The elements of a value that has parts. */
  3: optional list<TSparkParameterValueArg> arguments (secret = "size"),
}

/** A parameter of a statement. */
struct TSparkParameter {
  /** The position, for a parameter without a name. */
  1: optional i32 ordinal,
  /** The name. */
  2: optional string name,
  /** The name of the SQL type. */
  3: optional string type,
  /** The value; absent for NULL. */
  4: optional TSparkParameterValue value (secret = "true"),
  /** The elements of a value that has parts. */
  5: optional list<TSparkParameterValueArg> arguments (secret = "size"),
}

/** A statement without a session. No public client uses it. */
struct TStatementConf {
  /** Whether there is no session. */
  1: optional bool sessionless,
  /** The catalog and schema to run in. */
  2: optional TNamespace initialNamespace,
  /** The protocol version of the client. */
  3: optional TProtocolVersion client_protocol,
  /** The protocol version of the client as a plain number. */
  4: optional i64 client_protocol_i64,
}

/** A statement has been started, or refused. */
struct TExecuteStatementResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists the types. */
struct TGetTypeInfoReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists the types. */
struct TGetTypeInfoResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists the catalogs. */
struct TGetCatalogsReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists the catalogs. */
struct TGetCatalogsResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists schemas. */
struct TGetSchemasReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The catalog. */
  2: optional string catalogName,
  /** A pattern for schemas. */
  3: optional string schemaName,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists schemas. */
struct TGetSchemasResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists tables. */
struct TGetTablesReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The catalog, or a pattern. */
  2: optional string catalogName,
  /** A pattern for schemas. */
  3: optional string schemaName,
  /** A pattern for tables. */
  4: optional string tableName,
  /** The kinds of tables wanted; absent for all. */
  5: optional list<string> tableTypes,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists tables. */
struct TGetTablesResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists the kinds of tables. */
struct TGetTableTypesReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists the kinds of tables. */
struct TGetTableTypesResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists columns. */
struct TGetColumnsReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The catalog. */
  2: optional string catalogName,
  /** A pattern for schemas. */
  3: optional string schemaName,
  /** A pattern for tables. */
  4: optional string tableName,
  /** A pattern for columns. */
  5: optional string columnName,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists columns. */
struct TGetColumnsResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists functions. */
struct TGetFunctionsReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The catalog. */
  2: optional string catalogName,
  /** A pattern for schemas. */
  3: optional string schemaName,
  /** A pattern for functions. */
  4: required string functionName,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists functions. */
struct TGetFunctionsResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists the primary key of a table. */
struct TGetPrimaryKeysReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The catalog. */
  2: optional string catalogName,
  /** The schema. */
  3: optional string schemaName,
  /** The table. */
  4: optional string tableName,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists the columns of a primary key. */
struct TGetPrimaryKeysResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Lists the foreign keys between two tables. */
struct TGetCrossReferenceReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The catalog of the table referred to. */
  2: optional string parentCatalogName,
  /** The schema of the table referred to. */
  3: optional string parentSchemaName,
  /** The table referred to. */
  4: optional string parentTableName,
  /** The catalog of the referring table. */
  5: optional string foreignCatalogName,
  /** The schema of the referring table. */
  6: optional string foreignSchemaName,
  /** The referring table. */
  7: optional string foreignTableName,
  /** Ask for a small result in the same answer; absent, the result is kept for later. */
  1281: optional TSparkGetDirectResults getDirectResults,
  /** Answer at once and run on, instead of answering at the end. */
  1282: optional bool runAsync = false,
}

/** An operation whose result lists the columns of foreign keys. */
struct TGetCrossReferenceResp {
  /** How the call went. */
  1: required TStatus status,
  /** The operation; absent when none was started. */
  2: optional TOperationHandle operationHandle,
  /** What came along because it was asked for and there in time. */
  1281: optional TSparkDirectResults directResults,
}

/** Asks how an operation is doing. */
struct TGetOperationStatusReq {
  /** The operation. */
  1: required TOperationHandle operationHandle,
  /** Whether to report progress too. */
  2: optional bool getProgressUpdate,
}

/** How an operation is doing. */
struct TGetOperationStatusResp {
  /** How the call went; how the operation went is in `operationState`. */
  1: required TStatus status,
  /** Where the operation is in its life. */
  2: optional TOperationState operationState,
  /** The SQLSTATE, five characters. */
  3: optional string sqlState,
  /** A number of the server for the error. */
  4: optional i32 errorCode,
  /** What went wrong, possibly with a stack trace. */
  5: optional string errorMessage,
  /** The state of its tasks as JSON, from Hive. */
  6: optional string taskStatus,
  /** When it started, in milliseconds since 1970. */
  7: optional i64 operationStarted,
  /** When it ended, in milliseconds since 1970. */
  8: optional i64 operationCompleted,
  /** Whether there are rows to read. */
  9: optional bool hasResultSet,
  /** Progress, if it was asked for. */
  10: optional TProgressUpdateResp progressUpdateResponse,
  /** How many rows a finished statement has changed. */
  11: optional i64 numModifiedRows,
  /** What went wrong, for people to read. */
  1281: optional string displayMessage,
  /** A stack trace or other details for support. */
  1282: optional string diagnosticInfo,
  /** The error class and its parameters as JSON. */
  1283: optional string errorDetailsJson,
}

/** Asks for an operation to stop. */
struct TCancelOperationReq {
  /** The operation. */
  1: required TOperationHandle operationHandle,
}

/** The wish was heard; the state changes later. */
struct TCancelOperationResp {
  /** How the call went. */
  1: required TStatus status,
}

/** Frees an operation and its result. */
struct TCloseOperationReq {
  /** The operation. */
  1: required TOperationHandle operationHandle,
}

/** The operation is gone. */
struct TCloseOperationResp {
  /** How the call went. */
  1: required TStatus status,
}

/** Asks what a result looks like. */
struct TGetResultSetMetadataReq {
  /** The operation. */
  1: required TOperationHandle operationHandle,
}

/** What a result looks like. */
struct TGetResultSetMetadataResp {
  /** How the call went. */
  1: required TStatus status,
  /** The columns, with types as this protocol knows them. */
  2: optional TTableSchema schema,
  /** How the rows travel. */
  1281: optional TSparkRowSetType resultFormat,
  /** Whether batches and files are LZ4 frames. */
  1282: optional bool lz4Compressed,
  /** The schema as an Arrow IPC message. */
  1283: optional binary arrowSchema (secret = "size"),
  /** Whether it came out of a cache. */
  1284: optional TCacheLookupResult cacheLookupResult,
  /** The size of the result without compression. */
  1285: optional i64 uncompressedBytes,
  /** The size of the result with compression. */
  1286: optional i64 compressedBytes,
  /** Whether the result describes a file to put or get, and holds presigned URLs. */
  1287: optional bool isStagingOperation,
}

/** Reads rows. */
struct TFetchResultsReq {
  /** The operation. */
  1: required TOperationHandle operationHandle,
  /** From where to read. */
  2: required TFetchOrientation orientation = FETCH_NEXT,
  /** At most so many rows; does not limit links. */
  3: required i64 maxRows,
  /** 0 for rows, 1 for the log of the operation. */
  4: optional i16 fetchType = 0,
  /** At most so many bytes, uncompressed. */
  1281: optional i64 maxBytes,
  /** The row to start at: makes a fetch repeatable. */
  1282: optional i64 startRowOffset,
  /** Whether to send metadata along. */
  1283: optional bool includeResultSetMetadata,
}

/** Rows. */
struct TFetchResultsResp {
  /** How the call went. */
  1: required TStatus status,
  /** Whether there is more. Not reliable on Spark, which always says no. */
  2: optional bool hasMoreRows,
  /** The rows. */
  3: optional TRowSet results,
  /** What the result looks like, if asked for. */
  1281: optional TGetResultSetMetadataResp resultSetMetadata,
}

/** Asks for a token that lets others act for the owner. */
struct TGetDelegationTokenReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** Whose rights the token gives. */
  2: required string owner,
  /** Who may renew it. */
  3: required string renewer,
}

/** A delegation token. */
struct TGetDelegationTokenResp {
  /** How the call went. */
  1: required TStatus status,
  /** The token. */
  2: optional string delegationToken (secret = "true"),
}

/** Makes a delegation token worthless. */
struct TCancelDelegationTokenReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The token. */
  2: required string delegationToken (secret = "true"),
}

/** The token is worthless. */
struct TCancelDelegationTokenResp {
  /** How the call went. */
  1: required TStatus status,
}

/** Makes a delegation token last longer. */
struct TRenewDelegationTokenReq {
  /** The session. */
  1: required TSessionHandle sessionHandle,
  /** The token. */
  2: required string delegationToken (secret = "true"),
}

/** The token lasts longer. */
struct TRenewDelegationTokenResp {
  /** How the call went. */
  1: required TStatus status,
}

/** A table that shows progress. */
struct TProgressUpdateResp {
  /** The names of the columns. */
  1: required list<string> headerNames,
  /** The cells, row by row. */
  2: required list<list<string>> rows,
  /** How much is done. */
  3: required double progressedPercentage,
  /** How far the work is. */
  4: required TJobExecutionStatus status,
  /** A line below the table. */
  5: required string footerSummary,
  /** When the work started, in milliseconds since 1970. */
  6: required i64 startTime,
}

/** The methods. Each takes one struct and answers with one. */
service TCLIService {
  /** Opens a session. */
  TOpenSessionResp OpenSession(1: TOpenSessionReq req),
  /** Ends a session and the operations in it. */
  TCloseSessionResp CloseSession(1: TCloseSessionReq req),
  /** One fact about the server. */
  TGetInfoResp GetInfo(1: TGetInfoReq req),
  /** Runs a statement. */
  TExecuteStatementResp ExecuteStatement(1: TExecuteStatementReq req),
  /** Lists the types. */
  TGetTypeInfoResp GetTypeInfo(1: TGetTypeInfoReq req),
  /** Lists the catalogs. */
  TGetCatalogsResp GetCatalogs(1: TGetCatalogsReq req),
  /** Lists schemas. */
  TGetSchemasResp GetSchemas(1: TGetSchemasReq req),
  /** Lists tables. */
  TGetTablesResp GetTables(1: TGetTablesReq req),
  /** Lists the kinds of tables. */
  TGetTableTypesResp GetTableTypes(1: TGetTableTypesReq req),
  /** Lists columns. */
  TGetColumnsResp GetColumns(1: TGetColumnsReq req),
  /** Lists functions. */
  TGetFunctionsResp GetFunctions(1: TGetFunctionsReq req),
  /** Lists the primary key of a table. */
  TGetPrimaryKeysResp GetPrimaryKeys(1: TGetPrimaryKeysReq req),
  /** Lists the foreign keys between two tables. */
  TGetCrossReferenceResp GetCrossReference(1: TGetCrossReferenceReq req),
  /** How an operation is doing. */
  TGetOperationStatusResp GetOperationStatus(1: TGetOperationStatusReq req),
  /** Asks for an operation to stop. */
  TCancelOperationResp CancelOperation(1: TCancelOperationReq req),
  /** Frees an operation and its result. */
  TCloseOperationResp CloseOperation(1: TCloseOperationReq req),
  /** What a result looks like. */
  TGetResultSetMetadataResp GetResultSetMetadata(1: TGetResultSetMetadataReq req),
  /** Reads rows. */
  TFetchResultsResp FetchResults(1: TFetchResultsReq req),
  /** Asks for a delegation token. */
  TGetDelegationTokenResp GetDelegationToken(1: TGetDelegationTokenReq req),
  /** Makes a delegation token worthless. */
  TCancelDelegationTokenResp CancelDelegationToken(1: TCancelDelegationTokenReq req),
  /** Makes a delegation token last longer. */
  TRenewDelegationTokenResp RenewDelegationToken(1: TRenewDelegationTokenReq req),
}
