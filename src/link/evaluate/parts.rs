//! What a name gives by the field of a class that it is made of: `Flags.CART.slug`, where `CART` is `("new-cart", "…")` of an enum
//! over a class with fields, or a call of such a class.

use super::Bound;
use crate::facts::code::{Expr, Path};
use crate::link::program::{Program, Target};

impl Program<'_> {
    /// The part of a value that a path names by the field behind it.
    pub(super) fn part(&self, value: &Bound, path: &Path) -> Option<Bound> {
        let (member, field) = path.rest.rsplit_once('.')?;
        let member = Path { base: path.base, rest: member.to_owned() };
        let Target::Value(file, made) = self.resolve(value.file, &member) else { return None };
        let (class, parts) = match &made {
            Expr::List(parts) => {
                let class = member.rest.rsplit_once('.')?.0.to_owned();
                let class = Path { base: member.base, rest: class };
                (self.class(value.file, &class)?, parts)
            }
            Expr::Call(class, args, None) => (self.class(file, class)?, args),
            _ => return None,
        };
        let classes = self.ancestors(class).into_iter();
        let mut places = classes.filter_map(|(file, class)| {
            let fields = &self.files[file].facts.classes[class].fields;
            fields.iter().position(|one| one.name == field)
        });
        let at = places.next()?;
        let named = parts.iter().find_map(|part| match part {
            Expr::Keyword(name, value) if name == field => Some(&**value),
            _ => None,
        });
        let by_place = || parts.get(at).filter(|part| !matches!(part, Expr::Keyword(..)));
        let expr = named.or_else(by_place)?.clone();
        Some(Bound { expr, file, range: value.range, given: None })
    }
}
