//! What a script gives its variables, as far as plain words tell: `CHART="$ROOT/../charts/oven"`, of a make file and of the
//! `env` of a pipeline too.
//!
//! The folder of the script itself is known however it is asked for. Runs nothing; a variable that gets two values is not known.

use std::collections::BTreeMap;

use regex::Regex;

/// Longer than the part of a command is that a variable holds.
const LONGEST: usize = 4_000;

/// The variables of one script.
#[derive(Debug, Default)]
pub(super) struct Given {
    known: Known,
    /// What targets of a make file give for themselves.
    of_targets: BTreeMap<String, Known>,
}

/// Variables with what they come to, if that is known.
type Known = BTreeMap<String, Option<String>>;

impl Given {
    /// Reads the assignments of a script.
    pub(super) fn read(text: &str) -> Self {
        let mut given = Self::default();
        for line in text.replace("\\\n", " ").lines() {
            let Some((target, name, value)) = assignment(line) else { continue };
            let value = given.value(target, name, value);
            if let Some(target) = target {
                note(given.of_targets.entry(target.to_owned()).or_default(), name, value.as_ref());
            }
            note(&mut given.known, name, value.as_ref());
        }
        given
    }

    /// What the right side of an assignment comes to, if it is known.
    fn value(&self, target: Option<&str>, name: &str, written: &str) -> Option<String> {
        let is_own_folder = (written.contains("$0") || written.contains("BASH_SOURCE"))
            && written.contains("dirname");
        let plain = written.trim_matches(['"', '\'']);
        if is_own_folder {
            let behind = plain.rsplit(')').next().unwrap_or("").trim_matches('"');
            return Some(format!(".{behind}"));
        }
        let filled = self.fill(target, plain);
        // Options stay what they are where a part of them is not known.
        let is_options = filled.starts_with('-');
        let builds_on_itself =
            ["$", "${", "$("].iter().any(|mark| written.contains(&format!("{mark}{name}")));
        let is_known = is_options || !filled.contains(['$', ' ']);
        (is_known && !builds_on_itself && !filled.contains('`') && filled.len() <= LONGEST)
            .then_some(filled)
    }

    /// A word with the variables filled in that are known: what the target gives itself in which it stands, and what all have.
    pub(super) fn fill(&self, target: Option<&str>, word: &str) -> String {
        static NAMES: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| {
            let name = "([A-Za-z_][A-Za-z0-9_]*)";
            let pattern =
                format!(r"\$\{{{name}\}}|\${name}|\$\({name}\)|\$\{{\{{ *env\.{name} *\}}\}}");
            Regex::new(&pattern).unwrap_or_else(|_| unreachable!("the pattern is a constant"))
        });
        let own = target.and_then(|target| self.of_targets.get(target));
        let put = |found: &regex::Captures<'_>| {
            let name = (1..=4).find_map(|at| found.get(at)).map_or("", |name| name.as_str());
            let known = own.and_then(|own| own.get(name)).or_else(|| self.known.get(name));
            known.cloned().flatten().unwrap_or_else(|| found[0].to_owned())
        };
        NAMES.replace_all(word, put).into_owned()
    }
}

/// Notes what a variable comes to; one that gets two values is not known.
fn note(known: &mut Known, name: &str, value: Option<&String>) {
    let one = known.entry(name.to_owned()).or_insert_with(|| value.cloned());
    if one.as_ref() != value {
        *one = None;
    }
}

/// The target, the name and the value that a line gives: `NAME=value`, `target: NAME := value`, `NAME: value` of an `env`.
fn assignment(line: &str) -> Option<(Option<&str>, &str, &str)> {
    let is_indented = line.starts_with([' ', '\t']);
    let line = line.trim();
    let line = ["export ", "local ", "readonly "]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line);
    let is_name = |name: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && name.chars().all(is_part)
    };
    if let Some((left, value)) = line.split_once('=') {
        let left = left.trim_end_matches([' ', '?', ':', '+']);
        // A target of a make file may have variables of its own.
        let target = left.rsplit_once(": ");
        let name = target.map_or(left, |(_, name)| name.trim());
        if is_name(name) {
            let target = target.map(|(target, _)| target).filter(|_| !is_indented);
            return Some((target, name, value.trim()));
        }
    }
    let (name, value) = line.split_once(": ")?;
    let is_variable = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    (is_name(name) && name.chars().all(is_variable)).then_some((None, name, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[test]
    fn variables_of_a_script_are_filled_in() {
        let given = Given::read(
            "ROOT=$(dirname \"$0\")\nHELM_DIR=\"$ROOT/../charts/oven/\"\nexport TOP=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)/..\"\n\
             TAG=$(git rev-parse HEAD)\nSIDE=a\nSIDE=b\n",
        );
        assert_eq!(
            given.fill(None, "${HELM_DIR}values-prod.yaml"),
            "./../charts/oven/values-prod.yaml"
        );
        assert_eq!(given.fill(None, "$TOP/charts"), "./../charts");
        assert_eq!(given.fill(None, "image.tag=$TAG $SIDE $OTHER"), "image.tag=$TAG $SIDE $OTHER");
    }

    #[test]
    fn make_files_and_pipelines_have_variables_too() {
        let given = Given::read(
            "DIR ?= ./charts/oven\ninstall: OPTIONS=--wait \\\n  --values $(DIR)/$(STAGE).yaml\nMORE = -a\nMORE += $(MORE) -b\n\
             env:\n  CHART: \"charts/lid\"\n",
        );
        assert_eq!(given.fill(None, "$(DIR)/x"), "./charts/oven/x");
        let options = given.fill(None, "$(OPTIONS)");
        assert!(options.ends_with("--values ./charts/oven/$(STAGE).yaml"), "{options}");
        assert_eq!(given.fill(None, "$(MORE)"), "$(MORE)");
        assert_eq!(given.fill(None, "${CHART} ${{ env.CHART }}"), "charts/lid charts/lid");
    }

    #[test]
    fn targets_have_variables_of_their_own() {
        let given = Given::read(
            "try: SIDE=left\ntry: LID=-s $(SIDE)\nbake: SIDE=right\nbake: LID=-s $(SIDE)\n",
        );
        assert_eq!(given.fill(Some("try"), "$(LID)"), "-s left");
        assert_eq!(given.fill(Some("bake"), "$(LID)"), "-s right");
        assert_eq!(given.fill(None, "$(LID)"), "$(LID)");
    }
}
