//! What values come to once what they ask for is put in, and services of one name in several runs of compose.

use serde_json::Value;

use crate::support::{Project, keydrift};

const APP: &str = "import os\n\nPORT = int(os.environ[\"PORT\"])\nWORKERS = int(os.environ[\"WORKERS\"])\n\
    OVEN = os.environ[\"OVEN_URL\"]\nDSN = os.environ[\"OVEN_DSN\"]\nTOKEN = os.environ[\"OVEN_TOKEN\"]\n";

const COMPOSE: &str = "services:\n  web:\n    build: .\n    environment:\n      PORT: ${PORT:-8000}\n      \
    WORKERS: ${WORKERS:-4}\n      OVEN_URL: http://oven-${STREET:-north}.example:${OVEN_PORT}\n      \
    OVEN_DSN: amqp://baker:${OVEN_TOKEN}@queue\n      OVEN_TOKEN: ${OVEN_TOKEN:?set it}\n";

const DOTENV: &str = "PORT=9000\nLAST=443\nOVEN_PORT=8${LAST}\nOVEN_TOKEN=kq83hfla02mcnv71\n";

fn bakery() -> Project {
    Project::of(&[
        ("app.py", APP),
        ("Dockerfile", "FROM python:3.13\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n"),
        ("compose.yaml", COMPOSE),
        (".env", DOTENV),
    ])
}

/// What `key` effectively is for each workload of an environment.
pub(crate) fn values(project: &Project, key: &str, environment: &str) -> Vec<(String, Value)> {
    let arguments = ["explain", key, "--env", environment, "--format", "json", "--no-history"];
    let json = keydrift(project.root(), &arguments).exits(0).json();
    let values = json["keys"][0]["environments"][0]["values"].as_array().cloned();
    let values = values.unwrap_or_default().into_iter();
    let name = |value: &Value| value["workload"].as_str().unwrap_or("all").to_owned();
    values.map(|value| (name(&value), value["effective"].clone())).collect()
}

fn of(project: &Project, key: &str, environment: &str, workload: &str) -> Value {
    let all = values(project, key, environment);
    let found = all.into_iter().find(|(name, _)| name == workload);
    found.map(|(_, value)| value).expect("the workload gets the key")
}

#[test]
fn compose_puts_in_what_the_dotenv_file_gives() {
    let project = bakery();
    let port = of(&project, "PORT", "local", "web");
    assert_eq!((&port["value"], &port["asks"]), (&"9000".into(), &"${PORT:-8000}".into()));
    assert_eq!(port["written"][0]["path"], ".env");
    assert_eq!(port.get("unless"), None);
    let address = of(&project, "OVEN_URL", "local", "web");
    assert_eq!(address["value"], "http://oven-north.example:8443");
    assert_eq!(address["unless"], serde_json::json!(["STREET"]));
    // What stands further below in a dotenv file is there for some loaders and for others not.
    project.write(".env", b"OVEN_PORT=8${LAST}\nLAST=443\n");
    assert_eq!(of(&project, "OVEN_URL", "local", "web")["state"], "reference");
}

/// Two runs end in one file. An environment that names all files of one of them has nothing of the other.
#[test]
fn a_policy_that_names_the_files_of_a_run_means_that_run() {
    let part = |values: &str| {
        format!(
            "services:\n  web:\n    build: .\n    environment: {{PORT: 8000, WORKERS: 2, {values}}}\n"
        )
    };
    let (oak, ash) = (part("OVEN_URL: http://oak"), part("OVEN_URL: http://ash, OVEN_DSN: a://b"));
    let project = bakery();
    project.write("compose.oak.yaml", oak.as_bytes());
    project.write("compose.ash.yaml", ash.as_bytes());
    project.write("compose.more.yaml", b"services:\n  web:\n    environment: {WORKERS: 3}\n");
    let command = |wood: &str| {
        format!("{wood}:\n\tdocker compose -f compose.{wood}.yaml -f compose.more.yaml up\n")
    };
    project.write("Makefile", format!("{}{}", command("ash"), command("oak")).as_bytes());
    let policy = "environments:\n  north: {files: [compose.oak.yaml, compose.more.yaml]}\n  south: {files: [compose.more.yaml]}\n";
    project.write("keydrift.yaml", policy.as_bytes());
    let address = values(&project, "OVEN_URL", "north");
    assert_eq!(address.len(), 1, "{address:?}");
    assert_eq!(address[0].1["value"], "http://oak");
    assert_eq!(values(&project, "OVEN_DSN", "north"), []);
    assert_eq!(of(&project, "WORKERS", "north", "web")["value"], "3");
    // One that names only the end of both may have either.
    assert!(!values(&project, "OVEN_DSN", "south").is_empty());
}

