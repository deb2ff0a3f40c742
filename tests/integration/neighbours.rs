//! What is for others beside the code: it does not reach code that is seen to run, and hides nothing from it.

use crate::support::Project;

const CODE: &str =
    "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nFLOUR = os.environ.get(\"FLOUR\", \"rye\")\n";
const DOCKERFILE: &str = "FROM python:3.12\nCOPY . /web\nCMD python main.py\n";
const COMPOSE: &str = "services:\n  web: {build: web, image: bakery/web}\n";

fn deployment(name: &str, image: &str, env: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: \
         {name}\n        image: {image}\n{env}"
    )
}

fn bakery(files: &[(&'static str, String)]) -> Project {
    let mut all =
        vec![("web/main.py", CODE), ("web/Dockerfile", DOCKERFILE), ("compose.yml", COMPOSE)];
    all.extend(files.iter().map(|(path, text)| (*path, text.as_str())));
    Project::of(&all)
}

fn presence(project: &Project, key: &str, environment: &str) -> (String, String) {
    let told = project.run(&["explain", key, "--env", environment, "--format", "json"]).json();
    let here = &told["keys"][0]["environments"][0];
    (here["presence"].as_str().unwrap_or_default().to_owned(), here["because"].to_string())
}

fn findings(project: &Project, least: &str) -> String {
    project.run(&["check", "--min-confidence", least]).stdout
}

const HEAT: &str = "        env:\n        - {name: OVEN_HEAT, value: \"180\"}\n";

#[test]
fn what_a_program_of_others_takes_unseen_hides_nothing_from_code_that_runs() {
    let agent = deployment(
        "agent",
        "fluent/fluent-bit:3",
        "        envFrom:\n        - secretRef: {name: agent}\n",
    );
    let files = [
        ("deploy/production/web.yaml", deployment("web", "bakery/web", HEAT)),
        ("deploy/production/agent.yaml", agent),
    ];
    assert_eq!(presence(&bakery(&files), "FLOUR", "production").0, "absent");
    // The same for the code itself may hold anything.
    let open = format!("{HEAT}        envFrom:\n        - secretRef: {{name: agent}}\n");
    let files = [("deploy/production/web.yaml", deployment("web", "bakery/web", &open))];
    assert_eq!(presence(&bakery(&files), "FLOUR", "production").0, "unknown");
}

#[test]
fn a_template_does_not_say_that_code_here_gets_what_it_lists() {
    let of = |image: &str| {
        let token = "        env:\n        - {name: AGENT_TOKEN, value: one}\n        - {name: OVEN_HEAT, value: \"1\"}\n";
        let files = [
            ("deploy/production/web.yaml", deployment("web", "bakery/web", HEAT)),
            ("deploy/production/agent.yaml", deployment("agent", image, token)),
            (".env.example", "OVEN_HEAT=\nAGENT_TOKEN=\n".to_owned()),
        ];
        findings(&bakery(&files), "medium")
    };
    let theirs = of("registry.example/watchers/agent:1");
    assert!(!theirs.contains("AGENT_TOKEN"), "{theirs}");
    let ours = of("bakery/web");
    assert!(ours.contains("AGENT_TOKEN"), "{ours}");
}

#[test]
fn an_entry_that_need_not_be_there_is_unknown_where_its_object_is_not_seen() {
    let of = |optional: bool| {
        let env = format!(
            "{HEAT}        - name: FLOUR\n          valueFrom:\n            configMapKeyRef: {{name: mill, key: flour, optional: {optional}}}\n"
        );
        vec![("deploy/production/web.yaml", deployment("web", "bakery/web", &env))]
    };
    let (found, because) = presence(&bakery(&of(true)), "FLOUR", "production");
    assert_eq!(found, "unknown");
    assert!(because.contains("the ConfigMap `mill`, which need not be there"), "{because}");
    assert_eq!(presence(&bakery(&of(false)), "FLOUR", "production").0, "set");
    let mut known = of(true);
    let mill = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mill}\ndata: {flour: oats}\n";
    known.push(("deploy/production/mill.yaml", mill.to_owned()));
    assert_eq!(presence(&bakery(&known), "FLOUR", "production").0, "set");
}

/// A recipe beside the overlays, which somebody may apply by hand: an overlay that does not take it in may run without it.
#[test]
fn an_entry_that_need_not_be_there_is_not_that_of_a_recipe_that_no_overlay_takes_in() {
    let of = |taken: &str, optional: bool| {
        let env = format!(
            "{HEAT}        - name: FLOUR\n          valueFrom:\n            configMapKeyRef: {{name: mill, key: flour, optional: {optional}}}\n"
        );
        let mill = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mill}\ndata: {flour: oats}\n";
        let overlay = |more: &str| format!("resources: [../../base{more}]\n");
        let files = [
            ("deploy/base/kustomization.yaml", "resources: [web.yaml]\n".to_owned()),
            ("deploy/base/web.yaml", deployment("web", "bakery/web", &env)),
            ("deploy/overlays/production/kustomization.yaml", overlay(taken)),
            ("deploy/overlays/staging/kustomization.yaml", overlay("")),
            ("extras/mill/mill.yaml", mill.to_owned()),
        ];
        let project = bakery(&files);
        ["production", "staging"].map(|it| presence(&project, "FLOUR", it).0)
    };
    assert_eq!(of("", true), ["unknown", "unknown"]);
    assert_eq!(of("", false), ["set", "set"]);
    assert_eq!(of(", ../../../extras/mill/mill.yaml", true), ["set", "unknown"]);
}

