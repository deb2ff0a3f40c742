//! Services and containers as one file describes them.

use crate::text::TextRange;

/// What a platform of functions calls: `handlers.oven.bake`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its name: as written, or what names it (`var.handler`).
    pub name: String,
    /// The folder of the code, relative to the file's, where that is told.
    pub code: Option<String>,
}

/// A service or container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its name: the compose service, the container.
    pub name: String,
    /// The image as written.
    pub image: Option<String>,
    /// The build context, relative to the file's folder.
    pub build: Option<String>,
    /// The Dockerfile, relative to the build context.
    pub dockerfile: Option<String>,
    /// The stage of the Dockerfile that is built, where one is named.
    pub target: Option<String>,
    /// What the platform calls in its code.
    pub handler: Option<Handler>,
    /// Folders of the machine that are laid into it, relative to the file's folder.
    pub mounts: Vec<String>,
    /// What its description says of the platform that it runs on: `lambda`, `ecs`.
    pub platform: Option<&'static str>,
    /// Where.
    pub range: TextRange,
}

impl Workload {
    /// One of which the name alone is known.
    pub fn of(name: String, range: TextRange) -> Self {
        Self {
            name,
            image: None,
            build: None,
            dockerfile: None,
            target: None,
            handler: None,
            mounts: Vec::new(),
            platform: None,
            range,
        }
    }
}
