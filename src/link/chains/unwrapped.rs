//! Readers behind what only takes an answer out of a result: `options("till").unwrap().get("x")` asks what `options("till").get` asks.
//!
//! Goes by the methods that a language has for answers. What they make of a failure is told where the answer is followed.

use crate::facts::code::Site;
use crate::lang::catalog::Catalog;
use crate::lang::handlers::Handlers;

/// The name that a site asks by, without such methods where no row knows it with them.
pub(super) fn unwrapped(
    catalog: &Catalog,
    handlers: Option<&Handlers>,
    site: &Site,
    name: String,
) -> String {
    let Some(handlers) = handlers.filter(|_| catalog.get(&name, site.form).is_none()) else {
        return name;
    };
    let takes_out = |segment: &&str| {
        let method = segment.strip_suffix("()").and_then(|method| handlers.methods.get(method));
        method.is_some_and(|handling| handling.of_type.is_none() && !handling.parses)
    };
    if !name.split('.').any(|segment| takes_out(&segment)) {
        return name;
    }
    let kept: Vec<&str> = name.split('.').filter(|segment| !takes_out(segment)).collect();
    let short = kept.join(".");
    if catalog.get(&short, site.form).is_some() { short } else { name }
}