const TASK: &str = "variable \"heat\" {}\nvariable \"domain\" { default = \"bakery.example\" }\n\nresource \"aws_ecs_task_definition\" \"web\" {\n  family = \
                    \"web\"\n  container_definitions = jsonencode([{\n    name = \"web\"\n    image = \"bakery/web\"\n    environment = [\n      { name = \
                    \"OVEN_HEAT\", value = var.heat },\n      { name = \"FLOUR\", value = \"oats\" },\n      { name = \"SITE\", value = \
                    \"https://${var.domain}/${var.heat}\" }\n    ]\n  }])\n}\n";

fn call(module: &str, arguments: &str) -> String {
    format!("module \"it\" {{\n  source = \"../modules/{module}\"\n{arguments}}}\n")
}

#[test]
fn a_module_is_for_the_environments_whose_files_call_it() {
    let other = TASK.replace("\"web\"", "\"mill\"").replace("bakery/web", "mill/web");
    let files = [
        ("infra/modules/web/main.tf", TASK.to_owned()),
        ("infra/modules/mill/main.tf", other),
        (
            "infra/production/main.tf",
            call("web", "  heat = \"220\"\n  domain = \"bread.example\"\n"),
        ),
        ("infra/staging/main.tf", call("web", "  heat = \"180\"\n")),
        ("infra/dev/main.tf", call("mill", "  heat = \"1\"\n")),
    ];
    let mut files = files.to_vec();
    files[0].1 = files[0].1.replace("\"oats\"", "\"spelt\"");
    let project = bakery(&files);
    let flour = project.run(&["explain", "FLOUR"]).stdout;
    assert!(flour.contains("production") && flour.contains("spelt"), "{flour}");
    let dev = project.run(&["explain", "FLOUR", "--env", "dev"]).stdout;
    assert!(!dev.contains("spelt") && dev.contains("oats"), "{dev}");
}

#[test]
fn a_text_with_names_in_it_is_what_each_call_makes_of_it() {
    let files = [
        ("infra/modules/web/main.tf", TASK.to_owned()),
        (
            "infra/production/main.tf",
            call("web", "  heat = \"220\"\n  domain = \"bread.example\"\n"),
        ),
        ("infra/staging/main.tf", call("web", "  heat = \"180\"\n")),
    ];
    let project = bakery(&files);
    let told = project.run(&["explain", "SITE"]).stdout;
    assert!(told.contains("\"https://bread.example/220\""), "{told}");
    assert!(told.contains("\"https://bakery.example/180\""), "{told}");
    // What a secret goes into is worked out nowhere.
    let secret = TASK.replace("var.heat", "var.password").replace("\"heat\"", "\"password\"");
    let files = [
        ("infra/modules/web/main.tf", secret),
        ("infra/production/main.tf", call("web", "  password = \"correct-horse\"\n")),
    ];
    let told = bakery(&files).run(&["explain", "SITE"]).stdout;
    assert!(!told.contains("correct-horse") && told.contains("var.password"), "{told}");
}

#[test]
fn what_plays_hand_to_hosts_does_not_reach_a_task_of_a_platform() {
    let hosts = "---\ngrinder_port: 80\ngrinder_host: a\n";
    let files = [
        ("infra/modules/web/main.tf", TASK.to_owned()),
        ("infra/production/main.tf", call("web", "  heat = \"220\"\n")),
        ("ansible/envs/production/group_vars/all.yml", hosts.to_owned()),
        ("ansible/roles/grinder/templates/grinder.conf", "port {{ grinder_port }}\n".to_owned()),
        ("ansible/play.yml", "- hosts: all\n  roles: [grinder]\n".to_owned()),
    ];
    let project = bakery(&files);
    let code = format!("{CODE}MILL = os.environ.get(\"MILL\", \"stone\")\n");
    project.write("web/main.py", code.as_bytes());
    assert_eq!(presence(&project, "MILL", "production").0, "absent");
}

