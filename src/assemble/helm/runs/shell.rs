//! What a script gives its variables, as far as plain words tell: `CHART="$ROOT/../charts/oven"`.
//!
//! The folder of the script itself is known however it is asked for. Runs nothing; a variable that gets two values is not known.

use std::collections::BTreeMap;

use regex::Regex;

/// The variables of one script.
#[derive(Debug, Default)]
pub(super) struct Given {
    known: BTreeMap<String, Option<String>>,
}

impl Given {
    /// Reads the assignments of a script.
    pub(super) fn read(text: &str) -> Self {
        let mut given = Self::default();
        for line in text.lines() {
            let line = line.trim();
            let line = ["export ", "local ", "readonly "]
                .iter()
                .find_map(|word| line.strip_prefix(word))
                .unwrap_or(line);
            let Some((name, value)) = line.split_once('=') else { continue };
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                continue;
            }
            let value = given.value(value.trim());
            let known = given.known.entry(name.to_owned()).or_insert_with(|| value.clone());
            if *known != value {
                *known = None;
            }
        }
        given
    }

    /// What the right side of an assignment comes to, if it is known.
    fn value(&self, written: &str) -> Option<String> {
        let is_own_folder = (written.contains("$0") || written.contains("BASH_SOURCE"))
            && written.contains("dirname");
        let plain = written.trim_matches(['"', '\'']);
        if is_own_folder {
            let behind = plain.rsplit(')').next().unwrap_or("").trim_matches('"');
            return Some(format!(".{behind}"));
        }
        let filled = self.fill(plain);
        (!filled.contains(['$', '`', ' '])).then_some(filled)
    }

    /// A word with the variables that are known filled in.
    pub(super) fn fill(&self, word: &str) -> String {
        static NAMES: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| {
            let pattern = r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)";
            Regex::new(pattern).unwrap_or_else(|_| unreachable!("the pattern is a constant"))
        });
        let put = |found: &regex::Captures<'_>| {
            let name = found.get(1).or(found.get(2)).map_or("", |name| name.as_str());
            let known = self.known.get(name).cloned().flatten();
            known.unwrap_or_else(|| found[0].to_owned())
        };
        NAMES.replace_all(word, put).into_owned()
    }
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
        assert_eq!(given.fill("${HELM_DIR}values-prod.yaml"), "./../charts/oven/values-prod.yaml");
        assert_eq!(given.fill("$TOP/charts"), "./../charts");
        assert_eq!(given.fill("image.tag=$TAG $SIDE $OTHER"), "image.tag=$TAG $SIDE $OTHER");
    }
}
