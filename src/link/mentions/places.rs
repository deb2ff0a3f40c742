//! Which texts may mention a key, and what in them would be a mention.
//!
//! Knows paths and the first bytes. Tests, lock files and what a tool wrote say nothing of what runs; a document
//! says a little.

use crate::model::inventory::Mention;

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What it is, as a phrase.
    pub(super) what: &'static str,
    /// What begins a line that is a comment.
    pub(super) comments: &'static [&'static str],
    /// What counts.
    pub(super) shape: Shape,
}

/// What counts as a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Any whole word.
    Any,
    /// Any whole word that is not given a value there.
    Unassigned,
    /// Words in text literals: the code around them is parsed.
    Quoted,
    /// Only expansions: `$X`.
    Expanded,
    /// Any whole word that no prose has: with a `_`, a `.` or a capital.
    Prose,
}

const HASH: &[&str] = &["#"];
const SLASHES: &[&str] = &["//", "/*", "* ", "*/"];
const NONE: &[&str] = &[];

const fn code(what: &'static str) -> Place {
    Place { what, comments: SLASHES, shape: Shape::Any }
}

const fn script(what: &'static str) -> Place {
    Place { what, comments: HASH, shape: Shape::Any }
}

const fn assigning(what: &'static str) -> Place {
    Place { what, comments: HASH, shape: Shape::Unassigned }
}

const fn template(what: &'static str) -> Place {
    Place { what, comments: NONE, shape: Shape::Any }
}

/// Kinds by the extension of a file, sorted.
const BY_EXTENSION: &[(&str, Place)] = &[
    ("bash", assigning("a shell script")),
    ("bat", Place { what: "a batch file", comments: &["rem ", "REM ", "::"], shape: Shape::Any }),
    ("c", code("C source")),
    ("cc", code("C++ source")),
    ("cfg", assigning("a configuration file")),
    ("cjs", code("JavaScript source")),
    ("clj", Place { what: "Clojure source", comments: &[";"], shape: Shape::Any }),
    ("cmd", Place { what: "a batch file", comments: &["rem ", "REM ", "::"], shape: Shape::Any }),
    ("conf", assigning("a configuration file")),
    ("cpp", code("C++ source")),
    ("cr", script("Crystal source")),
    ("cs", code("C# source")),
    ("dart", code("Dart source")),
    ("erb", template("an ERB template")),
    ("erl", Place { what: "Erlang source", comments: &["%"], shape: Shape::Any }),
    ("ex", script("Elixir source")),
    ("exs", script("Elixir source")),
    ("fish", assigning("a shell script")),
    ("fs", code("F# source")),
    ("go", code("Go source")),
    ("gradle", code("a Gradle file")),
    ("groovy", code("Groovy source")),
    ("h", code("C source")),
    ("hbs", template("a Handlebars template")),
    ("hcl", assigning("an HCL file")),
    ("hpp", code("C++ source")),
    ("hs", Place { what: "Haskell source", comments: &["--"], shape: Shape::Any }),
    ("html", template("an HTML page")),
    ("ini", assigning("a configuration file")),
    ("ipynb", template("a notebook")),
    ("j2", template("a Jinja template")),
    ("java", code("Java source")),
    ("jinja", template("a Jinja template")),
    ("jinja2", template("a Jinja template")),
    ("jl", script("Julia source")),
    ("js", code("JavaScript source")),
    ("json", Place { what: "a JSON file", comments: SLASHES, shape: Shape::Unassigned }),
    ("json5", Place { what: "a JSON file", comments: SLASHES, shape: Shape::Unassigned }),
    ("jsonc", Place { what: "a JSON file", comments: SLASHES, shape: Shape::Unassigned }),
    ("jsonnet", code("a Jsonnet file")),
    ("jsx", code("JavaScript source")),
    ("kt", code("Kotlin source")),
    ("kts", code("Kotlin source")),
    ("lua", Place { what: "Lua source", comments: &["--"], shape: Shape::Any }),
    ("m", code("Objective-C source")),
    ("mjs", code("JavaScript source")),
    ("mk", assigning("a Makefile")),
    ("mts", code("TypeScript source")),
    ("mustache", template("a Mustache template")),
    ("nix", script("a Nix file")),
    ("php", Place { what: "PHP source", comments: &["//", "#", "/*", "* "], shape: Shape::Any }),
    ("pl", script("Perl source")),
    ("pm", script("Perl source")),
    ("properties", assigning("a properties file")),
    ("ps1", script("a PowerShell script")),
    ("py", Place { what: "Python source", comments: HASH, shape: Shape::Quoted }),
    ("r", script("R source")),
    ("rb", script("Ruby source")),
    ("rs", Place { what: "Rust source", comments: SLASHES, shape: Shape::Quoted }),
    ("scala", code("Scala source")),
    ("service", assigning("a systemd unit")),
    ("sh", assigning("a shell script")),
    ("sql", Place { what: "SQL", comments: &["--"], shape: Shape::Any }),
    ("svelte", code("Svelte source")),
    ("swift", code("Swift source")),
    ("template", template("a template")),
    ("tf", assigning("a Terraform file")),
    ("tfvars", assigning("a Terraform file")),
    ("tmpl", template("a template")),
    ("toml", assigning("a TOML file")),
    ("tpl", template("a template")),
    ("ts", code("TypeScript source")),
    ("tsx", code("TypeScript source")),
    ("vue", code("Vue source")),
    ("xml", Place { what: "an XML file", comments: &["<!--"], shape: Shape::Any }),
    ("yaml", assigning("a YAML file")),
    ("yml", assigning("a YAML file")),
    ("zig", code("Zig source")),
    ("zsh", assigning("a shell script")),
];