#[test]
fn values_of_numbered_places_are_not_laid_over_each_other() {
    let files = [
        ("deploy/prod/common-values-web.yaml", "env:\n  OVEN_HEAT: \"200\"\n  MILL: stone\n"),
        ("deploy/prod/common-values-cellar.yaml", "env:\n  FLOUR: oats\n"),
        ("deploy/prod/hall-0-prod/values-web.yaml", "env:\n  OVEN_HEAT: \"180\"\n"),
        ("deploy/prod/hall-1-prod/values-web.yaml", "env:\n  MILL: steel\n"),
        ("deploy/prod/hall-1-prod/values-cellar.yaml", "env:\n  OVEN_HEAT: \"4\"\n"),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    let project = bakery(&files);
    let told = project.run(&["explain", "OVEN_HEAT", "--env", "prod", "--format", "json"]).json();
    let values = told["keys"][0]["environments"][0]["values"].as_array().expect("a list");
    let of = |workload: &str| {
        let one = values.iter().find(|one| one["workload"] == workload);
        one.map_or(serde_json::Value::Null, |one| one["effective"]["value"].clone())
    };
    assert_eq!(of("hall-0/web"), "180");
    assert_eq!(of("hall-1/web"), "200");
    assert_eq!(of("hall-1/cellar"), "4");
    // What another release gets, the code of this one lacks.
    let flour = project.run(&["explain", "FLOUR", "--env", "prod"]).stdout;
    assert!(flour.contains("hall-1/cellar") && flour.contains("\"rye\""), "{flour}");
}

#[test]
fn values_of_more_places_than_anybody_has_stay_shared_and_that_is_told() {
    let shared: Vec<String> = (0..600).map(|at| format!("  OVEN_{at}: \"1\"\n")).collect();
    let shared = shared.concat();
    let project = bakery(&[("deploy/prod/common-values-web.yaml", format!("env:\n{shared}"))]);
    for at in 0..170 {
        let path = format!("deploy/prod/hall-{at}/values-web.yaml");
        project.write(&path, b"env:\n  MILL: stone\n");
    }
    let said = project.run(&["check", "--no-history"]);
    let told = "170 releases take its values: told apart no further";
    assert!(said.stdout.contains(told) || said.stderr.contains(told), "{said:?}");
}

#[test]
fn the_template_that_is_shown_is_the_nearest() {
    let reads = "import os\n\nA = os.environ[\"OVEN_HEAT\"]\nB = os.environ[\"OVEN_RACK\"]\nC = os.environ[\"OVEN_FAN\"]\n";
    let files = [
        (".env.sample", "OVEN_HEAT=\nOVEN_RACK=\nLEGACY_HEAT=\n"),
        ("web/pyproject.toml", "[project]\nname = \"web\"\n"),
        ("web/main.py", reads),
        ("web/.env.sample", "OVEN_HEAT=\nOVEN_RACK=\n"),
    ];
    let told = findings(&Project::of(&files), "low");
    assert!(told.contains("the template does not list it"), "{told}");
    assert!(told.contains("web/.env.sample:1"), "{told}");
}

#[test]
fn a_file_that_git_is_told_to_leave_alone_is_made_by_each_checkout() {
    let compose = "services:\n  web:\n    build: web\n    env_file: [.testrun]\n    environment: {OVEN_HEAT: \"1\"}\n";
    let said = |rules: &str| {
        let files = [
            ("web/main.py", CODE),
            ("web/Dockerfile", DOCKERFILE),
            ("run/compose.yml", compose),
            ("run/.gitignore", rules),
        ];
        findings(&Project::of(&files), "low").contains("takes keys from")
    };
    assert!(said("*.log\n"));
    assert!(!said(".testrun\n"));
    assert!(said(".test*\n!.testrun\n"));
}

/// A part of the system in a language that is not read has variables of its own: some names are the same, and that tells nothing of
/// what code beside it gets.
#[test]
fn variables_of_a_package_in_another_language_are_its_own() {
    let of = |manifest: &'static str| {
        let web = deployment("web", "bakery/web", HEAT);
        let project = Project::of(&[
            ("web/main.py", CODE),
            ("web/Dockerfile", DOCKERFILE),
            ("deploy/production/web.yaml", &web),
            (manifest, ""),
            ("mill/init/mill.env", "FLOUR=oats\nSTONES=2\n"),
        ]);
        let presence = |key| presence(&project, key, "local").0;
        (presence("FLOUR"), presence("STONES"), findings(&project, "low").contains("`OVEN_HEAT`"))
    };
    let (flour, stones, is_missing) = of("mill/pom.xml");
    assert_eq!((flour.as_str(), stones.as_str(), is_missing), ("set", "set", false));
    assert!(of("mill/README.md").2, "a file in a folder of no package is for all");
}

