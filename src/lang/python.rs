//! Python: the row of the language table.

use super::{Lang, Modules};

/// Python.
pub(super) static LANG: Lang = Lang {
    name: "python",
    extensions: &["py", "pyi", "pyw"],
    grammar: || tree_sitter_python::LANGUAGE.into(),
    dialects: &[],
    shapes: include_str!("../../grammars/python/shapes.yaml"),
    readers: include_str!("../../grammars/python/readers.yaml"),
    schemas: include_str!("../../grammars/python/schemas.yaml"),
    handlers: include_str!("../../grammars/python/handlers.yaml"),
    comment: "#",
    modules: Modules {
        index: &["__init__"],
        root_folder: "src",
        roots: &[],
        programs: &[],
        of_tests: ("", ""),
        by_folder: false,
        by_package: false,
        whole: &[],
    },
    build_scripts: &["setup.py"],
    of_tests: &[],
    declarations: &[],
    longest_line: 0,
    manifests: &[],
};
