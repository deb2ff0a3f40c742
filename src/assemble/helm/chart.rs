//! Charts: the folder with a `Chart.yaml`, its templates, its values, the charts that it needs.
//!
//! A chart that is kept in a repository elsewhere is not seen, but where a root holds it in that very version. One that is packed
//! stands in a folder that is called as its archive.

use std::collections::BTreeMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::super::gotmpl::{Data, Value};
use super::tree::{Documents, Tree, folder, join, name};
use crate::text::{FileId, Span};

/// A chart.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) root: u16,
    /// Its folder.
    pub(super) folder: String,
    /// Its `Chart.yaml`.
    pub(super) file: FileId,
    pub(super) name: String,
    /// Its version.
    version: Option<String>,
    /// Whether it has only parts for other charts.
    pub(super) is_library: bool,
    /// Its own values.
    pub(super) values: Option<FileId>,
    /// The files under `templates`, with their paths below the chart.
    pub(super) templates: Vec<(String, FileId)>,
    /// Its other files, as templates can ask for them.
    pub(super) others: Vec<(String, FileId)>,
    /// What it needs.
    pub(super) needs: Vec<Need>,
    /// The charts in its folder `charts`, by their place in the list of all charts.
    pub(super) inside: Vec<usize>,
}

/// A chart that another one needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub(super) name: String,
    pub(super) alias: Option<String>,
    pub(super) repository: String,
    /// The version that is wanted, as it is written.
    version: Option<String>,
    /// Paths of values that switch it on or off.
    pub(super) condition: Option<String>,
    pub(super) tags: Vec<String>,
    /// Values of it that become values of the chart: the path in the child, the path in the parent.
    pub(super) imports: Vec<(String, String)>,
    /// Where it is asked for.
    pub(super) span: Option<Span>,
}

/// All charts of a scan, and which of them serve others.
pub(super) struct Charts {
    pub(super) all: Vec<Chart>,
    by_folder: BTreeMap<(u16, String), usize>,
    /// Those with templates by name and version; none where two share both.
    by_version: BTreeMap<(String, String), Option<usize>>,
}

impl Charts {
    /// The chart in a folder.
    pub(super) fn at(&self, root: u16, folder: &str) -> Option<usize> {
        self.by_folder.get(&(root, folder.to_owned())).copied()
    }

    /// The chart at `path` as seen from the folder `from`.
    pub(super) fn from(&self, root: u16, from: &str, path: &str) -> Option<usize> {
        self.at(root, &join(from, path)?)
    }

    /// The chart that a repository of charts hands out as `name`, where the tree has one of that name and of no other folder.
    pub(super) fn named(&self, root: u16, name: &str) -> Option<usize> {
        let (_, name) = name.split_once('/').filter(|(_, name)| !name.contains('/'))?;
        let own = |chart: &&(usize, &Chart)| chart.1.root == root && chart.1.name == name;
        let all: Vec<(usize, &Chart)> = self.all.iter().enumerate().collect();
        let mut found = all.iter().filter(own).map(|(at, _)| *at);
        found.next().filter(|_| found.next().is_none())
    }

    /// The chart that `need` of `chart` means: in its own folder, by a path, or one that a root of the scan publishes.
    pub(super) fn needed(&self, chart: &Chart, need: &Need) -> Option<usize> {
        let inside = chart.inside.iter().find(|at| self.all[**at].name == need.name);
        inside.copied().or_else(|| match need.repository.strip_prefix("file://") {
            Some(path) => self.from(chart.root, &chart.folder, path),
            None => self.published(chart, need),
        })
    }

    /// The chart with templates that a repository of charts hands out under the name and the very version of `need`.
    fn published(&self, chart: &Chart, need: &Need) -> Option<usize> {
        let version = need.version.clone().filter(|_| !need.repository.is_empty())?;
        let found = *self.by_version.get(&(need.name.clone(), version))?;
        found.filter(|at| self.all[*at].file != chart.file)
    }

    /// Whether a chart holds nothing but the values that it hands to charts of another root: they are those of a release.
    pub(super) fn is_a_release(&self, chart: &Chart) -> bool {
        let is_here = |need: &Need| {
            let found = self.needed(chart, need).map(|at| &self.all[at]);
            found.is_some_and(|found| found.root != chart.root && !found.templates.is_empty())
        };
        chart.templates.is_empty() && chart.needs.iter().any(is_here)
    }

