//! Scripts by HTTP: `Service::script` and `Service::always`.

use serde_json::Value;

use crate::admin::Refusal;
use crate::admin::fields::Fields;
use crate::admin::methods;
use crate::admin::recipe::Recipe;
use crate::service::Inner;

/// Scripts the next requests of a method. Nothing is scripted unless all steps are valid.
pub(super) fn script(inner: &Inner, mut fields: Fields) -> Result<(), Refusal> {
    let method = methods::known(fields.required("method")?)?;
    let (path, steps) = fields.required::<Vec<Value>>("steps")?;
    fields.finish()?;
    let steps = steps.into_iter().enumerate();
    let recipes = steps.map(|(at, step)| Recipe::read(format!("{path}[{at}]"), step));
    let recipes = recipes.collect::<Result<Vec<_>, _>>()?;
    inner.script.extend(&method, recipes.iter().map(Recipe::step));
    Ok(())
}

/// Scripts every request of a method.
pub(super) fn always(inner: &Inner, mut fields: Fields) -> Result<(), Refusal> {
    let method = methods::known(fields.required("method")?)?;
    let (path, posted) = fields.required::<Value>("step")?;
    fields.finish()?;
    let recipe = Recipe::read(path, posted.clone())?;
    inner.script.always(&method, Box::new(move || recipe.step()), Some(posted));
    Ok(())
}
