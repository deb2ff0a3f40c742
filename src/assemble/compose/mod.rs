//! What `docker compose config` prints for the files that run together, before anything is filled in.
//!
//! Services of a profile that is off by default are kept, with their profiles: they get what they get once they run.

mod called;
mod commands;
mod forms;
mod load;
mod merge;
mod runs;
mod variables;

pub(crate) use called::{Command, Commands};
use load::{Cache, Loader};

use super::folders::Folders;
use super::{Assembled, Assembler, Wants, printer};
use crate::facts::Aim;
use crate::text::Files;

/// The row.
pub(super) static ASSEMBLER: Assembler = Assembler {
    name: "compose",
    prints: "compose",
    paths: commands::may_hold,
    wants: |_, _| {},
    assemble,
};

fn assemble(files: &Files, _: &Wants) -> Vec<Assembled> {
    let folders = Folders::new(files);
    let mut cache = Cache::new();
    let runs = runs::find(files, &folders, &mut cache);
    let built = runs.into_iter().filter_map(|run| {
        let leaf = *run.files.last()?;
        let mut loader = Loader::new(files, &folders, &mut cache, run.root);
        let mut tree = loader.run(&run.files, &run.folder);
        merge::clean(&mut tree);
        load::settle(&mut tree, files);
        let Loader { mut inputs, problems, .. } = loader;
        // Later files of a run win.
        inputs.reverse();
        let text = printer::print_all([&tree], files);
        let (unseen, unread, aim) = (Vec::new(), Vec::new(), Aim::default());
        let (run, told) = (run.files, run.told);
        Some(Assembled {
            leaf,
            inputs,
            run,
            told,
            text,
            aim,
            release: None,
            unseen,
            lacks: Vec::new(),
            withdrawn: Vec::new(),
            unread,
            problems,
        })
    });
    built.collect()
}

#[cfg(test)]
mod tests {
    use super::assemble;
    use crate::assemble::{Assembled, Wants};
    use crate::text::{File, Files, TextRange};

    fn built(texts: &[(&str, &str)]) -> (Files, Vec<Assembled>) {
        let mut files = Files::default();
        for (path, text) in texts {
            files.add(File::new(*path, *text));
        }
        let all = assemble(&files, &Wants::default());
        (files, all)
    }

    /// The files of each result, the one that wins first.
    fn inputs(files: &Files, all: &[Assembled]) -> Vec<String> {
        let path = |id: &crate::text::FileId| files.get(*id).path.clone();
        all.iter().map(|one| one.inputs.iter().map(path).collect::<Vec<_>>().join(" ")).collect()
    }

    const BASE: &str = "services:\n  web:\n    build: .\n    environment: {HEAT: 180}\n";
    const OVER: &str = "services:\n  web:\n    environment: [HEAT=220]\n";

    #[test]
    fn an_override_wins_and_keeps_what_it_replaced() {
        let (files, all) = built(&[("compose.override.yml", OVER), ("compose.yml", BASE)]);
        assert_eq!(inputs(&files, &all), ["compose.override.yml compose.yml"]);
        let text = all[0].text.text();
        let at = text.find("220").expect("the value is there");
        let range = TextRange::new(at, at + 3);
        let slice =
            |span: crate::text::Span| span.range.slice(&files.get(span.file).text).to_owned();
        assert_eq!(all[0].text.place(range).map(slice).as_deref(), Some("220"));
        assert_eq!(all[0].text.lost(range).into_iter().map(slice).collect::<Vec<_>>(), ["180"]);
    }

    #[test]
    fn files_alone_are_no_run_of_many() {
        let (_, all) = built(&[("compose.yml", BASE), ("other/docker-compose.yml", BASE)]);
        assert!(all.is_empty());
    }

