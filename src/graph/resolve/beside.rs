//! Where compose finds what it fills in: the variables of the shell that starts it, and the dotenv file beside the project.

use super::{Behind, Given, Site, Way};
use crate::model::{Definition, DefinitionId, Key, Value};
use crate::text::FileId;
use crate::text::relative::folder;

impl<'a> Site<'_, 'a> {
    /// What the job that starts a run gives: it wins over every file.
    pub(super) fn started_with(&self, name: &str, of: &Definition) -> Behind<'a> {
        let graph = self.graph;
        let Some(shells) = graph.inventory.shells.get(&of.source) else { return Behind::Nothing };
        let Some(key) = graph.inventory.id(&Key::env(name)) else { return Behind::Nothing };
        let given = graph.definitions_of(key).filter(|(_, one)| shells.contains(&one.source));
        let placed = given.filter_map(|(id, one)| {
            Some((graph.layer(one, self.environment)?, id, one)).filter(|_| !one.commented)
        });
        let Some((.., one)) = placed.max_by_key(|(layer, id, _)| (*layer, *id)) else {
            return Behind::Nothing;
        };
        let is_known = matches!(one.value, Value::Literal(_) | Value::Empty | Value::Secret(_));
        if !is_known {
            return Behind::Unknown;
        }
        match self.given(one, Way::Compose) {
            Behind::Given(one) => Behind::Given(Given { is_sure: true, ..one }),
            found => found,
        }
    }

    /// The last definition of a name in dotenv files of the project: those beside the file, else the only one there is.
    pub(super) fn beside(&self, name: &str, file: FileId) -> Behind<'a> {
        let graph = self.graph;
        let Some(key) = graph.inventory.id(&Key::env(name)) else { return Behind::Nothing };
        let place = |one: &Definition| folder(&self.files.get(one.key_span.file).path);
        let here = folder(&self.files.get(file).path);
        let gives = |(_, one): &(DefinitionId, &Definition)| {
            let is_dotenv = graph.inventory.source(one.source).kind == "dotenv";
            let is_loaded = self.is_loaded(one) || !graph.is_taken(one.source, self.environment);
            is_dotenv && is_loaded && !one.commented && one.scope.is_none()
        };
        let mut found: Vec<_> = graph
            .definitions_of(key)
            .filter(gives)
            .filter_map(|(id, one)| Some((graph.layer(one, self.environment)?, id, one)))
            .collect();
        if found.iter().any(|(.., one)| place(one) == here) {
            found.retain(|(.., one)| place(one) == here);
        }
        found.sort_by_key(|(layer, id, _)| (*layer, *id));
        let Some((.., last)) = found.last() else { return Behind::Nothing };
        let is_one_folder = found.iter().all(|(.., one)| place(one) == place(last));
        if is_one_folder { self.given(last, Way::Compose) } else { Behind::Unknown }
    }

    /// Whether compose reads the file by itself; it reads another where somebody says so.
    pub(super) fn is_loaded(&self, one: &Definition) -> bool {
        self.files.get(one.key_span.file).name() == ".env"
    }

    /// Whether the tree has the dotenv file that compose loads with `file`: where it has none, whoever starts the project gives
    /// the names that have no default.
    pub(super) fn shows_project(&self, file: FileId) -> bool {
        let graph = self.graph;
        let here = folder(&self.files.get(file).path);
        let layers = &graph.inventory.environment(self.environment).layers;
        layers.iter().any(|layer| {
            let source = graph.inventory.source(layer.source);
            let own = self.files.get(source.file);
            source.kind == "dotenv"
                && folder(&own.path) == here
                && (own.name() == ".env" || !graph.is_taken(layer.source, self.environment))
        })
    }
}
