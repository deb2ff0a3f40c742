//! What workloads are called, in every release.

use super::super::context::Context;
use super::super::paths;
use crate::document::template;

/// Names of files that say nothing about the workload inside.
const PLAIN_FILES: &[&str] = &[
    "all",
    "cronjob",
    "daemonset",
    "deployment",
    "job",
    "manifest",
    "manifests",
    "pod",
    "statefulset",
];

/// The name of a workload; where a template gives it, the name of its file or chart stands for it.
pub(super) fn workload_name(context: Context<'_>, name: &str) -> String {
    if !name.is_empty() && !template::is_open(name) {
        return name.to_owned();
    }
    let mut segments = context.file.path.rsplit('/');
    let stem = segments.next().and_then(|file| file.split('.').next()).unwrap_or("");
    let words = paths::words(stem);
    if words.iter().all(|word| PLAIN_FILES.contains(&word.as_str())) {
        let folder = segments.find(|folder| *folder != "templates");
        return folder.unwrap_or(stem).to_owned();
    }
    stem.to_owned()
}

/// What a workload is called in the next release too.
pub(super) fn lasting_name(kind: &str, name: String) -> String {
    if kind == "Job" { without_revision(&name) } else { name }
}

/// The name of a job without the commit that it runs: the next release has the same job under another name.
fn without_revision(name: &str) -> String {
    let is_revision = |part: &&str| {
        part.len() > 6
            && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    let kept: Vec<&str> = name.split('-').filter(|part| !is_revision(part)).collect();
    if kept.is_empty() { name.to_owned() } else { kept.join("-") }
}
