//! Names of Terraform that calls of modules and files of variables answer: the answer wins, wherever it is written.

use crate::support::Project;

const OVEN: (&str, &str) =
    ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nPANTRY = os.environ[\"PANTRY\"]\n");

const TASK: &str = "variable \"heat\" {\n  default = \"150\"\n}\n\nvariable \"pantry\" {}\n\nresource \"aws_ecs_task_definition\" \"oven\" {\n  \
    container_definitions = jsonencode([\n    {\n      name  = \"oven\"\n      image = \"oven:1\"\n      environment = [\n        { name = \
    \"OVEN_HEAT\", value = var.heat },\n        { name = \"PANTRY\", value = var.pantry }\n      ]\n    }\n  ])\n}\n";

fn explained(project: &Project, key: &str, environment: &str) -> String {
    let said = project.run(&["explain", key, "--env", environment]).exits(0).stdout;
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_a_call_says_wins_over_the_name_that_asks_for_it() {
    let main = "module \"oven\" {\n  source = \"./ovens\"\n  heat   = \"220\"\n  pantry = var.pantry\n}\n\nvariable \"pantry\" {}\n\nvariable \"lamp\" {}\n";
    let project = Project::of(&[
        OVEN,
        ("main.tf", main),
        ("ovens/task.tf", TASK),
        ("production.tfvars", "pantry = \"cold\"\n"),
        ("staging.tfvars", "lamp = \"on\"\n"),
    ]);
    let heat = explained(&project, "OVEN_HEAT", "production");
    assert!(heat.contains("\"220\" terraform main.tf:3:3 as heat"), "{heat}");
    assert!(!heat.contains("\"150\""), "a default that a call replaces: {heat}");
    let pantry = explained(&project, "PANTRY", "production");
    assert!(pantry.contains("\"cold\" tfvars production.tfvars:1:1 as pantry"), "{pantry}");
    let told = project.run(&["impact", "OVEN_HEAT"]).stdout;
    let asking = told.lines().find(|line| line.contains("ovens/task.tf")).unwrap_or_default();
    assert!(asking.contains("takes effect in production (for oven), staging (for oven)"), "{told}");
    let open = explained(&project, "PANTRY", "staging");
    assert!(open.contains("\"var.pantry\" (reference)"), "nothing answers it here: {open}");
}

#[test]
fn calls_of_one_module_shadow_nothing_of_each_other() {
    let call = |name: &str, pantry: &str| {
        format!("module \"{name}\" {{\n  source = \"./ovens\"\n  pantry = \"{pantry}\"\n}}\n\n")
    };
    let main = call("bread", "cold") + &call("cake", "warm");
    let all = [
        OVEN,
        ("main.tf", main.as_str()),
        ("ovens/task.tf", TASK),
        ("production.tfvars", "a = 1\n"),
    ];
    let said = Project::of(&all).run(&["check", "--min-confidence", "low"]).stdout;
    assert!(!said.contains("shadowed-value"), "{said}");
}

#[test]
fn variables_of_a_module_that_the_tree_lacks_are_for_what_it_starts() {
    let main = "module \"oven\" {\n  source  = \"bakery/heroku/app\"\n  version = \"3.0.0\"\n\n  config_vars = {\n    OVEN_HEAT = \"220\"\n  }\n  \
        sensitive_config_vars = {\n    PANTRY = var.pantry\n  }\n}\n";
    let found = Project::of(&[OVEN, ("production.tf", main)]).definitions(|_| true);
    let all = [
        "production OVEN_HEAT=220 production.tf:6",
        "production PANTRY=var.pantry production.tf:9",
    ];
    assert_eq!(found, all);
    let shop = Project::of(&[OVEN, ("production.tf", &main.replace("OVEN_HEAT", "LAMP"))]);
    let heat = explained(&shop, "OVEN_HEAT", "production");
    assert!(heat.contains("unknown what add-ons of Heroku set"), "{heat}");
}

#[test]
fn an_answer_for_one_of_several_deployments_keeps_its_container() {
    let main = "module \"oven\" {\n  source = \"./ovens\"\n  name   = \"bread\"\n  heat   = \"220\"\n  pantry = \"cold\"\n}\n\nmodule \"other\" {\n  \
        source = \"./ovens\"\n  name   = \"cake\"\n  pantry = \"warm\"\n}\n\nmodule \"ovens\" {\n  source = \"./ovens\"\n  pantry = \"dry\"\n}\n";
    let project = Project::of(&[
        OVEN,
        ("main.tf", main),
        ("ovens/task.tf", TASK),
        ("production.tfvars", "a = 1\n"),
    ]);
    let facts = project.run(&["facts"]).stdout;
    let dry: Vec<&str> = facts.lines().filter(|line| line.contains("\"dry\"")).collect();
    assert!(dry.len() == 1 && dry[0].contains("\"workload\":\"oven\""), "{dry:?}");
}

#[test]
fn a_stack_that_is_up_twice_in_one_environment_is_told_apart() {
    let main = "variable \"heat\" {}\n\nvariable \"pantry\" {}\n\nmodule \"oven\" {\n  source = \"./ovens\"\n  heat   = var.heat\n  pantry = var.pantry\n}\n";
    let all = |one: &'static str, two: &'static str| {
        Project::of(&[
            OVEN,
            ("main.tf", main),
            ("ovens/task.tf", TASK),
            ("vars/production.tfvars", "heat = \"240\"\npantry = \"dry\"\n"),
            ("vars/staging-mills.tfvars", one),
            ("vars/staging-ovens.tfvars", two),
        ])
    };
    let both = all("heat = \"1\"\npantry = \"warm\"\n", "heat = \"2\"\npantry = \"cold\"\n");
    assert!(explained(&both, "PANTRY", "staging-mills").contains("\"warm\" tfvars"));
    assert!(explained(&both, "PANTRY", "staging-ovens").contains("\"cold\" tfvars"));
    let parts = all("heat = \"1\"\n", "pantry = \"cold\"\n");
    assert!(explained(&parts, "PANTRY", "staging").contains("\"cold\" tfvars"), "parts of one");
}
