//! Values of Terraform that are put together: parts of objects that modules hand on, the first of several things that is
//! there, the arguments of templates.

use crate::support::Project;

const OVEN: (&str, &str) = (
    "oven.py",
    "import os\n\nHEAT = int(os.environ[\"OVEN_HEAT\"])\nLEVEL = os.environ[\"LOG_LEVEL\"]\n",
);

/// `environment KEY=value path:line` of each definition.
fn given(files: &[(&str, &str)]) -> Vec<String> {
    let all: Vec<(&str, &str)> = std::iter::once(OVEN).chain(files.iter().copied()).collect();
    Project::of(&all).definitions(|_| true)
}

/// A module that gives a function `heat` and `level`, with what it declares.
fn module(declared: &str, heat: &str, level: &str) -> String {
    format!(
        "{declared}\nresource \"aws_lambda_function\" \"oven\" {{\n  function_name = \"oven\"\n  environment {{\n    variables = {{\n      OVEN_HEAT = \
         {heat}\n      LOG_LEVEL = {level}\n    }}\n  }}\n}}\n"
    )
}

const CALL: &str = "variable \"oven\" {}\nmodule \"oven\" {\n  source = \"../../modules/oven\"\n  settings = var.oven.settings\n}\n";

#[test]
fn parts_of_objects_are_followed_through_calls_and_files_of_variables() {
    let declared = "variable \"settings\" { type = object({ heat = number, level = optional(string, \"info\") }) }";
    let module = module(declared, "var.settings.heat", "var.settings[\"level\"]");
    let found = given(&[
        ("infra/modules/oven/main.tf", &module),
        ("infra/envs/production/main.tf", CALL),
        ("infra/envs/production/terraform.tfvars", "oven = {\n  settings = { heat = 240 }\n}\n"),
        ("infra/envs/staging/main.tf", CALL),
        (
            "infra/envs/staging/terraform.tfvars",
            "oven = {\n  settings = {\n    heat = 180\n    level = \"debug\"\n  }\n}\n",
        ),
    ]);
    assert_eq!(
        found,
        [
            "* LOG_LEVEL=info infra/modules/oven/main.tf:7",
            "* OVEN_HEAT=var.settings.heat infra/modules/oven/main.tf:6",
            "production OVEN_HEAT=240 infra/envs/production/terraform.tfvars:2",
            "staging LOG_LEVEL=debug infra/envs/staging/terraform.tfvars:4",
            "staging OVEN_HEAT=180 infra/envs/staging/terraform.tfvars:3",
        ]
    );
}

