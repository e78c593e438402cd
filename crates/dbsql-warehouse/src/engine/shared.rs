//! The state shared by all sessions of an engine.

use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SessionState;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::optimizer::{Analyzer, Optimizer, OptimizerRule};
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::SessionConfig;
use datafusion_spark::planner::SparkFunctionPlanner;

use super::added_nulls::AddedNulls;
use super::constant_operands::ConstantOperands;
use super::errors::{Result, from_datafusion};
use super::functions::{Branches, Comparisons, Conversions};
use super::join_keys::JoinKeys;
use super::kept_order::KeepOrder;
use super::operators::Operators;
use super::store::Store;
use super::threads::Threads;
use super::types::{SqlTypes, TIME_ZONE};

/// The state shared by all sessions of an engine.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) threads: Arc<Threads>,
    pub(super) store: Arc<Store>,
    pub(super) state: SessionState,
    /// The size limit of a result.
    pub(super) result_bytes: usize,
}

/// The rules of DataFusion for physical plans that this engine does without.
const LEFT_OUT: &[&str] = &[
    // Moves projections into tables, and forgets the variables of lambdas.
    "ProjectionPushdown",
    // Move conditions through a projection by the names of its columns, of which two may have one.
    "FilterPushdown",
    "FilterPushdown(Post)",
];

/// The functions, rules and settings of DataFusion for this engine.
pub(super) fn session_state(memory_bytes: usize) -> Result<SessionState> {
    let mut config = SessionConfig::new()
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false);
    let options = config.options_mut();
    // A UNION of a column that can be NULL and one that cannot fails it.
    options.execution.skip_physical_aggregate_schema_check = true;
    options.sql_parser.map_string_types_to_utf8view = false;
    // Rows have the same order each time, which tests rely on, at the cost of speed.
    options.execution.target_partitions = 1;
    options.execution.time_zone = Some(TIME_ZONE.to_owned());
    options.execution.enable_ansi_mode = true;
    options.execution.parquet.schema_force_view_types = false;
    // The nanoseconds of old Parquet files only cover 1677 to 2262.
    options.execution.parquet.coerce_int96 = Some("us".to_owned());

    // Nothing is spilled: the engine writes no files.
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_disk_manager_builder(disk)
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(memory_bytes)))
        .build_arc()
        .map_err(from_datafusion)?;

    let mut rules = Analyzer::new().rules;
    rules.insert(0, Arc::new(Branches));
    let mut optimizer_rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = Vec::new();
    for rule in Optimizer::new().rules {
        if rule.name() == JoinKeys::default().name() {
            optimizer_rules.push(Arc::new(JoinKeys::default()));
            continue;
        }
        let computes_constants = rule.name() == "simplify_expressions";
        optimizer_rules.push(rule);
        if computes_constants {
            optimizer_rules.push(Arc::new(ConstantOperands));
        }
    }
    let mut physical_rules = PhysicalOptimizer::new().rules;
    physical_rules.retain(|rule| !LEFT_OUT.contains(&rule.name()));
    physical_rules.insert(0, Arc::new(KeepOrder));
    physical_rules.insert(0, Arc::new(AddedNulls));
    let mut builder = SessionStateBuilder::new()
        .with_analyzer_rules(rules)
        .with_optimizer_rules(optimizer_rules)
        .with_physical_optimizer_rules(physical_rules)
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .with_type_planner(Arc::new(SqlTypes));
    // The last analyzer rule: it needs the types determined by coercion.
    let rules = builder.analyzer_rules().get_or_insert_with(Vec::new);
    rules.push(Arc::new(Conversions));
    rules.push(Arc::new(Comparisons));
    // The last function with a name counts; of planners, the first that handles an expression.
    let scalar = builder.scalar_functions().get_or_insert_with(Vec::new);
    scalar.extend(datafusion_spark::all_default_scalar_functions());
    let aggregate = builder.aggregate_functions().get_or_insert_with(Vec::new);
    aggregate.extend(datafusion_spark::all_default_aggregate_functions());
    aggregate.extend(super::functions::aggregates());
    let planners = builder.expr_planners().get_or_insert_with(Vec::new);
    planners.insert(0, Arc::new(SparkFunctionPlanner));
    planners.insert(0, Arc::new(Operators));
    Ok(builder.build())
}