/// As `docker compose config` prints it: a name that a service only hands on comes from outside or not at all.
#[test]
fn what_a_service_only_hands_on_is_not_what_its_file_gives() {
    let compose = "services:\n  web:\n    build: .\n    env_file: oven.env\n    environment: [PORT, WORKERS=2, WORKERS, OVEN_URL]\n  \
                   mail:\n    build: .\n    env_file: oven.env\n";
    let project = bakery();
    project.write("compose.yaml", compose.as_bytes());
    project.write("oven.env", b"PORT=8000\nOVEN_DSN=a://b\n");
    project.write(".env", b"OVEN_URL=http://oak\n");
    let names = |key: &str| -> Vec<String> {
        values(&project, key, "local").into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names("PORT"), ["mail"]);
    assert_eq!(names("WORKERS"), [""; 0]);
    let told = project.run(&["explain", "WORKERS"]).stdout;
    assert!(told.contains("`compose.yaml` hands on what whoever starts it has"), "{told}");
    assert_eq!(names("OVEN_DSN"), ["mail", "web"]);
    assert_eq!(values(&project, "OVEN_URL", "local")[0].1["value"], "http://oak");
}

/// As `docker compose config` prints it: the project always has a name.
#[test]
fn the_name_of_the_project_is_never_empty_and_never_its_default() {
    let compose = |of: &str| {
        let text = format!(
            "services:\n  web:\n    build: .\n    environment:\n      PORT: 8000\n      OVEN_URL: {of}\n"
        );
        let project = bakery();
        project.write("compose.yaml", text.as_bytes());
        project
    };
    for asked in ["http://${COMPOSE_PROJECT_NAME}-oven", "${COMPOSE_PROJECT_NAME:-http://oven}"] {
        let project = compose(asked);
        assert_eq!(of(&project, "OVEN_URL", "local", "web")["state"], "reference", "{asked}");
        project.write(".env", b"COMPOSE_PROJECT_NAME=bakery\n");
        let value = of(&project, "OVEN_URL", "local", "web")["value"].clone();
        assert!(value == "http://bakery-oven" || value == "bakery", "{asked}: {value}");
    }
}

#[test]
fn a_default_holds_unless_somebody_sets_the_name() {
    let project = bakery();
    let workers = of(&project, "WORKERS", "local", "web");
    assert_eq!((&workers["value"], &workers["unless"][0]), (&"4".into(), &"WORKERS".into()));
    let text = keydrift(project.root(), &["explain", "WORKERS", "--no-history"]).exits(0).stdout;
    assert!(text.contains("\"4\" unless WORKERS is set"), "{text}");
}

#[test]
fn what_a_secret_goes_into_is_never_shown() {
    let project = bakery();
    let token = of(&project, "OVEN_TOKEN", "local", "web");
    assert_eq!(token.get("value"), None);
    assert!(token["redacted"].as_str().is_some_and(|mark| mark.contains("redacted")));
    for format in ["text", "json"] {
        let arguments = ["explain", "OVEN_DSN", "--format", format, "--no-history"];
        let out = keydrift(project.root(), &arguments).exits(0).stdout;
        assert!(!out.contains("kq83hfla02mcnv71"), "{out}");
    }
}