/// Extensions of texts that say nothing of what runs: documentation, data, what tools wrote.
const SILENT_EXTENSIONS: &[&str] = &[
    "adoc", "asciidoc", "avsc", "bak", "crt", "css", "csv", "diff", "eot", "geojson", "gif", "ico",
    "jpeg", "jpg", "key", "less", "lock", "log", "map", "markdown", "md", "mdx", "org", "orig",
    "patch", "pdf", "pem", "png", "po", "pot", "rej", "rst", "sarif", "sass", "scss", "snap",
    "sum", "svg", "tsv", "ttf", "txt", "webp", "woff", "woff2",
];

/// Extensions of documents, sorted.
const DOCUMENT_EXTENSIONS: &[&str] = &["adoc", "asciidoc", "markdown", "md", "mdx", "org", "rst"];

/// Folders of documents.
const DOCUMENT_FOLDERS: &[&str] = &["doc", "docs", "documentation"];

const DOCUMENT: Place = Place { what: Mention::DOCUMENT, comments: NONE, shape: Shape::Prose };

/// Beginnings of file names, in lower case, of texts that are read by people.
const SILENT_NAMES: &[&str] = &[
    ".editorconfig",
    ".git",
    ".keydrift.",
    ".pre-commit-config",
    ".secrets.baseline",
    "authors",
    "changelog",
    "changes.",
    "code_of_conduct",
    "codeowners",
    "contributing",
    "copying",
    "history.",
    "keydrift-",
    "keydrift.",
    "license",
    "news.",
    "notice",
    "npm-shrinkwrap",
    "package-lock",
    "pnpm-lock",
    "readme",
    "security.",
];

/// Folders whose texts are documentation or tests.
const SILENT_FOLDERS: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__snapshots__",
    "__tests__",
    "cypress",
    "doc",
    "docs",
    "documentation",
    "e2e",
    "fixtures",
    "spec",
    "specs",
    "test",
    "testdata",
    "testing",
    "tests",
];

/// Whether a text at this path may mention a key: a cheap test before it is read.
pub fn counts(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let mut folders = path.split('/').rev().skip(1);
    is_document(path)
        || !(folders.any(|folder| SILENT_FOLDERS.contains(&folder))
            || SILENT_NAMES.iter().any(|begin| lower.starts_with(begin))
            || extension(&lower).is_some_and(|ext| SILENT_EXTENSIONS.binary_search(&ext).is_ok())
            || lower.contains(".min.")
            || lower.contains("-lock.")
            || is_test(&lower))
}

/// Whether a text at this path is the source of a test in a language that is not parsed.
pub fn is_test_source(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let is_source = extension(&lower).is_some_and(|extension| {
        let at = BY_EXTENSION.binary_search_by_key(&extension, |(ext, _)| ext);
        at.is_ok_and(|at| BY_EXTENSION[at].1.what.ends_with(" source"))
    });
    let in_tests =
        |folder: &str| SILENT_FOLDERS.contains(&folder) && !DOCUMENT_FOLDERS.contains(&folder);
    is_source && (is_test(&lower) || folders.split('/').any(in_tests))
}

/// Whether a text tells people how a program is used. What tells of past changes does not.
fn is_document(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let in_silence =
        |folder: &str| SILENT_FOLDERS.contains(&folder) && !DOCUMENT_FOLDERS.contains(&folder);
    let begins = |begin: &&str| *begin != "readme" && lower.starts_with(*begin);
    extension(&lower).is_some_and(|ext| DOCUMENT_EXTENSIONS.binary_search(&ext).is_ok())
        && !folders.split('/').any(in_silence)
        && !SILENT_NAMES.iter().any(begins)
}

