//! C#: the row of the language table.

use super::{Lang, Modules};

/// C#.
pub(super) static LANG: Lang = Lang {
    name: "csharp",
    extensions: &["cs"],
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    dialects: &[],
    shapes: include_str!("../../grammars/csharp/shapes.yaml"),
    readers: include_str!("../../grammars/csharp/readers.yaml"),
    schemas: include_str!("../../grammars/csharp/schemas.yaml"),
    handlers: include_str!("../../grammars/csharp/handlers.yaml"),
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
