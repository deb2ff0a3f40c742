//! What a constant holds, whatever keeps it: `LazyLock::new(|| HashMap::from([("new-till", true)]))` is a dictionary.
//!
//! Knows the calls that keep a value by their names.

use std::borrow::Cow;

use crate::facts::code::Expr;

/// Keepers inside keepers deeper than this are not opened.
const MAX_DEPTH: usize = 6;

/// Calls whose argument is what they keep.
const KEEPERS: &[&str] =
    &["from", "from_iter", "frozenset", LATE, "into_iter", "list", "new", "set", "tuple"];

/// The method by which a cell is filled when it is first asked: `FLAGS.get_or_init(|| …)`.
const LATE: &str = "get_or_init";

/// Macros whose arguments are elements.
const LISTS: &[&str] = &["array", "hashset", "smallvec", "vec"];

/// The value that a constant holds.
pub(super) fn held(value: &Expr) -> Cow<'_, Expr> {
    let mut at = value;
    for _ in 0..MAX_DEPTH {
        match at {
            Expr::Call(path, args, None) if LISTS.contains(&path.last()) => {
                return Cow::Owned(Expr::List(args.clone()));
            }
            Expr::Call(path, args, object)
                if KEEPERS.contains(&path.last()) && (object.is_none() || path.last() == LATE) =>
            {
                match &args[..] {
                    [one] => at = one,
                    _ => break,
                }
            }
            Expr::Method(_, name, args) if KEEPERS.contains(&name.as_str()) => match &args[..] {
                [one] => at = one,
                _ => break,
            },
            Expr::List(pairs) => {
                return pairs_of(pairs).map_or(Cow::Borrowed(at), |all| Cow::Owned(Expr::Map(all)));
            }
            _ => break,
        }
    }
    Cow::Borrowed(at)
}

/// The entries of a list of pairs that begin with a text: `[("new-till", true)]`.
fn pairs_of(many: &[Expr]) -> Option<Vec<(Expr, Expr)>> {
    let pair = |one: &Expr| match one {
        Expr::List(two) => match &two[..] {
            [key @ Expr::Text(_), value] => Some((key.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    };
    let all: Option<Vec<_>> = many.iter().map(pair).collect();
    all.filter(|all| !all.is_empty())
}