/// What is given where `production` and `staging` call a module with these arguments.
fn called(declared: &str, level: &str, arguments: [&str; 2]) -> Vec<String> {
    let module = module(&format!("{declared}\nvariable \"heat\" {{}}"), "var.heat", level);
    let call = |heat: u32, arguments: &str| {
        format!(
            "module \"oven\" {{\n  source = \"../../modules/oven\"\n  heat = {heat}\n  {arguments}\n}}\n"
        )
    };
    let (production, staging) = (call(240, arguments[0]), call(180, arguments[1]));
    let all = given(&[
        ("infra/modules/oven/main.tf", &module),
        ("infra/envs/production/main.tf", &production),
        ("infra/envs/staging/main.tf", &staging),
    ]);
    let level = all.iter().filter(|one| one.contains(" LOG_LEVEL="));
    level.map(|one| one.split(" infra").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_first_that_is_there_counts() {
    let declared = "variable \"level\" { default = null }";
    for level in [
        "coalesce(var.level, \"info\")",
        "try(coalesce(var.level), \"info\")",
        "var.level != null ? var.level : \"info\"",
    ] {
        let found = called(declared, level, ["", "level = \"debug\""]);
        assert_eq!(found, ["* LOG_LEVEL=info", "staging LOG_LEVEL=debug"], "{level}");
    }
    let declared = "variable \"level\" { default = \"\" }";
    let found = called(declared, "coalesce(var.level, \"info\")", ["", "level = \"debug\""]);
    assert_eq!(found, ["* LOG_LEVEL=info", "staging LOG_LEVEL=debug"]);
    let declared = "variable \"levels\" { default = {} }";
    let given = ["levels = { till = \"warn\" }", "levels = { oven = \"debug\" }"];
    for level in ["lookup(var.levels, \"oven\", \"info\")", "try(var.levels.oven, \"info\")"] {
        let found = called(declared, level, given);
        assert_eq!(found, ["* LOG_LEVEL=info", "staging LOG_LEVEL=debug"], "{level}");
    }
}

#[test]
fn what_is_not_known_stays_a_reference() {
    // Each call may give both: which one wins there is told by neither.
    let declared = "variable \"one\" { default = null }\nvariable \"two\" { default = null }";
    let found = called(
        declared,
        "coalesce(var.one, var.two, \"info\")",
        ["one = \"warn\"", "one = \"debug\"\n  two = \"error\""],
    );
    assert_eq!(found, ["* LOG_LEVEL=coalesce(var.one, var.two, \"info\")"]);
    // What a call gives wins over what stands behind it, though its name leads nowhere.
    let asks = "level = var.given\n}\nvariable \"given\" {";
    let declared = "variable \"level\" { default = null }";
    let found = called(declared, "coalesce(var.level, \"info\")", ["", asks]);
    assert_eq!(found, ["* LOG_LEVEL=info", "staging LOG_LEVEL=var.given"]);
    let declared = "variable \"level\" { default = null }\nvariable \"other\" { default = \"\" }";
    let both = "other = var.given\n  level = var.given\n}\nvariable \"given\" {";
    let level = "var.level != null ? var.level : var.other";
    let found = called(declared, level, [both, both]);
    assert_eq!(found, [format!("* LOG_LEVEL={level}")]);
    // A variable that must be given is: the text behind it says nothing.
    let found = called("variable \"level\" {}", "try(var.level, \"info\")", ["", ""]);
    assert_eq!(found, ["* LOG_LEVEL=try(var.level, \"info\")"]);
    // The part of a default is not that of an object which is given and lacks it.
    let declared = "variable \"levels\" { default = { oven = \"info\" } }";
    let found = called(declared, "var.levels.oven", ["levels = { till = \"warn\" }", ""]);
    assert_eq!(found, ["* LOG_LEVEL=var.levels.oven"]);
    let found =
        called(declared, "try(var.levels.oven, \"error\")", ["levels = { till = \"warn\" }", ""]);
    assert_eq!(found, ["* LOG_LEVEL=var.levels.oven"]);
    let found = called(declared, "var.levels.oven", ["", ""]);
    assert_eq!(found, ["* LOG_LEVEL=info"]);
}

const TEMPLATE: &str = "[\n  {\n    \"name\": \"oven\",\n    \"image\": \"oven:1\",\n    \"cpu\": ${cpu},\n    \"environment\": [\n      {\"name\": \"OVEN_HEAT\", \"value\": \"${heat}\"},\n      {\"name\": \"LOG_LEVEL\", \"value\": \"${log.level}\"}\n    ]\n  }\n]\n";

/// A module whose task is a template, and the calls of it for two environments.
fn filled(tasks: &str) -> [(&'static str, String); 3] {
    let call = |heat: u32| {
        format!("module \"oven\" {{\n  source = \"../../modules/oven\"\n  heat = {heat}\n}}\n")
    };
    [
        ("infra/modules/oven/main.tf", format!("variable \"heat\" {{}}\n{tasks}")),
        ("infra/envs/production/main.tf", call(240)),
        ("infra/envs/staging/main.tf", call(180)),
    ]
}

/// A task that a template describes.
fn task(name: &str, path: &str) -> String {
    format!(
        "resource \"aws_ecs_task_definition\" \"{name}\" {{\n  family = \"{name}-task\"\n  container_definitions = templatefile(\"${{path.module}}/{path}\", {{\n             cpu = 256\n    heat = var.heat\n    log = {{ level = \"info\" }}\n  }})\n}}\n"
    )
}

fn with_template<'a>(files: &'a [(&'static str, String); 3]) -> Vec<(&'static str, &'a str)> {
    let files = files.iter().map(|(path, text)| (*path, text.as_str()));
    files.chain([("infra/modules/oven/tasks/oven.json.tftpl", TEMPLATE)]).collect()
}

#[test]
fn what_fills_a_template_in_gives_its_variables() {
    let one = filled(&task("oven", "tasks/oven.json.tftpl"));
    let all = with_template(&one);
    assert_eq!(
        given(&all),
        [
            "* LOG_LEVEL=${log.level} infra/modules/oven/tasks/oven.json.tftpl:8",
            "* LOG_LEVEL=info infra/modules/oven/main.tf:7",
            "* OVEN_HEAT=${heat} infra/modules/oven/tasks/oven.json.tftpl:7",
            "production OVEN_HEAT=240 infra/envs/production/main.tf:3",
            "staging OVEN_HEAT=180 infra/envs/staging/main.tf:3",
        ]
    );
    let more = "TIMER = os.environ[\"OVEN_TIMER\"]\n";
    let code = format!("{}{more}", OVEN.1);
    let explained = |files: &[(&str, &str)]| {
        let all: Vec<_> = files.iter().copied().chain([(OVEN.0, code.as_str())]).collect();
        Project::of(&all).run(&["explain", "OVEN_TIMER"]).stdout
    };
    let said = explained(&all);
    assert!(said.contains("production  absent"), "{said}");
    // What the tree does not have may give anything.
    let gone = filled(&task("oven", "tasks/gone.json.tftpl"));
    let said = explained(&with_template(&gone));
    assert!(said.contains("production  unknown"), "{said}");
}

#[test]
fn a_template_that_is_filled_in_twice_stays_as_it_stands() {
    let path = "tasks/oven.json.tftpl";
    let two = filled(&format!("{}{}", task("oven", path), task("till", path)));
    let found = given(&with_template(&two));
    assert!(found.iter().all(|one| one.contains("${")), "{found:#?}");
}
