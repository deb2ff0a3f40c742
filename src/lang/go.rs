//! Go: the row of the language table.

use super::{Lang, Modules};

/// Go.
pub(super) static LANG: Lang = Lang {
    name: "go",
    extensions: &["go"],
    grammar: || tree_sitter_go::LANGUAGE.into(),
    dialects: &[],
    shapes: include_str!("../../grammars/go/shapes.yaml"),
    readers: include_str!("../../grammars/go/readers.yaml"),
    schemas: include_str!("../../grammars/go/schemas.yaml"),
    handlers: include_str!("../../grammars/go/handlers.yaml"),
    comment: "//",
    modules: Modules {
        index: &[],
        root_folder: "",
        roots: &[],
        programs: &[],
        of_tests: ("", ""),
        by_folder: true,
        by_package: false,
        whole: &[],
    },
    build_scripts: &[],
    of_tests: &[],
    declarations: &[],
    longest_line: 0,
    manifests: &[],
};
