//! Java: the row of the language table.

use super::{Lang, Modules};

/// Java.
pub(super) static LANG: Lang = Lang {
    name: "java",
    extensions: &["java"],
    grammar: || tree_sitter_java::LANGUAGE.into(),
    dialects: &[],
    shapes: include_str!("../../grammars/java/shapes.yaml"),
    readers: include_str!("../../grammars/java/readers.yaml"),
    schemas: include_str!("../../grammars/java/schemas.yaml"),
    handlers: include_str!("../../grammars/java/handlers.yaml"),
    comment: "//",
    modules: Modules {
        index: &[],
        root_folder: "",
        roots: &[],
        programs: &[],
        of_tests: ("", ""),
        by_folder: false,
        by_package: true,
        whole: &[],
    },
    build_scripts: &[],
    of_tests: &[],
    declarations: &[],
    longest_line: 0,
    manifests: &[],
};
