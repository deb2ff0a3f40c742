//! Where the fields of settings are used: `settings.port`, `self.settings.database.host`.

use super::MAX_NESTING;
use super::find::Found;
use crate::facts::schema::{FieldFacts, TypeExpr};
use crate::link::program::{ClassId, Program};
use crate::text::TextRange;

/// A place that uses a field of a class of settings.
#[derive(Clone, Debug)]
pub(in crate::link) struct Use {
    /// The file it stands in.
    pub(in crate::link) file: usize,
    /// Where.
    pub(in crate::link) range: TextRange,
    /// The field, dotted as it is written.
    pub(in crate::link) name: String,
    /// The class that declares the field, and where the field is declared.
    pub(in crate::link) declared: (usize, TextRange),
    /// Test code.
    pub(in crate::link) in_test: bool,
}

/// All uses of fields of settings, by file and place.
pub(in crate::link) fn uses(program: &Program<'_>, found: &Found<'_>) -> Vec<Use> {
    let mut all = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        for member in &unit.facts.members {
            let Some(object) = program.object(file, &member.path) else { continue };
            if !found.row(object.class).is_some_and(|(row, _)| row.members) {
                continue;
            }
            let Some(end) = followed(program, object.class, &object.members) else {
                continue;
            };
            let (range, in_test) = (member.range, member.in_test);
            let (name, declared) = (end.name, end.declared);
            all.push(Use { file, range, name, declared, in_test });
        }
    }
    all
}

/// The field that members lead to.
pub(in crate::link) struct End<'p> {
    /// Its dotted name.
    pub(in crate::link) name: String,
    /// The class that declares the field, and where the field is declared.
    pub(in crate::link) declared: (usize, TextRange),
    pub(in crate::link) of_type: Option<&'p TypeExpr>,
    /// No member is left that leads further.
    pub(in crate::link) is_whole: bool,
}

/// The field that members lead to, through nested classes.
pub(in crate::link) fn followed<'p>(
    program: &'p Program<'_>,
    class: ClassId,
    members: &[String],
) -> Option<End<'p>> {
    let mut at = class;
    let mut path: Vec<&str> = Vec::new();
    let mut last: Option<(ClassId, &FieldFacts)> = None;
    for member in members.iter().take(MAX_NESTING) {
        let Some((owner, field)) = field_of(program, at, member) else { break };
        path.push(member);
        last = Some((owner, field));
        let present = field.of_type.as_ref().map(TypeExpr::present);
        let nested = present.and_then(|present| program.class(owner.0, &present.path));
        match nested {
            Some(class) => at = class,
            None => break,
        }
    }
    let (owner, field) = last?;
    Some(End {
        name: path.join("."),
        declared: (owner.0, field.range),
        of_type: field.of_type.as_ref(),
        is_whole: path.len() == members.len(),
    })
}

fn field_of<'p>(
    program: &'p Program<'_>,
    class: ClassId,
    name: &str,
) -> Option<(ClassId, &'p FieldFacts)> {
    program.ancestors(class).into_iter().find_map(|above| {
        let fields = &program.files[above.0].facts.classes[above.1].fields;
        let field = fields.iter().find(|field| field.name == name && field.of_type.is_some());
        field.map(|field| (above, field))
    })
}
