//! Functions that are called without parentheses, such as `current_date`, unless a column of the same
//! query has their name.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as AnyStatement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, FunctionArguments, Ident, Query, Select, SelectItem, SetExpr, Statement,
    TableFactor, TableWithJoins, Visit, VisitMut as _, Visitor, VisitorMut, visit_expressions,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::errors::{Result, from_datafusion};
use super::lambda_calls;
use super::parameters::call;
use super::planner::Planner;

/// The names, and the functions that they call.
const FUNCTIONS: &[(&str, &str)] = &[
    ("current_catalog", "current_catalog"),
    ("current_date", "current_date"),
    ("current_timestamp", "current_timestamp"),
    ("current_user", "current_user"),
    ("user", "current_user"),
];

/// Replaces each such name that is no column by a call.
///
/// # Errors
///
/// The tables of the statement cannot be found out.
pub(super) async fn place(statement: &mut Statement, planner: &Planner) -> Result<()> {
    let mut used = HashSet::new();
    let _: ControlFlow<()> = visit_expressions(statement, |expr| {
        used.extend(function(expr).map(|(name, _)| name));
        ControlFlow::Continue(())
    });
    if used.is_empty() {
        return Ok(());
    }
    let any = AnyStatement::Statement(Box::new(statement.clone()));
    let (references, _) = resolve_table_references(&any, true).map_err(from_datafusion)?;
    let mut sources = Sources::default();
    for reference in references {
        // What is not found now is told later.
        let Ok(schema) = planner.columns(&reference).await else { continue };
        let is_column = |name: &&str| {
            schema.fields().iter().any(|field| field.name().eq_ignore_ascii_case(name))
        };
        let columns = FUNCTIONS.iter().map(|(name, _)| *name).filter(is_column).collect();
        sources.0.insert(reference.to_string().to_lowercase(), columns);
    }
    let _: ControlFlow<()> = Visit::visit(statement, &mut sources);
    let scopes = match statement {
        Statement::Query(_) => Vec::new(),
        // The columns of the table that it changes.
        _ => vec![sources.0.values().flatten().copied().collect()],
    };
    let mut calls = Calls { sources, scopes, kept: HashSet::new() };
    let _: ControlFlow<()> = statement.visit(&mut calls);
    Ok(())
}

/// Makes names of what the parser took for calls: none has parentheses.
pub(super) fn as_names(statement: &mut Statement) {
    let _: ControlFlow<()> = statement.visit(&mut Words);
}

/// The name and the function of an expression that may be one.
fn function(expr: &Expr) -> Option<(&'static str, &'static str)> {
    let Expr::Identifier(name) = expr else { return None };
    FUNCTIONS.iter().find(|(known, _)| name.value.eq_ignore_ascii_case(known)).copied()
}

/// Names that the parser took for calls.
struct Words;

impl VisitorMut for Words {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) if matches!(function.args, FunctionArguments::None) => {
                let parts = function.name.0.iter().map(|part| part.as_ident().cloned());
                match &parts.collect::<Option<Vec<_>>>().unwrap_or_default()[..] {
                    [] => {}
                    [name] => *expr = Expr::Identifier(name.clone()),
                    names => *expr = Expr::CompoundIdentifier(names.to_vec()),
                }
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                if let Some(names) = names(root, access_chain) {
                    *expr = Expr::CompoundIdentifier(names);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// `t.current_date`, of which each part is a name.
fn names(root: &Expr, members: &[AccessExpr]) -> Option<Vec<Ident>> {
    let mut names = match root {
        Expr::Identifier(name) => vec![name.clone()],
        Expr::CompoundIdentifier(names) => names.clone(),
        _ => return None,
    };
    for member in members {
        let AccessExpr::Dot(Expr::Identifier(name)) = member else { return None };
        names.push(name.clone());
    }
    Some(names)
}

/// Which of the names are columns.
type Columns = BTreeSet<&'static str>;

/// Where the columns of a query are from: tables, views and common table expressions.
#[derive(Default)]
struct Sources(BTreeMap<String, Columns>);

impl Visitor for Sources {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.add_ctes(query);
        ControlFlow::Continue(())
    }
}

impl Sources {
    /// Looks once at each common table expression: each may use those before it several times.
    fn add_ctes(&mut self, query: &Query) {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.add_ctes(&cte.query);
            let columns = match cte.alias.columns.is_empty() {
                true => self.outputs(&cte.query.body),
                false => named(cte.alias.columns.iter().map(|column| &column.name)),
            };
            self.0.insert(cte.alias.name.value.to_lowercase(), columns);
        }
    }

