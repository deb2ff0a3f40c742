//! Calls that describe a field and stand deeper in its value: `SIMPLE_JWT = {"ISSUER": values.Value(environ_name="ISSUER")}`.

use super::Walk;
use crate::facts::code::{Arg, Expr, Form, Site};
use crate::facts::schema::FieldFacts;
use crate::link::chains::slot;
use crate::link::program::{ClassId, Target};
use crate::text::TextRange;

impl Walk<'_, '_> {
    /// What such calls ask for as soon as the body of the class runs, in that of a class above too.
    pub(super) fn calls_inside(&mut self, class: ClassId) {
        if !self.row.counts_inside {
            return;
        }
        let program = self.program;
        for above in program.ancestors(class) {
            let facts = &program.files[above.0].facts;
            for field in &facts.classes[above.1].fields {
                let Some(value) = field.value.as_ref() else { continue };
                for site in within(&facts.sites, value.range) {
                    if let Some(inner) = self.inner(above.0, site) {
                        self.field(above, &inner, &[], None);
                    }
                }
            }
        }
    }

    /// A call with a name of its own, as the field that it would describe.
    fn inner(&self, file: usize, site: &Site) -> Option<FieldFacts> {
        if site.form != Form::Call {
            return None;
        }
        let name = slot(&self.row.names, &site.args)?;
        let Expr::Text(text) = &name.value else { return None };
        let Target::External(called) = self.program.resolve(file, &site.callee) else {
            return None;
        };
        if !self.row.describing().contains(&called) {
            return None;
        }
        let args = site.args.iter().map(|arg| match &arg.name {
            Some(name) => Expr::Keyword(name.clone(), Box::new(arg.value.clone())),
            None => arg.value.clone(),
        });
        let call = Expr::Call(site.callee.clone(), args.collect(), None);
        Some(FieldFacts {
            name: text.clone(),
            range: name.range,
            whole: site.range,
            of_type: None,
            value: Some(Arg { name: None, value: call, range: site.range, named: false }),
            marks: Vec::new(),
        })
    }
}

/// The sites that stand inside a range and are not the whole of it. They are in the order of the text.
fn within(sites: &[Site], range: TextRange) -> impl Iterator<Item = &Site> {
    let from = sites.partition_point(|site| site.range.start < range.start);
    let inside = sites[from..].iter().take_while(move |site| site.range.start < range.end);
    inside.filter(move |site| site.range != range && site.range.end <= range.end)
}
