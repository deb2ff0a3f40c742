//! By what a call tells that it may ask for a key: its name, and what it is handed.

use super::sites::Around;
use crate::facts::code::{Arg, Base, Expr, Path};
use crate::nature::registry;

/// Whether a method is asked for a flag that is a member of a class, `request.flags.enabled(Feature.NEW_TILL)`, or for one by its
/// name, `request.feature("new-till")`.
pub(super) fn asks_flag(callee: &Path, args: &[Arg]) -> bool {
    let is_member = |arg: &Arg| match &arg.value {
        Expr::Path(path) => {
            let is_constant = !path.rest.contains(|c: char| c.is_ascii_lowercase());
            path.base != Base::Unknown && (is_constant || path.rest.contains('.'))
        }
        _ => false,
    };
    let by_name = || matches!(args.first(), Some(Arg { value: Expr::Text(_) | Expr::Join(_), .. }));
    (by_name() || args.iter().any(is_member)) && registry::asks(callee.last())
}

/// Whether a value may be the name of a key, or lead to one.
pub(super) fn may_name_key(value: &Expr) -> bool {
    match value {
        Expr::Text(text) => {
            !text.is_empty() && text.len() <= 200 && !text.contains(char::is_whitespace)
        }
        Expr::Path(path) => {
            let named = path.last().contains(|c: char| c.is_ascii_uppercase());
            named || (path.base != Base::Unknown && !path.rest.contains("()"))
        }
        Expr::Join(many) | Expr::OneOf(many) | Expr::List(many) | Expr::Call(_, many, _) => {
            many.iter().any(may_name_key)
        }
        Expr::Element(inner) | Expr::Part(inner, _) | Expr::Method(inner, ..) => {
            may_name_key(inner)
        }
        Expr::Map(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null | Expr::Unknown => false,
        _ => true,
    }
}

/// Whether a call may be to a reader that needs no key from it, or may fill a class.
pub(super) fn is_bare(callee: &Path, around: &Around<'_>) -> bool {
    around.bare.contains(callee.last()) || around.loaders.contains(callee.last())
}
