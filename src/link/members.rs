//! Names that are followed from an object, as sites: `settings.database.host`.

use super::program::{Program, Target};
use crate::facts::code::{Form, Path, Site};
use crate::facts::schema::Member;

impl Program<'_> {
    /// For each file, its members that lead out of the project, as sites.
    pub(super) fn members(&self) -> &[Vec<Site>] {
        self.member_sites.get_or_init(|| {
            let of_file = |file: usize| {
                let members = &self.files[file].facts.members;
                members.iter().filter_map(|member| self.member_site(file, member)).collect()
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
            conditional: false,
            at_start: member.function.is_none(),
            in_test: member.in_test,
            field: None,
        })
    }
}
