//! What a kind of source is: the rows of `grammars/kinds.yaml`, by the word of the contract for `source`.
//!
//! A new format adds a row there. Knows no path and no file: what only the place of one source says is not here.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// A kind of source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    #[serde(rename = "kind")]
    name: String,
    /// What its files are written in, where it is called otherwise.
    pub format: Option<String>,
    /// How it is shared and overridden.
    pub class: Class,
    /// Its place among the layers of an environment.
    pub stands: Standing,
    /// Whom its values are for, where it is not everybody.
    #[serde(default)]
    takers: Vec<Taker>,
    /// The platform on which a project is deployed whole: a file for one says nothing of what runs on another.
    pub platform: Option<String>,
    /// What a file for one environment is to the file beside it that names none.
    pub sibling: Option<Sibling>,
    /// Whether sections of a file get what its top gives.
    #[serde(default = "yes")]
    pub inherits: bool,
    /// How much a file of it holds of what code can ask a provider of flags for.
    pub holds: Option<Holding>,
    /// The object of a cluster that it is.
    pub object: Option<Object>,
    /// Whether it shows nothing of what it holds.
    #[serde(default)]
    pub closed: bool,
    /// Whether it is a tool's that installs what others wrote as well.
    #[serde(default)]
    pub installs: bool,
}

/// Kinds of sources that are shared and overridden in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Values baked into an image.
    Image,
    /// Files that an application loads itself.
    Settings,
    /// What a provider of flags knows.
    Flags,
    /// dotenv files.
    Dotenv,
    /// docker compose.
    Compose,
    /// Kubernetes, kustomize, Helm.
    Cluster,
    /// Terraform and the platforms that take one file for each environment.
    Infrastructure,
    /// Workflows of a build pipeline.
    Pipeline,
}

/// Where a kind stands among the layers of an environment. The later wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Values of an image.
    Image,
    /// A file that the application loads.
    File,
    /// A dotenv file.
    Dotenv,
    /// The runner's shell fills compose files in: it wins over `.env` and loses to what they say themselves.
    Pipeline,
    /// A compose file.
    Compose,
    /// Values of a chart.
    Values,
    /// An object of a cluster.
    Object,
    /// What a workload sets itself.
    Workload,
    /// What is laid over a workload.
    Overlay,
    /// What a platform gets as it stands.
    Platform,
    /// Where code lets a layer win over everything else; no kind stands there.
    #[serde(skip)]
    Winning,
}

/// Whom the values of a kind are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taker {
    /// Processes, and never a loader of settings.
    Process,
    /// What builds and deploys: what runs gets them only where they are handed on.
    Tools,
    /// Code that loads settings, and never a process.
    Code,
    /// Programs of others may take it: plays install what others wrote as well, and PHP is not read.
    Others,
    /// What builds the application on the platform.
    Buildpacks,
}

/// What a file for one environment is to the file beside it that names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sibling {
    /// It is deployed in its place: `app.staging.yaml` in place of `app.yaml`.
    Instead,
    /// It is laid over it, and the other is deployed alone as well.
    Over,
}

/// How much of a provider's flags a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// All that code can ask for.
    All,
    /// Some of them.
    Some,
}

/// An object of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Object {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

impl Kind {
    /// The kind of this name. What has no row is a file of settings.
    pub fn of(name: &str) -> &'static Self {
        static SETTINGS: OnceLock<Kind> = OnceLock::new();
        Self::known(name).unwrap_or_else(|| SETTINGS.get_or_init(Self::settings))
    }

    /// The row of this name.
    pub fn known(name: &str) -> Option<&'static Self> {
        static BY_NAME: OnceLock<BTreeMap<&'static str, &'static Kind>> = OnceLock::new();
        let named = || Self::all().iter().map(|kind| (kind.name.as_str(), kind)).collect();
        BY_NAME.get_or_init(named).get(name).copied()
    }

    /// All rows, sorted by name.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Kind>> = OnceLock::new();
        ALL.get_or_init(|| serde_yaml::from_str(ROWS).expect("a test parses the table"))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its values are for these.
    pub fn is_for(&self, taker: Taker) -> bool {
        self.takers.contains(&taker)
    }

    fn settings() -> Self {
        Self {
            name: String::new(),
            format: None,
            class: Class::Settings,
            stands: Standing::File,
            takers: Vec::new(),
            platform: None,
            sibling: None,
            inherits: true,
            holds: None,
            object: None,
            closed: false,
            installs: false,
        }
    }
}

impl Class {
    /// Whether sources of this class say where something is deployed, not in which mode it runs.
    pub fn is_deployment(self) -> bool {
        matches!(self, Self::Compose | Self::Cluster | Self::Infrastructure)
    }
}

impl Standing {
    /// Why a layer stands there, as a phrase.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Image => "values of an image lose to everything set at run time",
            Self::File => "a file that the application loads loses to the process environment",
            Self::Dotenv => "a dotenv file loses to what the deployment sets",
            Self::Pipeline => "variables of a pipeline feed what it deploys with",
            Self::Compose => "compose's `environment` wins over its `env_file`",
            Self::Values => "values of a chart feed its manifests",
            Self::Object => "objects lose to what a workload sets itself",
            Self::Workload | Self::Overlay => {
                "a workload's own `env` wins over the objects it binds"
            }
            Self::Platform | Self::Winning => "the platform's own values win",
        }
    }
}

const ROWS: &str = include_str!("../../grammars/kinds.yaml");

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn rows_are_sorted_and_stand_once() {
        let names: Vec<&str> = Kind::all().iter().map(Kind::name).collect();
        assert!(names.is_sorted_by(|one, two| one < two), "{names:?}");
    }
}