#[test]
fn a_long_template_of_others_is_no_contract_for_a_small_part_beside_them() {
    let names = ["TILL_ID", "TILL_CODE", "TILL_PORT", "OVEN_HEAT", "OVEN_DOOR", "SHOP_HOST"];
    let template = format!("{}=\n", names.join("=\n"));
    let asks = |names: &[&str]| {
        let lines: Vec<String> =
            names.iter().map(|name| format!("print(os.environ[\"{name}\"])\n")).collect();
        format!("import os\n\n{}", lines.concat())
    };
    let project = Project::of(&[
        (".env.example", template.as_str()),
        ("Dockerfile", "FROM python:3.13\nCOPY shop /app\nCMD [\"python\", \"/app/main.py\"]\n"),
        ("shop/main.py", &asks(&names)),
        (
            "probe/Dockerfile",
            "FROM python:3.13\nCOPY probe.py /\nCMD [\"python\", \"/probe.py\"]\n",
        ),
        ("probe/probe.py", &asks(&["TILL_PORT", "OVEN_HEAT", "PROBE_URL"])),
    ]);
    let told = |sure: &str| {
        let run = project.run(&["check", "--format", "json", "--min-confidence", sure]);
        run.stdout.contains("requires `PROBE_URL`")
    };
    assert!(told("low") && !told("medium"));
    // A template of its own is one.
    project.write("probe/.env.example", b"TILL_PORT=\nOVEN_HEAT=\n");
    assert!(told("high"));
}

/// A program that hands all of its variables on can see those that it is given, and none of its neighbour's.
#[test]
fn a_read_of_any_name_reaches_what_its_own_program_gets() {
    let oven = "import os\nimport subprocess\n\n\ndef light():\n    env = {k: v for k, v in os.environ.items() if k != \"LID\"}\n    \
                subprocess.run([\"light\"], env=env)\n";
    let env = |names: &[&str]| {
        let lines =
            names.iter().map(|name| format!("        - {{name: {name}, value: \"180\"}}\n"));
        format!("        env:\n{}", lines.collect::<String>())
    };
    let project = bakery(&[
        ("oven/main.py", oven.to_owned()),
        ("oven/Dockerfile", DOCKERFILE.replace("/web", "/oven")),
        (
            "k8s/production/web.yaml",
            deployment("web", "bakery/web", &env(&["OVEN_HEAT", "WEB_OLD"])),
        ),
        ("k8s/production/oven.yaml", deployment("oven", "bakery/oven", &env(&["OVEN_OLD"]))),
    ]);
    let said = findings(&project, "medium");
    assert!(said.contains("WEB_OLD") && !said.contains("OVEN_OLD"), "{said}");
    assert!(said.contains("web.yaml"), "{said}");
}

/// What another program is given everywhere says nothing of code that no environment gives it.
#[test]
fn what_a_neighbour_is_given_everywhere_is_no_lack_of_this_code() {
    let oven =
        "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nNAME = os.getenv(\"NAME\", \"oven\")\n";
    let web =
        "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nNAME = os.getenv(\"NAME\", \"web\")\n";
    let env = |name: bool| {
        let heat = HEAT.to_owned();
        if name { format!("{heat}        - {{name: NAME, value: first}}\n") } else { heat }
    };
    let tree = |in_production: bool| {
        let mut files = vec![
            ("web/main.py", web.to_owned()),
            ("oven/main.py", oven.to_owned()),
            ("oven/Dockerfile", DOCKERFILE.replace("/web", "/oven")),
            ("k8s/staging/web.yaml", deployment("web", "bakery/web", &env(false))),
            ("k8s/staging/oven.yaml", deployment("oven", "bakery/oven", &env(true))),
            ("k8s/production/web.yaml", deployment("web", "bakery/web", &env(false))),
        ];
        let own = deployment("oven", "bakery/oven", &env(in_production));
        files.push(("k8s/production/oven.yaml", own));
        bakery(&files)
    };
    let said = findings(&tree(true), "low");
    assert!(!said.contains("hidden-fallback"), "{said}");
    let said = findings(&tree(false), "low");
    assert!(said.contains("hidden-fallback") && said.contains("oven/main.py"), "{said}");
}
