//! Imports, which name functions without calling them. Goes by the lines of a text that need not be parsed.

use crate::link::regions::Syntax;

/// Lines of an import that are looked back over.
const LINES: usize = 60;

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Whether a name stands in an import, which goes with what it names.
pub(super) fn is_import(syntax: Syntax, text: &str, at: usize) -> bool {
    match syntax {
        Syntax::Python => is_python_import(text, at),
        Syntax::Rust => {
            let before = &text[..at];
            let begin = before.rfind([';', '}']).map_or(0, |end| end + 1);
            let code = before[begin..].lines().map(str::trim).find(|line| {
                !line.is_empty() && !line.starts_with("//") && !line.starts_with("#[")
            });
            code.is_some_and(|line| line.starts_with("use "))
        }
    }
}

fn is_python_import(text: &str, at: usize) -> bool {
    let line = line_start(text, at);
    let own = text[line..at].trim_start();
    if own.starts_with("from ") || own.starts_with("import ") {
        return true;
    }
    let is_listed = |part: &str| {
        part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ',' | ' ' | '\t'))
    };
    if !is_listed(own) {
        return false;
    }
    for above in text[..line].lines().rev().take(LINES) {
        let inside = above.trim();
        if inside.starts_with("from ") && inside.contains(" import (") && !inside.contains(')') {
            return true;
        }
        let code = inside.split('#').next().unwrap_or_default();
        if !is_listed(code) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_import;
    use crate::link::regions::Syntax;

    #[test]
    fn imports_call_nothing() {
        let at = |syntax, text: &str| is_import(syntax, text, text.find("sift").expect("there"));
        assert!(at(Syntax::Python, "from mill import grind, sift\n"));
        assert!(at(Syntax::Python, "from mill import (\n    grind,  # coarse\n    sift,\n)\n"));
        assert!(!at(Syntax::Python, "x = [\n    grind,\n    sift,\n]\n"));
        assert!(!at(Syntax::Python, "def bake():\n    sift(flour)\n"));
        assert!(at(Syntax::Rust, "use a;\nuse mill::{\n    grind,\n    sift,\n};\n"));
        assert!(!at(Syntax::Rust, "use a;\npub use mill::sift;\n"));
        assert!(!at(Syntax::Rust, "fn bake() {\n    let x = 1;\n    sift(x);\n}\n"));
    }
}
