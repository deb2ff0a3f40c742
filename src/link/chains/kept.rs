//! Names that an object keeps: `FeatureGate("new-till")`, whose methods ask for `self.name`.

use super::{Chain, slot};
use crate::facts::code::Expr;
use crate::link::program::{ClassId, Program, Target};

impl Program<'_> {
    /// The class whose constructor was handed the name that a reader is asked for, and the constructor: file and function.
    pub(super) fn keeper(&self, chain: &Chain<'_>) -> Option<(ClassId, (usize, usize))> {
        let [frame] = chain.frames[..] else { return None };
        let arg = slot(&chain.row.key, &self.site(frame).args)?;
        let Expr::Path(path) = &arg.value else { return None };
        if !matches!(self.resolve(frame.file, path), Target::Value(_, Expr::Param(_))) {
            return None;
        }
        let class = self.object(frame.file, path)?.class;
        let unit = &self.files[class.0];
        let name = &unit.facts.classes.get(class.1)?.name;
        let handlers = self.handlers(class.0)?;
        let is_own = |function: &str| {
            let own = function.rsplit_once('.').filter(|(of, _)| of == name);
            own.is_some_and(|(_, last)| handlers.constructors.iter().any(|one| one == last))
        };
        let place = unit.facts.functions.iter().position(|one| is_own(&one.name))?;
        Some((class, (class.0, place)))
    }
}
