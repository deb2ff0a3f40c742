//! Names that are followed from an object, as sites: `settings.database.host`; and attributes of classes whose base asks
//! for what they name.

use super::program::{MadeSites, Program, Target};
use crate::facts::code::{Arg, Form, ItemKind, Path, Site};
use crate::facts::schema::{Class, FieldFacts, Member};

impl Program<'_> {
    /// For each file, the sites that are made of its members and of the rows of its macros, with what they ask where
    /// that is known.
    pub(super) fn made_sites(&self) -> &[MadeSites] {
        self.made_sites.get_or_init(|| {
            let rules = self.rules();
            let of_file = |file: usize| {
                let members = self.files[file].facts.members.iter();
                let members = members.filter_map(|member| self.member_site(file, member));
                let rows = self.rows_of(file, &rules).into_iter();
                let of_classes = self.class_sites(file);
                members
                    .chain(of_classes)
                    .map(|site| (site, None))
                    .chain(rows.map(|(site, target)| (site, Some(target))))
                    .collect()
            };
            (0..self.files.len()).map(of_file).collect()
        })
    }

    fn member_site(&self, file: usize, member: &Member) -> Option<Site> {
        // What is called last is a method of the entry, and no entry.
        let rest = match (member.is_called, member.path.rest.rsplit_once('.')) {
            (false, _) => member.path.rest.clone(),
            (true, Some((rest, _))) => rest.to_owned(),
            (true, None) => return None,
        };
        let callee = Path { base: member.path.base, rest };
        let leads_out = match self.resolve(file, &callee) {
            Target::External(_) => true,
            _ => callee.rest.contains('['),
        };
        leads_out.then(|| Site {
            callee,
            form: Form::Member,
            args: Vec::new(),
            range: member.range,
            function: member.function,
            types: None,
            load: None,
            contexts: Vec::new(),
            steps: member.steps.clone(),
            catches: member.catches.clone(),
            conditional: member.conditional,
            forks: Vec::new(),
            at_start: member.function.is_none(),
            in_test: member.in_test,
            field: None,
        })
    }

    /// The attributes of classes whose base asks for what they name: `waffle_flag = "new_till"`.
    fn class_sites(&self, file: usize) -> Vec<Site> {
        let facts = self.files[file].facts;
        let mut found = Vec::new();
        for item in &facts.items {
            let ItemKind::Class(bases) = &item.kind else { continue };
            let asks = |base: &&Path| match self.resolve(file, base) {
                Target::External(name) => self.is_reader(&name),
                _ => false,
            };
            let Some(base) = bases.iter().find(asks) else { continue };
            let Some(class) = facts.classes.iter().find(|class| class.name == item.name) else {
                continue;
            };
            found.extend(class.fields.iter().filter_map(|field| class_site(class, base, field)));
        }
        found
    }
}

fn class_site(class: &Class, base: &Path, field: &FieldFacts) -> Option<Site> {
    let value = field.value.as_ref()?;
    Some(Site {
        callee: base.clone(),
        form: Form::Base,
        args: vec![Arg { name: Some(field.name.clone()), ..value.clone() }],
        range: field.whole,
        function: None,
        types: None,
        load: None,
        contexts: Vec::new(),
        steps: Vec::new(),
        catches: Vec::new(),
        conditional: false,
        forks: Vec::new(),
        at_start: false,
        in_test: class.in_test,
        field: None,
    })
}
