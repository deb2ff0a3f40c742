//! Files of variables that a step of a pipeline gives to Terraform: `terraform apply -var-file=blue.tfvars`.
//!
//! Follows `cd`, `-chdir` and the folder of the step. A path that a shell or a matrix fills in says nothing.

use super::lines;
use crate::definitions::context::Context;
use crate::document::Node;
use crate::document::shell::Word;
use crate::facts::SourceFacts;

/// The programs that take such files.
const PROGRAMS: &[&str] = &["terraform", "terragrunt", "tofu"];
const OPTION: &str = "-var-file";
const FOLDER: &str = "-chdir=";

/// Takes in the files of variables that the commands of a step name.
pub(in super::super) fn var_files(context: Context<'_>, step: Node<'_>, facts: &mut SourceFacts) {
    let Some(run) = step.get("run") else { return };
    let range = run.resolved().range();
    if !context.raw(range).contains(OPTION) {
        return;
    }
    let mut folder = step.get("working-directory").and_then(Node::text).unwrap_or("").to_owned();
    for words in lines(context, range) {
        let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
        if text(0) == "cd" {
            folder = format!("{folder}/{}", text(1));
        } else if PROGRAMS.contains(&text(0)) {
            command(context, &words, &folder, facts);
        }
    }
}

fn command(context: Context<'_>, words: &[Word], folder: &str, facts: &mut SourceFacts) {
    let inside = words.iter().find_map(|word| word.text.strip_prefix(FOLDER)).unwrap_or("");
    let up = "../".repeat(context.file.path.matches('/').count());
    for (at, word) in words.iter().enumerate() {
        let (path, range) = match word.text.trim_start_matches('-').strip_prefix(&OPTION[1..]) {
            Some("") => match words.get(at + 1) {
                Some(next) => (next.text.as_str(), next.range),
                None => continue,
            },
            Some(rest) => match rest.strip_prefix('=') {
                Some(path) => (path, word.range),
                None => continue,
            },
            None => continue,
        };
        let mut parts = vec![folder, inside, path];
        parts.retain(|part| !part.is_empty());
        let whole = parts.join("/");
        if !whole.contains('$') {
            facts.take_in(&format!("{up}{}", whole.trim_start_matches('/')), false, None, range);
        }
    }
}