/// Whether a file name is that of a test.
fn is_test(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    name == "conftest.py"
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.ends_with("_spec")
        || [".test.", ".spec.", ".stories.", ".cy."].iter().any(|part| name.contains(part))
}

/// What a text is, where it may mention a key.
pub(super) fn place(path: &str, text: &str) -> Option<Place> {
    if !counts(path) || is_own(text) || is_minified(text) {
        return None;
    }
    if is_document(path) {
        return Some(DOCUMENT);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    by_name(path, &lower)
        .or_else(|| {
            let extension = extension(&lower)?;
            let at = BY_EXTENSION.binary_search_by_key(&extension, |(ext, _)| ext).ok()?;
            Some(BY_EXTENSION[at].1)
        })
        .or_else(|| Some(by_first_line(text)))
}

/// Whether a text is a report or a baseline of keydrift: it names what it is about and reads nothing.
fn is_own(text: &str) -> bool {
    const HEAD: usize = 200;
    let head = text.char_indices().nth(HEAD).map_or(text, |(end, _)| &text[..end]);
    ["\"keydrift.", "<testsuites name=\"keydrift\"", "# keydrift\n"]
        .iter()
        .any(|it| head.contains(it))
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

fn by_name(path: &str, name: &str) -> Option<Place> {
    let is = |names: &[&str]| names.contains(&name);
    let within = |folder: &str| path.starts_with(folder) || path.contains(&format!("/{folder}"));
    if within(".github/")
        || within(".circleci/")
        || within(".buildkite/")
        || within(".gitlab/")
        || name.starts_with(".gitlab-ci")
        || name.starts_with("azure-pipelines")
        || name.starts_with("cloudbuild")
        || is(&[".drone.yml", ".travis.yml", "appveyor.yml", "bitbucket-pipelines.yml"])
    {
        return Some(assigning("a CI file"));
    }
    if name.starts_with("jenkinsfile") {
        return Some(code("a CI file"));
    }
    if name.starts_with("dockerfile")
        || name.starts_with("containerfile")
        || name.ends_with(".dockerfile")
    {
        return Some(assigning("a Dockerfile"));
    }
    if is(&["makefile", "gnumakefile", "justfile", ".justfile"]) || name.starts_with("makefile.") {
        return Some(assigning("a Makefile"));
    }
    if name.starts_with("nginx")
        || name.contains(".conf.")
        || within("nginx/") && extension(name) == Some("conf")
    {
        return Some(script("an nginx configuration"));
    }
    match name {
        "procfile" => Some(script("a Procfile")),
        "rakefile" | "gemfile" | "vagrantfile" => Some(script("Ruby source")),
        "caddyfile" => Some(script("a Caddyfile")),
        ".envrc" => Some(assigning("a shell script")),
        _ => None,
    }
}

fn by_first_line(text: &str) -> Place {
    let first = text.lines().next().unwrap_or_default();
    if !first.starts_with("#!") {
        return assigning("another text file");
    }
    if first.contains("sh") { assigning("a shell script") } else { script("a script") }
}

/// Whether a text is one that a tool wrote: its lines are too long to be read.
fn is_minified(text: &str) -> bool {
    text.len() > 20_000 && text.bytes().filter(|byte| *byte == b'\n').count() < text.len() / 1_000
}

#[cfg(test)]
mod tests {
    use super::{
        BY_EXTENSION, DOCUMENT_EXTENSIONS, SILENT_EXTENSIONS, SILENT_FOLDERS, SILENT_NAMES, counts,
        place,
    };

    #[test]
    fn tables_are_sorted() {
        assert!(BY_EXTENSION.is_sorted_by_key(|(extension, _)| extension));
        assert!(SILENT_EXTENSIONS.is_sorted());
        assert!(DOCUMENT_EXTENSIONS.is_sorted());
        assert!(SILENT_FOLDERS.is_sorted());
        assert!(SILENT_NAMES.is_sorted());
    }

    #[test]
    fn kinds() {
        let what = |path: &str| place(path, "").map(|place| place.what);
        assert_eq!(what("docker/Dockerfile.web"), Some("a Dockerfile"));
        assert_eq!(what(".github/workflows/release.yml"), Some("a CI file"));
        assert_eq!(what("web/src/api.ts"), Some("TypeScript source"));
        assert_eq!(what("deploy/nginx.conf.template"), Some("an nginx configuration"));
        assert_eq!(what("docs/setup.sh"), None);
        assert_eq!(what("docs/setup.md"), Some("a document"));
        assert_eq!(what("README.md"), Some("a document"));
        assert_eq!(what("CHANGELOG.md"), None);
        assert_eq!(what("tests/cases/one.md"), None);
        assert!(!counts("web/tests/api.ts") && !counts("Cargo.lock") && !counts("LICENSE"));
    }
}