    #[test]
    fn written_runs_beat_guesses() {
        let whole = "services:\n  web: {image: web}\n";
        let (files, all) = built(&[
            ("Makefile", "up:\n\tdocker compose -f compose.yml \\\n\t  -f compose.prod.yml up\n"),
            ("compose.debug.yml", OVER),
            ("compose.mysql.yml", whole),
            ("compose.prod.yml", whole),
            ("compose.yml", BASE),
        ]);
        assert_eq!(
            inputs(&files, &all),
            ["compose.debug.yml compose.yml", "compose.prod.yml compose.yml", "compose.yml"]
        );
    }

    #[test]
    fn a_part_in_a_folder_of_parts_is_laid_over_the_file_above() {
        let (files, all) = built(&[
            ("compose.yml", BASE),
            ("parts/more/compose.https.yml", OVER),
            ("parts/more/compose.whole.yml", "services:\n  mail: {image: mail}\n"),
        ]);
        assert_eq!(
            inputs(&files, &all),
            ["compose.yml", "parts/more/compose.https.yml compose.yml"]
        );
    }

    #[test]
    fn a_dev_container_and_a_variable_name_runs() {
        let (files, all) = built(&[
            (".devcontainer/compose.dev.yml", OVER),
            (
                ".devcontainer/devcontainer.json",
                "{\"dockerComposeFile\": [\"../compose.yml\", \"compose.dev.yml\"]}",
            ),
            (".env", "COMPOSE_FILE=compose.yml:compose.x.yml\n"),
            ("compose.x.yml", OVER),
            ("compose.yml", BASE),
            ("shop/.env", "COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=compose.yml;compose.y.yml\n"),
            ("shop/compose.y.yml", OVER),
            ("shop/compose.yml", BASE),
        ]);
        let expected = [
            ".devcontainer/compose.dev.yml compose.yml",
            "compose.x.yml compose.yml",
            "shop/compose.y.yml shop/compose.yml",
        ];
        assert_eq!(inputs(&files, &all), expected);
    }

    #[test]
    fn paths_are_ways_from_the_file_that_writes_them() {
        let (_, all) = built(&[
            ("Makefile", "docker compose -f deploy/compose.yml -f deploy/prod/compose.yml up\n"),
            ("deploy/compose.yml", "services:\n  web: {image: web}\n"),
            (
                "deploy/prod/compose.yml",
                "services:\n  web:\n    env_file: web.env\n    build: {args: {A: 1}}\n",
            ),
        ]);
        let text = all[1].text.text();
        assert!(text.contains("env_file:") && text.contains("../web.env"), "{text}");
        // The service is named in `deploy/compose.yml`, whose folder is that of the run.
        assert!(text.contains("context: \".\"") || text.contains("context: ./"), "{text}");
    }

    #[test]
    fn services_are_included_and_extended() {
        let (files, all) = built(&[
            (
                "compose.yml",
                "include: [tools/compose.yml]\nservices:\n  web:\n    extends: {file: parts/base.yml, service: app}\n    \
                 environment: {A: 2}\n  job:\n    extends: web\n",
            ),
            (
                "parts/base.yml",
                "services:\n  app:\n    build: ..\n    env_file: app.env\n    environment: [A=1, B=1]\n",
            ),
            ("tools/compose.yml", "services:\n  db: {image: postgres, env_file: db.env}\n"),
        ]);
        assert_eq!(inputs(&files, &all), ["parts/base.yml tools/compose.yml compose.yml"]);
        assert_eq!(all[0].problems, []);
        let text = all[0].text.text();
        for part in
            ["db:\n", "job:\n", "A: 2\n", "B: \"1\"\n", "env_file: db.env\n", "env_file: app.env\n"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn circles_end_with_a_problem() {
        let (_, all) = built(&[(
            "compose.yml",
            "include: [compose.yml, gone.yml]\nservices:\n  a: {extends: b}\n  b: {extends: a}\n",
        )]);
        let problems: Vec<_> =
            all[0].problems.iter().map(|(_, one)| one.message.as_str()).collect();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().any(|one| one.contains("`include`")));
        assert!(problems.iter().any(|one| one.contains("`extends`")));
        assert!(problems.contains(&"`gone.yml` is not in the tree"));
    }
}
