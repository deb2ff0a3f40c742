//! What a shell gives to all that it starts: how each shell writes it.
//!
//! Goes by the line that a name stands in, not by whether the shell comes to it.

use super::naming::line_before;

/// How many lines before `export X` may give it a value.
const NEAR: usize = 50;

/// Whether a text is a program of a shell.
pub(super) fn is_shell(path: &str) -> bool {
    Shell::of(path).is_some()
}

/// Shells that write it alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shell {
    /// `export X=…`, or `X=…` and `export X`.
    Posix,
    /// `set -gx X …`
    Fish,
    /// `$env:X = …`
    Windows,
    /// `set X=…`
    Batch,
    /// `$env.X = …`
    Nushell,
}

impl Shell {
    fn of(path: &str) -> Option<Self> {
        let (before, end) = path.rsplit_once('.')?;
        // What Cloud Foundry runs before an application.
        if end == "profile" && (before.is_empty() || before.ends_with('/')) {
            return Some(Self::Posix);
        }
        Some(match end {
            "bash" | "ksh" | "sh" | "zsh" => Self::Posix,
            "fish" => Self::Fish,
            "ps1" | "psm1" => Self::Windows,
            "bat" | "cmd" => Self::Batch,
            "nu" => Self::Nushell,
            _ => return None,
        })
    }
}

/// Whether a text holds programs of shells as its values: what machines run when they are made or set up.
pub(super) fn holds_shells(path: &str) -> bool {
    [".tf", ".tftpl", ".hcl"].iter().any(|end| path.ends_with(end))
}

/// Whether the name at this place of a text that `holds_shells` is exported there: `"export X=…"` in a list of commands.
pub(super) fn is_exported_within(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let head = line_before(before).trim_start_matches([' ', '\t', '"', '-']);
    head == "export " && after.starts_with('=')
}

/// Whether the name at this place of a shell's program is given a value, and the value to all that the shell starts.
pub(super) fn is_exported(path: &str, text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let line = line_before(before);
    let head = line.trim();
    let assigns = || {
        let rest = after.trim_start_matches([' ', '\t']);
        rest.starts_with('=') && !rest.starts_with("==")
    };
    match Shell::of(path) {
        None => false,
        Some(Shell::Posix) => {
            let is_plain = line.ends_with([' ', '\t']) && after.starts_with('=');
            let is_marked = || ends_here(after) && is_assigned(before, &text[start..end]);
            head == "export" && (is_plain || is_marked())
        }
        Some(Shell::Fish) => {
            let mut words = head.split_whitespace();
            words.next() == Some("set")
                && line.ends_with(' ')
                && words.any(|word| word == "--export" || is_short(word, 'x'))
                && after.starts_with(' ')
        }
        Some(Shell::Windows) => head.to_ascii_lowercase().ends_with("$env:") && assigns(),
        Some(Shell::Batch) => {
            let head = head.trim_start_matches('@').trim_end_matches('"').trim_end();
            head.eq_ignore_ascii_case("set") && after.starts_with('=')
        }
        Some(Shell::Nushell) => head.ends_with("$env.") && assigns(),
    }
}

/// Whether a name is all that its line says further.
fn ends_here(after: &str) -> bool {
    after
        .lines()
        .next()
        .is_none_or(|rest| matches!(rest.trim_start().chars().next(), None | Some(';' | '#')))
}

/// Whether one of the lines before gives the name a value.
fn is_assigned(before: &str, name: &str) -> bool {
    let near = before.lines().rev().take(NEAR);
    near.map(str::trim_start)
        .any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}

/// Whether a word is short options with this letter among them.
fn is_short(word: &str, letter: char) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| !letters.starts_with('-') && letters.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::is_exported;

    fn exports(path: &str, text: &str) -> bool {
        let at = text.rfind("MODEL").expect("the name stands in the text");
        is_exported(path, text, at, at + "MODEL".len())
    }

    #[test]
    fn a_shell_exports_what_it_gives_a_value() {
        assert!(exports("run.sh", "set -e\nexport MODEL=$(python model.py)\n"));
        assert!(exports("run.bash", "  export MODEL=small"));
        assert!(exports("shop/.profile", "export MODEL=$(vcap model)\n"));
        assert!(exports("hook.zsh", "  MODEL=$(pick)\n  export MODEL\n"));
        assert!(!exports("run.sh", "echo MODEL=small"));
        assert!(!exports("run.sh", "export MODEL\n"));
        assert!(!exports("run.sh", "export OLD_MODEL=small"));
        assert!(!exports("run.sh", "export OTHER=1 # MODEL"));
    }

    #[test]
    fn each_shell_has_its_own_way() {
        assert!(exports("hook.fish", "    set -gx MODEL (pick)\n"));
        assert!(exports("hook.fish", "set --global --export MODEL small"));
        assert!(!exports("hook.fish", "set -g MODEL small"));
        assert!(!exports("hook.fish", "if set -qx MODEL; or true"));
        assert!(exports("hook.ps1", "        $env:MODEL = pick\n"));
        assert!(!exports("hook.ps1", "if ($env:MODEL -eq 'small') {"));
        assert!(exports("run.bat", "@set \"MODEL=small\"\r\n"));
        assert!(exports("run.cmd", "SET MODEL=small\r\n"));
        assert!(!exports("run.cmd", "echo %MODEL%\r\n"));
        assert!(exports("hook.nu", "    $env.MODEL = (pick)\n"));
        assert!(!exports("hook.nu", "if $env.MODEL == small {"));
        assert!(!exports("run.py", "export MODEL=small"));
    }
}
