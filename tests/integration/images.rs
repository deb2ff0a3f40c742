//! What images set for the programs that run in them.

use crate::support::Project;

#[test]
fn what_an_image_sets_is_for_those_who_run_it() {
    let code = |default: &str| {
        format!(
            "import os\nHOME = os.getenv(\"OVEN_HOME\", \"{default}\")\nHEAT = os.environ[\"HEAT\"]\n"
        )
    };
    let (till, oven) = (code("/till"), code("/oven"));
    let compose = "services:\n  till: {build: till, environment: {HEAT: a}}\n  oven: {build: oven, environment: {HEAT: b}}\n  \
                   cache: {image: redis, environment: {HEAT: c}}\n";
    let project = Project::of(&[
        ("till/main.py", &till),
        (
            "till/Dockerfile",
            "FROM python:3.12\nENV OVEN_HOME=/srv\nCOPY . /till\nCMD python main.py\n",
        ),
        ("oven/main.py", &oven),
        (
            "oven/Dockerfile",
            "FROM python:3.12\nENV OVEN_HOME=/bake\nCOPY . /oven\nCMD python main.py\n",
        ),
        ("compose.yml", compose),
    ]);
    let explained = project.run(&["explain", "OVEN_HOME", "--format", "json"]).json();
    let values = explained["keys"][0]["environments"][0]["values"].as_array().cloned();
    let values: Vec<_> = values
        .into_iter()
        .flatten()
        .map(|it| {
            (
                it["workload"].to_string(),
                it["effective"]["value"].to_string(),
                it["shadowed"].to_string(),
            )
        })
        .collect();
    let told = |workload: &str, value: &str| {
        (format!("\"{workload}\""), format!("\"{value}\""), "[]".to_owned())
    };
    assert_eq!(values, [told("oven", "/bake"), told("till", "/srv")]);
    let text = project.run(&["explain", "OVEN_HOME"]).stdout;
    let values = text.split("\nreads").next().unwrap_or_default();
    let lines: Vec<_> =
        values.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let at =
        |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap_or_default();
    assert_eq!(at("\"/oven\""), at("local oven \"/bake\"") + 1, "{text}");
    assert_eq!(at("\"/till\""), at("till \"/srv\"") + 1, "{text}");
}

/// Two Dockerfiles of one folder are two images: what one sets the other's service does not get.
#[test]
fn dockerfiles_beside_each_other_are_images_of_their_own() {
    let image = |heat: &str| {
        format!("FROM python:3.12\nENV OVEN_HEAT={heat}\nCOPY . /srv\nCMD python main.py\n")
    };
    let project = Project::of(&[
        ("main.py", "import os\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        ("pyproject.toml", "[project]\nname = \"bakery\"\n"),
        ("Dockerfile", &image("180")),
        ("Dockerfile.worker", &image("240")),
        (
            "compose.yml",
            "services:\n  web: {build: .}\n  worker: {build: {context: ., dockerfile: Dockerfile.worker}}\n",
        ),
    ]);
    let explained = project.run(&["explain", "OVEN_HEAT", "--format", "json"]).json();
    let values = explained["keys"][0]["environments"][0]["values"].as_array().cloned();
    let told: Vec<String> = values
        .into_iter()
        .flatten()
        .map(|it| {
            let shadowed = it["shadowed"].as_array().map_or(0, Vec::len);
            format!("{}={} over {shadowed}", it["workload"], it["effective"]["value"])
                .replace('"', "")
        })
        .collect();
    assert_eq!(told, ["web=180 over 0", "worker=240 over 0"]);
}

#[test]
fn what_an_image_brings_says_nothing_of_where_its_code_is_configured() {
    let files = [
        ("jobs/pyproject.toml", "[project]\nname = \"jobs\"\n"),
        (
            "jobs/Dockerfile",
            "FROM python:3.12\nENV WORKERS=2\nCOPY . .\nCMD [\"python\", \"main.py\"]\n",
        ),
        (
            "jobs/main.py",
            "import os\n\n\ndef refresh():\n    return os.environ[\"SERVER\"], os.environ[\"WORKERS\"]\n",
        ),
        ("browser/Dockerfile", "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"run.py\"]\n"),
        ("browser/run.py", "import os\n\nprint(os.getenv(\"SERVER\", \"http://localhost\"))\n"),
        (
            "docker-compose.yml",
            "services:\n  browser:\n    build: browser/\n    environment:\n      - SERVER=http://web:8888\n  \
             jobs:\n    build: jobs/\n    profiles: [jobs]\n",
        ),
        ("config/local.ini", "[server]\nport = 80\n"),
        ("config/testing.ini", "[server]\nport = 80\n"),
    ];
    let check = |files: &[(&str, &str)]| {
        let run = Project::of(files).run(&[
            "check",
            "--format",
            "csv",
            "--rule",
            "missing-required",
            ".",
        ]);
        run.stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(check(&files).is_empty(), "{:?}", check(&files));
    // The twin: an environment that gives this code something of its own.
    let mut twin = files.to_vec();
    twin.push(("deploy/production/jobs.env", "QUEUE=fast\n"));
    twin[2].1 =
        "import os\n\n\ndef refresh():\n    return os.environ[\"SERVER\"], os.environ[\"QUEUE\"]\n";
    assert!(check(&twin).iter().any(|line| line.contains("SERVER")), "{:?}", check(&twin));
}
