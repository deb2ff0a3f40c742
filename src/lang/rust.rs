//! Rust: the row of the language table.

use super::{Lang, Modules};

/// Rust.
pub(super) static LANG: Lang = Lang {
    name: "rust",
    extensions: &["rs"],
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    dialects: &[],
    shapes: include_str!("../../grammars/rust/shapes.yaml"),
    readers: include_str!("../../grammars/rust/readers.yaml"),
    schemas: include_str!("../../grammars/rust/schemas.yaml"),
    handlers: include_str!("../../grammars/rust/handlers.yaml"),
    comment: "//",
    modules: Modules {
        index: &["mod"],
        root_folder: "src",
        roots: &["lib", "main", "build"],
        programs: &["main", "bin"],
        of_tests: ("#[cfg(test)]", "mod"),
        by_folder: false,
        by_package: false,
        whole: &[],
    },
    build_scripts: &["build.rs"],
    of_tests: &[],
    declarations: &[],
    longest_line: 0,
    manifests: &[],
};
