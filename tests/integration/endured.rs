//! Input that nobody would want: endless lines, no text, deep nesting, links in circles, pipes.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::cli::healthy;

/// Runs `check` and `facts` over one hostile file, in bounded time and with a word in the report where one is due.
#[track_caller]
fn endures(path: &str, bytes: &[u8]) -> String {
    let project = healthy();
    project.write(path, bytes);
    let start = Instant::now();
    let run = project.run(&["check", "--format", "json"]);
    assert!(run.code == 0 || run.code == 1, "{path}: {}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{path}: {}", run.stderr);
    let facts = project.run(&["facts"]).exits(0);
    assert!(!facts.stderr.contains("panicked"), "{path}: {}", facts.stderr);
    let spent = start.elapsed();
    assert!(spent < Duration::from_secs(60), "{path} took {spent:?}");
    run.json()["diagnostics"].to_string()
}

#[test]
fn a_huge_line_is_refused_with_a_word() {
    let mut line = b"BLOB=".to_vec();
    line.resize(50_000_000, b'x');
    for path in ["deploy/huge.py", "deploy/huge.rs"] {
        let said = endures(path, &line);
        assert!(said.contains(path) && said.contains("larger than"), "{said}");
    }
    endures("deploy/qa.env", &line);
    endures("deploy/huge.sh", &line);
    line.truncate(8_000_000);
    endures("deploy/qa.env", &line);
    endures("shop/long.py", &line);
}

#[test]
fn bytes_that_are_no_text_are_endured() {
    let said = endures("shop/latin.py", b"NAME = '\xe9\xff'\n");
    assert!(said.contains("not UTF-8"), "{said}");
    let said = endures("shop/binary.py", b"\0\0\0");
    assert!(said.contains("is not text"), "{said}");
    endures("deploy/qa.env", b"A=\xff\xfe\n\xffB=1\n");
    endures("deploy/qa.env", b"\xef\xbb\xbfA=1\r\nB=\"open\r\n");
}

#[test]
fn aliases_without_end_are_endured() {
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        writeln!(bomb, "a{level}: &a{level} [*a{below}, *a{below}]").expect("memory takes it");
    }
    endures("config/production.yaml", bomb.as_bytes());
    let mut many = "base: &base {name: x}\n".to_owned();
    for number in 0..10_000 {
        writeln!(many, "k{number}: *base").expect("memory takes it");
    }
    endures("config/production.yaml", many.as_bytes());
}

#[test]
fn deep_nesting_is_endured() {
    let deep = |open: &str, close: &str| open.repeat(50_000) + &close.repeat(50_000);
    endures("config/production.yaml", deep("[", "]").as_bytes());
    endures("config/production.yaml", deep("{a: ", "}").as_bytes());
    endures("config/production.json", deep("{\"a\":", "}").as_bytes());
    endures("config/production.toml", format!("a = {}", deep("[", "]")).as_bytes());
    let call = format!("import os\nX = {}\n", deep("os.getenv(", ")"));
    endures("shop/deep.py", call.as_bytes());
    let call = format!("fn f() {{ let x = {}; }}\n", deep("std::env::var(", ")"));
    endures("src/deep.rs", call.as_bytes());
}

#[cfg(unix)]
mod unix {
    //! What only such a file system has.

    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use crate::cli::{CODE, ENV, healthy};

    #[test]
    fn links_in_circles_are_not_followed() {
        let project = healthy();
        symlink("..", project.root().join("shop/up")).expect("a link");
        symlink("itself.env", project.root().join("deploy/itself.env")).expect("a link");
        symlink(".", project.root().join("here")).expect("a link");
        let run = project.run(&["check"]).exits(0);
        assert!(run.stdout.contains("1 source file,"), "{run:?}");
    }

    #[test]
    fn links_out_of_the_tree_are_not_followed() {
        let (project, elsewhere) = (healthy(), healthy());
        elsewhere.write("more.py", CODE.as_bytes());
        symlink(elsewhere.root(), project.root().join("shop/elsewhere")).expect("a link");
        symlink(elsewhere.root().join("more.py"), project.root().join("shop/more.py"))
            .expect("a link");
        let run = project.run(&["check"]).exits(0);
        assert!(run.stdout.contains("1 source file,"), "{run:?}");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the standard library makes no pipe with a name")]
    fn pipes_are_never_opened() {
        let project = healthy();
        for path in ["shop/pipe.py", ".env", "deploy/qa.env"] {
            let pipe = project.root().join(path);
            let made = std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo");
            assert!(made.success());
        }
        project.run(&["check"]).exits(0);
    }

    #[test]
    fn unreadable_files_are_told_of() {
        let project = healthy();
        project.write("shop/closed.py", ENV.as_bytes());
        let closed = project.root().join("shop/closed.py");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("a mode");
        let run = project.run(&["check"]).exits(0);
        // Who may read everything has nothing to be told.
        if std::fs::read(&closed).is_err() {
            assert!(run.stdout.contains("shop/closed.py: cannot be read"), "{run:?}");
        }
    }
}

/// Builders that generated clients are made of: each method puts the builder inside into the place of the one before.
#[test]
fn builders_of_generated_clients_cost_no_other_file_its_reads() {
    let project = healthy();
    project.write("grid/Cargo.toml", b"[package]\nname = \"grid\"\nversion = \"0.1.0\"\n");
    let mut modules = String::new();
    for file in 0..14 {
        writeln!(modules, "pub mod op{file};").expect("memory takes it");
        let mut text =
            "pub struct Fluent { inner: Builder }\npub struct Builder;\nimpl Fluent {\n".to_owned();
        for field in 0..26 {
            let set = format!("self.inner = self.inner.set_f{field}(value); self");
            writeln!(text, "pub fn f{field}(mut self, value: u8) -> Self {{ {set} }}")
                .expect("memory takes it");
        }
        text.push_str("pub fn url() -> String { std::env::var(\"GRID_URL\").unwrap() }\n}\n");
        project.write(&format!("grid/src/op{file}.rs"), text.as_bytes());
    }
    project.write("grid/src/lib.rs", modules.as_bytes());
    project.write("shop/last.py", b"import os\nLAST = os.environ.get(\"LAST_OF_ALL\", \"x\")\n");
    let facts = project.run(&["facts"]).exits(0);
    assert!(facts.stdout.contains("\"key\":\"LAST_OF_ALL\""), "{}", facts.stdout.len());
}
