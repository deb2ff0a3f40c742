//! Names in a Dockerfile: what `ENV` and `ARG` before them give, and what the build of a workload's image is given.
//!
//! `ENV` wins over `ARG`, also that of a stage below. Of an image whose build is not known, or is given something that is not,
//! nothing that hangs on an argument is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Behind, Given, Of, Site, Way};
use crate::definitions::{Layout, Reach};
use crate::model::{BuildArgument, Building, Definition, Key, Value, Workload};
use crate::text::{FileId, TextRange};

/// How the Dockerfiles that were asked for are laid out.
pub(super) type Layouts = RefCell<BTreeMap<FileId, Rc<Layout>>>;

/// What the builds of a Dockerfile give an argument.
enum Built<'a> {
    Argument(&'a BuildArgument),
    Nothing,
    Unknown,
}

impl<'a> Site<'_, 'a> {
    /// What stands behind a name in a Dockerfile. What neither `ENV` nor `ARG` gives, the image below may.
    pub(super) fn in_build(&self, name: &str, of: &'a Definition) -> Behind<'a> {
        let inventory = self.graph.inventory;
        let Some(key) = inventory.id(&Key::env(name)) else { return Behind::Unknown };
        let file = of.key_span.file;
        let Reach { stages, before } = self.layout(file).reach(of.key_span.range.start);
        let all = self.graph.definitions_of(key).map(|(_, one)| one);
        let own: Vec<&Definition> =
            all.filter(|one| one.key_span.file == file && one.key == key).collect();
        let last = |range: &TextRange, is_argument: bool| {
            own.iter().copied().rfind(|one| {
                let at = one.key_span.range.start;
                let is_one = inventory.source(one.source).kind == "dockerfile-arg";
                range.start <= at && at < range.end && is_one == is_argument
            })
        };
        if let Some(one) = stages.iter().find_map(|range| last(range, false)) {
            return self.given(one, Way::Image);
        }
        let outside = last(&before, true);
        let declared = if stages.is_empty() {
            outside
        } else {
            stages.iter().find_map(|range| last(range, true))
        };
        let Some(declared) = declared else { return Behind::Unknown };
        match self.built(name, file) {
            Built::Unknown => Behind::Unknown,
            Built::Argument(one) => self.argument(one, of),
            Built::Nothing => {
                let gives = |one: &&Definition| one.value != Value::PassThrough;
                match [Some(declared), outside].into_iter().flatten().find(gives) {
                    Some(one) => default(one),
                    None => Behind::Nothing,
                }
            }
        }
    }

    /// How a Dockerfile is laid out, worked out once.
    fn layout(&self, file: FileId) -> Rc<Layout> {
        let made = || Rc::new(Layout::of(&self.files.get(file).text));
        Rc::clone(self.layouts.borrow_mut().entry(file).or_insert_with(made))
    }

    /// What a build is given; a name alone stands for what compose knows under it.
    fn argument(&self, one: &'a BuildArgument, of: &'a Definition) -> Behind<'a> {
        let file = one.span.file;
        let is_composed = self.graph.inventory.runs.contains_key(&one.source);
        if one.value != Value::PassThrough {
            let of = Of { definition: of, file };
            let (value, at, way) = (&one.value, one.span, Way::Compose);
            return Behind::Given(Given { value, of, at, way, is_sure: true });
        }
        if !is_composed {
            return Behind::Unknown;
        }
        match self.beside(&one.name, file) {
            Behind::Nothing => Behind::Unknown,
            behind => behind,
        }
    }

    /// What all builds of the workload's image give an argument; unknown where they differ or one is not known.
    fn built(&self, name: &str, dockerfile: FileId) -> Built<'a> {
        let inventory = self.graph.inventory;
        let mut found: Option<Option<&BuildArgument>> = None;
        for workload in self.workloads() {
            if workload.dockerfile != Some(dockerfile) {
                return Built::Unknown;
            }
            let run = |source| inventory.runs.get(&source).map(|run| run.0);
            let own = match workload.building {
                Building::Unknown => return Built::Unknown,
                Building::Elsewhere => None,
                Building::Here => match run(workload.source) {
                    Some(own) => Some(own),
                    None => return Built::Unknown,
                },
            };
            let given = inventory.arguments.iter().find(|one| {
                let is_here = match own {
                    Some(_) => run(one.source) == own,
                    None => one.source == workload.source,
                };
                is_here && one.workload == workload.name && one.name == name
            });
            let value = |one: &BuildArgument| one.value.clone();
            if found.is_some_and(|before| before.map(value) != given.map(value)) {
                return Built::Unknown;
            }
            found.get_or_insert(given);
        }
        match found {
            Some(Some(one)) => Built::Argument(one),
            Some(None) => Built::Nothing,
            None => Built::Unknown,
        }
    }

    /// The workloads for which a value is worked out.
    fn workloads(&self) -> Vec<&'a Workload> {
        let (graph, inventory) = (self.graph, self.graph.inventory);
        let Some(name) = self.scope.map_or(self.apart, |scope| Some(scope.name())) else {
            return Vec::new();
        };
        let here = graph.units.here_in(self.environment);
        let all = here.filter_map(|place| inventory.workloads.get(place));
        let is_one = |one: &&Workload| {
            let apart = self.scope.and_then(|scope| {
                self.apart?;
                graph.namesake(one.source, scope, self.environment)
            });
            one.name == name && (apart.is_none() || apart == self.apart)
        };
        all.filter(is_one).collect()
    }
}

/// What an argument is where its build gives none.
fn default(one: &Definition) -> Behind<'_> {
    let at = one.value_span.unwrap_or(one.key_span);
    let of = Of::itself(one);
    Behind::Given(Given { value: &one.value, of, at, way: Way::Image, is_sure: false })
}