#[test]
fn rules_judge_what_is_put_in_and_no_default() {
    let findings = |dotenv: &str| {
        let project = bakery();
        project.write(".env", dotenv.as_bytes());
        let arguments = ["check", "--rule", "type-mismatch", "--format", "json"];
        let json = keydrift(project.root(), &arguments).json();
        let all = json["findings"].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["key"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(findings("MANY=many\nWORKERS=${MANY}\n"), ["\"WORKERS\""]);
    assert_eq!(findings("WORKERS=8\n"), [""; 0]);
}

#[test]
fn kubernetes_puts_in_what_stands_before_in_the_container() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      \
        containers:\n      - name: web\n        image: web\n        env:\n        - {name: LATE, value: \"$(PORT)\"}\n        \
        - {name: HOST, value: oven}\n        - {name: PORT, value: \"8080\"}\n        \
        - {name: OVEN_URL, value: \"http://$(HOST):$(PORT)/$$(HOST)\"}\n";
    let project = Project::of(&[("app.py", APP), ("deploy/web.yaml", deployment)]);
    let address = of(&project, "OVEN_URL", "default", "web");
    assert_eq!(address["value"], "http://oven:8080/$(HOST)");
    assert_eq!(of(&project, "LATE", "default", "web")["value"], "$(PORT)");
}

#[test]
fn each_environment_puts_in_its_own() {
    let project = Project::of(&[
        ("app.py", APP),
        (".env.staging", "STREET=north\nOVEN_URL=http://${STREET}.example\n"),
        (".env.production", "STREET=south\nOVEN_URL=http://${STREET}.example\n"),
    ]);
    let arguments = ["diff", "staging", "production", "--all", "--format", "json"];
    let json = keydrift(project.root(), &arguments).exits(0).json();
    let all = json["differences"].as_array().expect("a list");
    let address = all.iter().find(|one| one["key"] == "OVEN_URL").expect("it differs");
    let given = |at: usize| &address["values"][0]["given"][at]["effective"]["value"];
    assert_eq!(
        (given(0), given(1)),
        (&"http://north.example".into(), &"http://south.example".into())
    );
}

#[test]
fn services_of_one_name_are_told_apart() {
    let compose = |name: &str| {
        format!(
            "services:\n  web:\n    build: .\n  db:\n    image: postgres\n    environment:\n      POSTGRES_DB: {name}\n"
        )
    };
    let project = Project::of(&[
        ("orders/compose.yaml", &compose("orders")),
        ("orders/Dockerfile", "FROM python:3.13\n"),
        ("bills/compose.yaml", &compose("bills")),
        ("bills/Dockerfile", "FROM python:3.13\n"),
    ]);
    let all = values(&project, "POSTGRES_DB", "local");
    let all: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), &value["value"])).collect();
    let (bills, orders) = ("bills".into(), "orders".into());
    let expected = [("db of bills/compose.yaml", &bills), ("db of orders/compose.yaml", &orders)];
    assert_eq!(all, expected);
}

/// A template that puts one list of values into a container twice gives what the list says.
#[test]
fn a_list_that_a_template_puts_in_twice_is_given() {
    let list = "{{- range $name, $value := .Values.env }}\n        - {name: {{ $name }}, value: {{ $value | quote }}}\n        {{- end }}\n        ";
    let template = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: oven}}\nspec:\n  template:\n    spec:\n      \
        containers:\n      - name: oven\n        image: bakery/oven:1\n        env:\n        {list}{list}- {{name: OVEN_LIGHT, value: \"on\"}}\n"
    );
    let project = Project::of(&[
        ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 1.0.0\n"),
        ("oven/values.yaml", "env: {OVEN_STREET: none}\n"),
        ("oven/values-prod.yaml", "env: {OVEN_STREET: north}\n"),
        ("oven/templates/oven.yaml", &template),
    ]);
    assert_eq!(of(&project, "OVEN_STREET", "prod", "oven")["value"], "north");
}

#[test]
fn a_tree_that_only_runs_images_of_others_has_an_environment() {
    let compose =
        "services:\n  api:\n    image: ghcr.io/bakery/api:3\n    environment: [OVEN=north]\n";
    let project = Project::of(&[("docker-compose.yml", compose)]);
    assert_eq!(of(&project, "OVEN", "local", "api")["value"], "north");
}

