//! What a call hands over: the places of the function, or of the objects of the class, that ask for it.
//!
//! Whether nothing else calls the function is not known here: what runs by its parameter keeps the call that led there.

use super::Deciding;
use crate::facts::code::{Base, Path};
use crate::facts::decision::{Answer, Giver, Holding, Place, Subject};
use crate::link::program::Target;
use crate::model::Passage;
use crate::text::{Span, TextRange};

/// A place that a file has.
type At = (usize, TextRange);

/// A file, and an item of it.
type Item = (usize, usize);

impl Deciding<'_, '_> {
    /// The places that ask for what a call is handed. Of a number no passage is kept: what draws is a flag whoever calls.
    pub(super) fn handed(
        &self,
        file: usize,
        answer: &Answer,
        given: &Holding,
        is_number: bool,
    ) -> Vec<(Option<Passage>, At)> {
        let Giver::Argument { callee, at, call } = &answer.giver else { return Vec::new() };
        let (home, whole, is_class, (param, places)) = match self.program.resolve(file, callee) {
            Target::Function(home, function) => {
                let whole = self.program.files[home].facts.functions[function].range;
                let Some(found) = self.of_param((home, function), at) else { return Vec::new() };
                (home, whole, false, found)
            }
            Target::Class(home, class) if !is_number => {
                let facts = self.program.files[home].facts;
                let name = &facts.classes[class].name;
                let bodies = &facts.bodies;
                let own = word_of(name);
                let Some(body) = bodies.iter().find(|body| body.name == own && !body.in_test)
                else {
                    return Vec::new();
                };
                let Some(found) = self.of_class((home, class), at) else { return Vec::new() };
                (home, body.range, true, found)
            }
            _ => return Vec::new(),
        };
        let span = |file: usize, range| Span::new(self.program.files[file].id, range);
        let passage = (!is_number).then(|| Passage {
            whole: span(home, whole),
            is_class,
            param: format!("{param} {:?} {:?} {}", given.on, given.off, given.equals.join(",")),
            call: span(file, *call),
        });
        places.into_iter().map(|at| (passage.clone(), at)).collect()
    }

    /// The parameter of a function that an argument stands for, and the places that ask for it.
    fn of_param(&self, (home, function): Item, at: &Place) -> Option<(String, Vec<At>)> {
        let function = &self.program.files[home].facts.functions[function];
        let place = match at {
            Place::Position(place) => *place,
            Place::Keyword(name) => function.params.iter().position(|one| one.name == *name)?,
        };
        let name = function.params.get(place)?.name.clone();
        let asked = self.params.get(&home).into_iter().flatten();
        let is_it = |subject: &&&Subject| {
            let of = subject.path.as_ref().map(|path: &Path| path.base);
            function.range.contains(subject.range)
                && matches!(of, Some(Base::Param(of)) if usize::from(of) == place)
        };
        let places = asked.filter(is_it).map(|subject| (home, subject.range)).collect();
        Some((name, places))
    }

    /// The same of what makes objects of a class: what its constructor is handed, or the field of that name.
    fn of_class(&self, (home, class): Item, at: &Place) -> Option<(String, Vec<At>)> {
        let facts = self.program.files[home].facts;
        let class = &facts.classes[class];
        let made_by = format!("{}.__init__", class.name);
        if let Some(function) = facts.functions.iter().position(|one| one.name == made_by) {
            return self.of_param((home, function), at);
        }
        let Place::Keyword(field) = at else { return None };
        class.fields.iter().find(|one| one.name == *field)?;
        // What its own code puts together may be given something else.
        let is_own = |answer: &Answer| match &answer.giver {
            Giver::Member { class: of, name } => of == &class.name && name == field,
            _ => false,
        };
        if facts.answers.iter().any(is_own) {
            return None;
        }
        Some((field.clone(), self.of_member(home, &class.name, field)))
    }
}

fn word_of(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
