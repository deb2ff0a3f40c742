//! How functions are called without being named, and what names them without calling.
//!
//! Goes by the lines of a text: decorators, bases of classes, traits, imports.

use crate::facts::code::Function;
use crate::link::regions::Syntax;
use crate::text::File;

/// Decorators and attributes that call nothing.
const HARMLESS: &[&str] = &[
    "allow",
    "atomic",
    "cache",
    "cached_property",
    "classmethod",
    "deprecated",
    "expect",
    "inline",
    "instrument",
    "lru_cache",
    "must_use",
    "override",
    "property",
    "staticmethod",
    "wraps",
];
/// Lines of an import that are looked back over.
const LINES: usize = 60;

/// Whether a function is called by nobody who does not name it, as far as its place tells.
pub(super) fn is_free(function: &Function, file: &File) -> bool {
    let Some(syntax) = Syntax::of(&file.path) else { return false };
    let text = &*file.text;
    let start = function.range.start as usize;
    let line = line_start(text, start);
    if !is_plain(text, line) {
        return false;
    }
    let indent = width(&text[line..]);
    if indent == 0 {
        return true;
    }
    let name = function.name.rsplit('.').next().unwrap_or_default();
    let Some(around) = around(text, line, indent) else { return false };
    match syntax {
        Syntax::Python => {
            let is_class = around.starts_with("class ");
            let has_bases = around.contains('(') && !around.contains("(object)");
            is_class && (!has_bases || name.starts_with('_'))
        }
        Syntax::Rust => {
            let is_own = around.starts_with("impl") && !around.contains(" for ");
            is_own || around.starts_with("mod ") || around.starts_with("pub mod ")
        }
    }
}

/// Whether what stands above a function registers it nowhere.
fn is_plain(text: &str, line: usize) -> bool {
    let indent = width(&text[line..]);
    for above in text[..line].lines().rev().take(LINES) {
        let inside = above.trim();
        if inside.is_empty() || width(above) < indent {
            return true;
        }
        if inside.starts_with("//") || inside.starts_with("# ") {
            continue;
        }
        let mark = inside.strip_prefix('@').or_else(|| inside.strip_prefix("#["));
        let Some(mark) = mark else {
            // The end of a decorator of several lines, or what stands before without a gap.
            return !inside.ends_with([')', ']']) || width(above) > indent;
        };
        let name = mark.split(['(', ']']).next().unwrap_or_default();
        let last = name.rsplit(['.', ':']).next().unwrap_or_default().trim();
        if !HARMLESS.contains(&last) {
            return false;
        }
    }
    true
}

/// The nearest line above that stands further out.
fn around(text: &str, line: usize, indent: usize) -> Option<&str> {
    let mut above = text[..line].lines().rev();
    above.find(|line| !line.trim().is_empty() && width(line) < indent).map(str::trim)
}

fn width(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

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
    use super::{is_free, is_import};
    use crate::facts::code::{Expr, Function};
    use crate::link::regions::Syntax;
    use crate::text::{File, TextRange};

    fn free(path: &str, text: &str) -> bool {
        let start = text.rfind("sift").expect("it is there");
        let start = text[..start].rfind("def ").or(text[..start].rfind("fn ")).expect("a word");
        let name = text[start..].split([' ', '(']).nth(1).expect("a name");
        let function = Function {
            name: name.to_owned(),
            params: Vec::new(),
            range: TextRange::new(start, text.len()),
            in_test: false,
            fails: false,
            raises: Vec::new(),
            gives: Expr::Unknown,
            returns: None,
            rule: Vec::new(),
        };
        is_free(&function, &File::new(path, text))
    }

    #[test]
    fn what_a_framework_calls_is_not_free() {
        assert!(free("a.py", "import os\n\n\ndef sift(x):\n    pass\n"));
        assert!(free("a.py", "@cache\ndef sift(x):\n    pass\n"));
        assert!(!free("a.py", "@app.get(\"/sift\")\ndef sift(x):\n    pass\n"));
        assert!(!free("a.py", "@app.get(\n    \"/flour\",\n)\ndef sift(x):\n    pass\n"));
        assert!(free("a.py", "class Mill:\n    def sift(self):\n        pass\n"));
        assert!(!free("a.py", "class Mill(View):\n    def sift(self):\n        pass\n"));
        assert!(free("a.py", "class Mill(View):\n    def _sift(self):\n        pass\n"));
        assert!(free("a.rs", "impl Mill {\n    fn sift(&self) {}\n}\n"));
        assert!(!free("a.rs", "impl Sieve for Mill {\n    fn sift(&self) {}\n}\n"));
        assert!(!free("a.rs", "#[tokio::main]\nasync fn sift() {}\n"));
    }

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