#[test]
fn a_sign_that_a_template_glues_to_the_next_document_parts_them() {
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      \
             containers:\n      - name: {name}\n        image: x\n        env:\n        - {{name: OVEN, value: of-{name}}}\n"
        )
    };
    let (web, queue) = (deployment("web"), deployment("queue"));
    let template = format!("{web}---\n{{{{- if .Values.queue -}}}}\n{queue}{{{{- end }}}}\n");
    let project = Project::of(&[
        ("app.py", "import os\n\nOVEN = os.environ[\"OVEN\"]\n"),
        ("chart/Chart.yaml", "apiVersion: v2\nname: bakery\nversion: 1.0.0\n"),
        ("chart/values.yaml", "queue: false\n"),
        ("chart/values-production.yaml", "queue: true\n"),
        ("chart/templates/web.yaml", &template),
    ]);
    assert_eq!(of(&project, "OVEN", "production", "web")["value"], "of-web");
    assert_eq!(of(&project, "OVEN", "production", "queue")["line"], 24);
}

/// A text of many lines is what YAML makes of it, quotes in it are part of it, and a placeholder only where nobody gives
/// another value.
#[test]
fn what_is_asked_for_stands_in_the_text_that_yaml_makes() {
    let compose = "services:\n  web:\n    image: web\n    environment:\n      - |\n        OVEN=\n        {\n          \
        \"kind\": \"${OVEN_KIND}\",\n          \"size\": \"${OVEN_SIZE:-3}\"\n        }\n      - RACK=\"${RACK:-0}\"\n      \
        - SITE=${BAKERY_SITE:-changeme}\n      - TOWN=${BAKERY_TOWN:-changeme}\n      \
        - OVEN_PASSWORD=${MAIN_PASSWORD:-${OTHER_PASSWORD}}\n";
    let project = Project::of(&[("compose.yaml", compose), (".env", "BAKERY_SITE=harbour\n")]);
    let value = |key| of(&project, key, "local", "web");
    assert_eq!(value("OVEN")["value"], "\n{\n  \"kind\": \"\",\n  \"size\": \"3\"\n}\n");
    assert_eq!(value("RACK")["value"], "\"0\"");
    assert_eq!(value("SITE")["value"], "harbour");
    assert_eq!(
        (&value("TOWN")["state"], &value("TOWN")["value"]),
        (&"placeholder".into(), &"changeme".into())
    );
    assert_eq!(value("OVEN_PASSWORD")["state"], "empty");
}

/// What has no default, and no file of the tree that compose loads, comes from whoever starts the project: nobody means it empty.
#[test]
fn what_only_who_starts_a_project_gives_is_not_empty() {
    let compose = "services:\n  web:\n    image: web\n    environment:\n      NETWORK: ${NETWORK}\n      \
                   OVEN_DIR: /ovens/${NETWORK}/db\n      HEAT: ${HEAT:-180}\n";
    let project = Project::of(&[("compose.yaml", compose)]);
    let value = |key| of(&project, key, "local", "web");
    assert_eq!(value("NETWORK")["state"], "reference");
    assert_eq!(value("OVEN_DIR")["value"], "/ovens/${NETWORK}/db");
    assert_eq!(value("HEAT")["value"], "180");
    project.write(".env", b"STREET=north\n");
    let value = |key| of(&project, key, "local", "web");
    assert_eq!(
        (&value("NETWORK")["state"], &value("NETWORK")["unless"][0]),
        (&"empty".into(), &"NETWORK".into())
    );
    assert_eq!(value("OVEN_DIR")["value"], "/ovens//db");
}

/// A file that is called an override and laid over nothing that is known is no environment; another complete file is.
#[test]
fn an_override_that_nothing_lays_over_anything_starts_nothing_alone() {
    let run = |heat: &str| {
        format!("services: {{web: {{build: ., environment: {{HEAT: \"{heat}\"}}}}}}\n")
    };
    let (base, other) = (run("1"), run("2"));
    let told = |name: &str| {
        let files = [
            ("main.py", "import os\n\nHEAT = os.environ[\"HEAT\"]\n"),
            ("Dockerfile", "FROM python:3.12\nCOPY . /srv\nCMD python main.py\n"),
            ("docker-compose.yml", base.as_str()),
            (name, other.as_str()),
        ];
        Project::of(&files).run(&["envs"]).stdout
    };
    let part = told("docker-compose-night-override.yml");
    assert!(!part.contains("\nnight") && !part.starts_with("night"), "{part}");
    assert!(part.contains("another run, which gives the same services other values"), "{part}");
    let whole = told("docker-compose-night.yml");
    assert!(whole.starts_with("night") || whole.contains("\nnight"), "{whole}");
}