    /// The columns of the tables of a query.
    fn columns(&self, select: &Select) -> Columns {
        let mut columns =
            named(select.lateral_views.iter().flat_map(|view| &view.lateral_col_alias));
        columns.extend(select.from.iter().flat_map(|table| self.of_joins(table)));
        columns
    }

    fn of_joins(&self, table: &TableWithJoins) -> Columns {
        let joined = table.joins.iter().map(|join| &join.relation);
        let relations = std::iter::once(&table.relation).chain(joined);
        relations.flat_map(|relation| self.of_relation(relation)).collect()
    }

    fn of_relation(&self, relation: &TableFactor) -> Columns {
        let (own, alias) = match relation {
            TableFactor::Table { name, alias, .. } => {
                let name = name.to_string().replace('`', "").to_lowercase();
                (self.0.get(&name).cloned().unwrap_or_default(), alias)
            }
            TableFactor::Derived { subquery, alias, .. } => (self.outputs(&subquery.body), alias),
            TableFactor::NestedJoin { table_with_joins, alias } => {
                (self.of_joins(table_with_joins), alias)
            }
            TableFactor::Pivot { table, alias, .. } | TableFactor::Unpivot { table, alias, .. } => {
                (self.of_relation(table), alias)
            }
            TableFactor::Function { alias, .. } | TableFactor::UNNEST { alias, .. } => {
                (Columns::new(), alias)
            }
            _ => return Columns::new(),
        };
        match alias {
            Some(alias) if !alias.columns.is_empty() => {
                named(alias.columns.iter().map(|column| &column.name))
            }
            _ => own,
        }
    }

    /// The columns that a query returns.
    fn outputs(&self, body: &SetExpr) -> Columns {
        match body {
            SetExpr::Select(select) => {
                let below = self.columns(select);
                let mut columns = Columns::new();
                for item in &select.projection {
                    match item {
                        SelectItem::ExprWithAlias { alias, .. } => columns.extend(known(alias)),
                        SelectItem::UnnamedExpr(Expr::Identifier(name)) => {
                            columns.extend(known(name).filter(|name| below.contains(name)));
                        }
                        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => {
                            columns.extend(names.last().and_then(known));
                        }
                        SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                            columns.extend(&below);
                        }
                        _ => {}
                    }
                }
                columns
            }
            SetExpr::SetOperation { left, .. } => self.outputs(left),
            SetExpr::Query(query) => self.outputs(&query.body),
            _ => Columns::new(),
        }
    }
}

fn named<'a>(names: impl Iterator<Item = &'a Ident>) -> Columns {
    names.filter_map(known).collect()
}

/// The name of a function, if it is one.
fn known(name: &Ident) -> Option<&'static str> {
    let is_same = |known: &&str| name.value.eq_ignore_ascii_case(known);
    FUNCTIONS.iter().map(|(known, _)| *known).find(is_same)
}

/// Replaces the names.
struct Calls {
    sources: Sources,
    /// The columns of the queries around.
    scopes: Vec<Columns>,
    /// Where the parameter of a lambda is meant.
    kept: HashSet<Span>,
}

impl Calls {
    /// Keeps these names in a part of the statement.
    fn keep(&mut self, part: &impl Visit, names: &[String]) {
        let _: ControlFlow<()> = visit_expressions(part, |expr| {
            if let Expr::Identifier(name) = expr
                && names.contains(&name.value.to_lowercase())
            {
                self.kept.insert(name.span);
            }
            ControlFlow::Continue(())
        });
    }
}

impl VisitorMut for Calls {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        // ORDER BY sees what the query returns.
        self.scopes.push(self.sources.outputs(&query.body));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        self.scopes.push(self.sources.columns(select));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _select: &mut Select) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Lambda(lambda) = expr {
            self.keep(&lambda.body, &lambda_calls::parameters(lambda));
        }
        let Some((name, function)) = function(expr) else { return ControlFlow::Continue(()) };
        let Expr::Identifier(written) = &*expr else { return ControlFlow::Continue(()) };
        let is_column = self.scopes.last().is_some_and(|columns| columns.contains(name));
        if !is_column && !self.kept.contains(&written.span) {
            *expr = call(function, Vec::new());
        }
        ControlFlow::Continue(())
    }
}