    /// Whether other charts are made of each chart, and it lies in or beside them for that, or a release of another root takes it.
    /// What a repository of charts publishes, its other charts take like everybody's: it is there to be installed alone too.
    pub(super) fn serving(&self) -> Vec<bool> {
        let mut serves = vec![false; self.all.len()];
        for chart in &self.all {
            chart.inside.iter().for_each(|at| serves[*at] = true);
            for need in &chart.needs {
                let Some(at) = self.needed(chart, need) else { continue };
                let is_own = need.repository.is_empty() || need.repository.starts_with("file://");
                serves[at] |= is_own || self.all[at].root != chart.root;
            }
        }
        serves
    }
}

/// The charts of a scan.
pub(super) fn find(tree: &Tree<'_>, documents: &Documents) -> Charts {
    let named = tree.files.iter().filter(|(_, file)| file.name() == "Chart.yaml");
    let mut all: Vec<Chart> = named
        .filter_map(|(id, file)| chart(tree, documents, id, file.root, folder(&file.path)))
        .collect();
    let by_folder: BTreeMap<(u16, String), usize> = all
        .iter()
        .enumerate()
        .map(|(at, chart)| ((chart.root, chart.folder.clone()), at))
        .collect();
    for ((root, path), at) in &by_folder {
        let charts = folder(path);
        if name(charts) == "charts"
            && let Some(parent) = by_folder.get(&(*root, folder(charts).to_owned()))
        {
            all[*parent].inside.push(*at);
        }
    }
    let by_version = by_version(&all);
    Charts { all, by_folder, by_version }
}

fn by_version(all: &[Chart]) -> BTreeMap<(String, String), Option<usize>> {
    let mut found = BTreeMap::new();
    for (at, chart) in all.iter().enumerate().filter(|(_, chart)| !chart.templates.is_empty()) {
        let Some(version) = chart.version.clone() else { continue };
        let alone = found.entry((chart.name.clone(), version)).or_insert(Some(at));
        if *alone != Some(at) {
            *alone = None;
        }
    }
    found
}

fn chart(
    tree: &Tree<'_>,
    documents: &Documents,
    file: FileId,
    root: u16,
    folder: &str,
) -> Option<Chart> {
    let about = documents.values(tree, file).ok()?;
    let word =
        |key: &str| about.get(key).filter(|value| !value.is_null()).map(|value| value.shown());
    let name = word("name")?;
    let mut needs = needs(&about);
    let at = |name: &str| {
        tree.at(root, &if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
    };
    if let Some(older) = at("requirements.yaml").and_then(|id| documents.values(tree, id).ok()) {
        needs.extend(self::needs(&older));
    }
    let ignored = ignored(tree, at(".helmignore"));
    let (mut templates, mut others) = (Vec::new(), Vec::new());
    for (path, id) in tree.under(root, folder) {
        if ignored.matched_path_or_any_parents(path, false).is_ignore() {
            continue;
        }
        if path.starts_with("templates/") {
            templates.push((path.to_owned(), id));
        } else if !path.starts_with("charts/") && !path.starts_with("crds/") {
            others.push((path.to_owned(), id));
        }
    }
    Some(Chart {
        root,
        folder: folder.to_owned(),
        file,
        version: word("version"),
        is_library: word("type").as_deref() == Some("library"),
        values: at("values.yaml"),
        name,
        templates,
        others,
        needs,
        inside: Vec::new(),
    })
}

fn ignored(tree: &Tree<'_>, rules: Option<FileId>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in rules.map_or("", |id| &*tree.file(id).text).lines() {
        // A line that is no pattern leaves nothing out, for Helm neither.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn needs(about: &Value) -> Vec<Need> {
    let Some(Data::List(all)) = about.get("dependencies").map(|value| value.data) else {
        return Vec::new();
    };
    all.iter().filter_map(need).collect()
}

fn need(value: &Value) -> Option<Need> {
    let word = |key: &str| value.get(key).and_then(|value| value.as_str().map(str::to_owned));
    let list = |key: &str| match value.get(key).map(|value| value.data) {
        Some(Data::List(items)) => items.to_vec(),
        _ => Vec::new(),
    };
    let import = |item: &Value| {
        if let Some(name) = item.as_str() {
            return Some((format!("exports.{name}"), String::new()));
        }
        let part = |key: &str| item.get(key).and_then(|value| value.as_str().map(str::to_owned));
        Some((part("child")?, part("parent")?))
    };
    let mark = value.get("name").and_then(|name| name.mark);
    Some(Need {
        name: word("name")?,
        alias: word("alias"),
        repository: word("repository").unwrap_or_default(),
        version: word("version"),
        condition: word("condition"),
        tags: list("tags").iter().map(Value::shown).collect(),
        imports: list("import-values").iter().filter_map(import).collect(),
        span: mark.map(|mark| mark.place),
    })
}
