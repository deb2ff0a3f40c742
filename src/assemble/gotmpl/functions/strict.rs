//! Functions that take texts and numbers only: Go stops where one of them is given nothing.
//!
//! Those of Sprig and Helm that take any value say what nothing is to them, and are not listed. Helm was asked for each.

/// The functions, sorted.
static ALL: &[&str] = &[
    "abbrev",
    "adler32sum",
    "atoi",
    "b32dec",
    "b32enc",
    "b64dec",
    "b64enc",
    "base",
    "camelcase",
    "clean",
    "contains",
    "dir",
    "ext",
    "fromJson",
    "fromToml",
    "fromYaml",
    "fromYamlArray",
    "hasPrefix",
    "hasSuffix",
    "indent",
    "initials",
    "isAbs",
    "kebabcase",
    "lower",
    "nindent",
    "nospace",
    "osBase",
    "plural",
    "regexFind",
    "regexMatch",
    "regexQuoteMeta",
    "regexReplaceAll",
    "regexSplit",
    "repeat",
    "replace",
    "semver",
    "semverCompare",
    "sha1sum",
    "sha256sum",
    "snakecase",
    "split",
    "splitList",
    "splitn",
    "substr",
    "swapcase",
    "title",
    "trim",
    "trimAll",
    "trimPrefix",
    "trimSuffix",
    "trimall",
    "trunc",
    "untitle",
    "upper",
    "urlParse",
    "wrap",
];

/// Whether the function `name` cannot be given nothing.
pub(in crate::assemble::gotmpl) fn needs_all(name: &str) -> bool {
    ALL.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn the_list_is_sorted() {
        assert!(ALL.is_sorted());
    }
}
