//! Names that are followed from an object, as sites: `settings.database.host`.

use super::program::{MadeSites, Program, Target};
use crate::facts::code::{Form, Path, Site};
use crate::facts::schema::Member;

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
                members
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
            at_start: member.function.is_none(),
            in_test: member.in_test,
            field: None,
        })
    }
}
