//! Values that stand apart from what takes them: parameters of Bicep, maps that the workspace of Terraform chooses from,
//! options of `docker run`.

use crate::support::Project;

const OVEN: (&str, &str) = (
    "oven.py",
    "import os\n\nHEAT = int(os.environ[\"OVEN_HEAT\"])\nLEVEL = os.environ[\"LOG_LEVEL\"]\n",
);

/// `environment KEY=value path:line` of each definition that has a value.
fn given(files: &[(&str, &str)]) -> Vec<String> {
    let all: Vec<(&str, &str)> = std::iter::once(OVEN).chain(files.iter().copied()).collect();
    Project::of(&all).definitions(|fact| fact["state"] == "value")
}

const BICEP: (&str, &str) = (
    "infra/main.bicep",
    "param heat string\nparam level string = 'info'\n\nresource oven 'Microsoft.App/containerApps@2024-03-01' = {\n  name: 'oven'\n  properties: {\n    \
     template: {\n      containers: [\n        {\n          name: 'oven'\n          image: 'bakery.azurecr.io/oven:1'\n          env: [\n            \
     { name: 'OVEN_HEAT', value: heat }\n            { name: 'LOG_LEVEL', value: level }\n          ]\n        }\n      ]\n    }\n  }\n}\n",
);

#[test]
fn parameters_of_bicep_reach_the_variables_that_take_them() {
    let found = given(&[
        BICEP,
        ("infra/main.staging.bicepparam", "using './main.bicep'\n\nparam heat = '180'\n"),
        (
            "infra/params/production.parameters.json",
            "{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\",\n  \"contentVersion\": \"1.0.0.0\",\n  \
             \"parameters\": {\n    \"heat\": {\"value\": \"240\"},\n    \"level\": {\"value\": \"warn\"}\n  }\n}\n",
        ),
    ]);
    for wanted in [
        "production LOG_LEVEL=warn infra/params/production.parameters.json:6",
        "production OVEN_HEAT=240 infra/params/production.parameters.json:5",
        "* LOG_LEVEL=info infra/main.bicep:14",
        "staging OVEN_HEAT=180 infra/main.staging.bicepparam:3",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:#?}");
    }
}

#[test]
fn the_workspace_of_terraform_chooses() {
    let locals = "locals {\n  heats = {\n    staging    = \"180\"\n    production = \"240\"\n  }\n  shops = {\n    staging    = { level = \"debug\" }\n    \
         production = { level = \"warn\" }\n  }\n}\n";
    let function = "resource \"aws_lambda_function\" \"oven\" {\n  function_name = \"oven\"\n  environment {\n    variables = {\n      OVEN_HEAT = \
         lookup(local.heats, terraform.workspace, \"200\")\n      LOG_LEVEL = local.shops[terraform.workspace].level\n    }\n  }\n}\n";
    let found = given(&[("locals.tf", locals), ("main.tf", function)]);
    assert_eq!(
        found,
        [
            "production LOG_LEVEL=warn locals.tf:8",
            "production OVEN_HEAT=240 locals.tf:4",
            "staging LOG_LEVEL=debug locals.tf:7",
            "staging OVEN_HEAT=180 locals.tf:3",
        ]
    );
}

#[test]
fn a_name_for_what_the_workspace_chooses_leads_into_it() {
    let locals = "locals {\n  shops = {\n    staging    = { oven = { heat = \"180\" } }\n    production = { oven = { heat = \"240\" } }\n  }\n  \
         cfg  = local.shops[terraform.workspace]\n  heat = local.shops[terraform.workspace].oven.heat\n  other = local.cfg.oven.lamp\n}\n";
    let function = "resource \"aws_lambda_function\" \"oven\" {\n  function_name = \"oven\"\n  environment {\n    variables = {\n      OVEN_HEAT = \
         local.cfg.oven[\"heat\"]\n      MILL_HEAT = local.heat\n      LAMP = local.cfg.oven.lamp\n    }\n  }\n}\n";
    let found = given(&[("locals.tf", locals), ("main.tf", function)]);
    for wanted in [
        "production MILL_HEAT=240 locals.tf:4",
        "production OVEN_HEAT=240 locals.tf:4",
        "staging MILL_HEAT=180 locals.tf:3",
        "staging OVEN_HEAT=180 locals.tf:3",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:#?}");
    }
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_container_that_a_script_starts_gets_its_options() {
    let script = "docker run -d --rm --name oven -e OVEN_HEAT=240 \\\n  --env LOG_LEVEL=warn --env-file production.env registry.bakery.example/oven:1 \
         serve -e NOT=1\ndocker run -e POSTGRES_DB=oven postgres:16\n";
    let found = given(&[
        ("deploy-production.sh", script),
        ("production.env", "SHELF=3\n"),
        ("staging.env", "SHELF=3\n"),
    ]);
    for wanted in ["OVEN_HEAT=240", "LOG_LEVEL=warn"] {
        let line = format!("production {wanted} deploy-production.sh:");
        assert!(found.iter().any(|one| one.starts_with(&line)), "{wanted}: {found:#?}");
    }
    assert!(!found.iter().any(|one| one.contains("NOT=")), "{found:#?}");
    let dead = Project::of(&[OVEN, ("deploy-production.sh", script)]).run(&["check"]);
    assert!(!dead.stdout.contains("POSTGRES_DB"), "{}", dead.stdout);
}

#[test]
fn settings_of_dynaconf_are_called_as_code_asks_for_them() {
    let code = "from dynaconf import Dynaconf\n\nsettings = Dynaconf(settings_files=[\"settings.toml\"], environments=True)\n\n\ndef teams():\n    \
         return settings.person.teams\n";
    let file = "[default]\ndynaconf_merge = true\nperson__teams = [\"red\"]\n\n[production]\nperson__teams = [\"blue\"]\n";
    let project = Project::of(&[("app.py", code), ("settings.toml", file)]);
    let said = project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(!said.contains("dead-key"), "{said}");
    let said = project.run(&["explain", "person.teams"]).stdout;
    assert!(said.contains("settings.toml:6"), "{said}");
}

#[test]
fn a_file_of_one_environment_may_hold_its_block() {
    let code = "from dynaconf import Dynaconf\n\nsettings = Dynaconf(settings_files=[\"config/default.toml\", \"config/production.toml\"], \
                environments=True)\n\n\ndef heat():\n    return settings.oven.heat\n";
    let project = Project::of(&[
        ("app.py", code),
        ("config/default.toml", "[default.oven]\nheat = 180\n"),
        (
            "config/production.toml",
            "[production]\ndynaconf_merge = true\n\n[production.oven]\nheat = 240\n",
        ),
        ("config/staging.toml", "[staging]\ndebug = true\n"),
    ]);
    let said = project.run(&["explain", "oven.heat"]).stdout;
    let line = |name: &str| said.lines().find(|line| line.contains(name)).unwrap_or("").to_owned();
    assert!(line("production").contains("240"), "{said}");
    assert!(line("staging").contains("180"), "{said}");
}

/// Whole maps that the workspace chooses: each environment has what its own map has, and no more.
#[test]
fn the_workspace_chooses_whole_maps() {
    let function = |name: &str, variables: &str| {
        format!(
            "resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  environment {{\n    \
             variables = {variables}\n  }}\n}}\n"
        )
    };
    let main = [
        "locals {\n  ovens = {\n    production = { OVEN_HEAT = \"240\", OVEN_RACKS = \"6\" }\n    \
         staging    = { OVEN_HEAT = \"180\" }\n  }\n}\nvariable \"mills\" {\n  default = {\n    \
         production = { MILL_SPEED = \"9\" }\n    staging = { MILL_SPEED = \"3\" }\n  }\n}\n"
            .to_owned(),
        function("oven", "local.ovens[terraform.workspace]"),
        function("mill", "merge(lookup(var.mills, terraform.workspace), { MILL_NAME = \"rye\" })"),
    ]
    .concat();
    let project = Project::of(&[("main.tf", &main)]);
    let facts = project.run(&["facts"]).exits(0).stdout;
    let mut found: Vec<String> = facts
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|fact| fact["fact"] == "definition" && fact["workload"].is_string())
        .map(|fact| {
            format!("{} {}={}", fact["environment"], fact["key"], fact["value"]).replace('"', "")
        })
        .collect();
    found.sort();
    let wanted = [
        "* MILL_NAME=rye",
        "production MILL_SPEED=9",
        "production OVEN_HEAT=240",
        "production OVEN_RACKS=6",
        "staging MILL_SPEED=3",
        "staging OVEN_HEAT=180",
    ];
    assert_eq!(found, wanted);
}

/// A module that keeps an object for each environment: each is a module that is called once for it.
const OBJECTS: [(&str, &str); 7] = [
    (
        "infra/shop/config/main.tf",
        "locals {\n  environment_configs = {\n    staging    = module.staging_config\n    production = module.production_config\n    infra-staging = module.infra_config\n    kiosk = module.kiosk_config\n  }\n}\noutput \
         \"environment_configs\" {\n  value = local.environment_configs\n}\n",
    ),
    (
        "infra/shop/config/staging.tf",
        "module \"staging_config\" {\n  source = \"./one\"\n  level = \"debug\"\n  more = { OVEN_HEAT = \"180\" }\n}\n",
    ),
    (
        "infra/shop/config/production.tf",
        "module \"production_config\" {\n  source = \"./one\"\n  more = { SHOP_HOST = \"shop.example\" }\n}\n",
    ),
    (
        "infra/shop/config/infra.tf",
        "module \"infra_config\" {\n  source = \"./one\"\n  more = { OVEN_HEAT = \"60\" }\n}\n",
    ),
    (
        "infra/shop/config/kiosk.tf",
        "module \"kiosk_config\" {\n  source = \"./one\"\n  more = { OVEN_HEAT = \"90\" }\n}\n",
    ),
    (
        "infra/shop/config/one/main.tf",
        "variable \"level\" {\n  default = \"warn\"\n}\nvariable \"more\" {}\nlocals {\n  all = { OVEN_HEAT = \"240\" }\n}\noutput \"service\" {\n  \
         value = {\n    level = var.level\n    variables = merge(local.all, var.more)\n  }\n}\n",
    ),
    (
        "infra/modules/service/main.tf",
        "variable \"variables\" {}\nvariable \"level\" {}\nresource \"aws_lambda_function\" \"oven\" {\n  function_name = \"oven\"\n  \
         environment {\n    variables = merge({ LOG_LEVEL = var.level }, var.variables)\n  }\n}\n",
    ),
];

#[test]
fn an_object_of_a_module_is_chosen_by_the_environment() {
    let service = "variable \"environment_name\" {}\nmodule \"app_config\" {\n  source = \"../config\"\n}\nlocals {\n  environment_config = \
                   module.app_config.environment_configs[var.environment_name]\n  service_config = local.environment_config.service\n}\nmodule \
                   \"service\" {\n  source = \"../../modules/service\"\n  level = local.service_config.level\n  variables = merge({ SHELF = \"3\" }, \
                   local.service_config.variables)\n}\n";
    let mut files = OBJECTS.to_vec();
    files.push(("infra/shop/service/main.tf", service));
    let found = given(&files);
    assert_eq!(
        found,
        [
            "* SHELF=3 infra/shop/service/main.tf:12",
            "infra-staging OVEN_HEAT=60 infra/shop/config/infra.tf:3",
            "kiosk OVEN_HEAT=90 infra/shop/config/kiosk.tf:3",
            "production OVEN_HEAT=240 infra/shop/config/one/main.tf:6",
            "production SHOP_HOST=shop.example infra/shop/config/production.tf:3",
            "staging OVEN_HEAT=180 infra/shop/config/staging.tf:4",
        ]
    );
    // What nothing that names the environment chooses is nobody's.
    let other = service.replace("var.environment_name", "var.region");
    files[OBJECTS.len()].1 = &other;
    let found = given(&files);
    assert!(!found.iter().any(|one| one.contains("OVEN_HEAT")), "{found:#?}");
}

/// A folder of modules that each environment has by a link is read where it is, and called from there. What a call gives wins
/// over the default, though nobody can work it out.
#[cfg(unix)]
#[test]
fn modules_behind_links_are_called_by_every_environment() {
    let call = |heat: &str| {
        format!("module \"oven\" {{\n  source = \"./modules/oven\"\n  heat   = {heat}\n}}\n")
    };
    let oven = "variable \"heat\" {\n  default = \"\"\n}\nresource \"aws_ecs_task_definition\" \"oven\" {\n  container_definitions = <<EOF\n[{\n  \
                \"name\": \"oven\",\n  \"environment\": [{\"name\": \"OVEN_HEAT\", \"value\": \"${var.heat}\"}]\n}]\nEOF\n}\n";
    let project = Project::of(&[
        ("oven.py", "import os\nHEAT = os.environ[\"OVEN_HEAT\"]\n"),
        ("deploy/envs/staging/main.tf", &call("\"180\"")),
        ("deploy/envs/production/main.tf", &call("\"220\"")),
        ("deploy/envs/sandbox/main.tf", &call("\"${var.stack}-heat\"")),
        ("deploy/modules/oven/main.tf", oven),
    ]);
    for environment in ["staging", "production", "sandbox"] {
        let link = project.root().join("deploy/envs").join(environment).join("modules");
        std::os::unix::fs::symlink("../../modules", link).unwrap();
    }
    for (environment, heat) in [
        ("staging", "\"180\""),
        ("production", "\"220\""),
        ("sandbox", "\"${var.stack}-heat\" (reference)"),
    ] {
        let said = project.run(&["explain", "OVEN_HEAT", "--env", environment]).exits(0).stdout;
        let line = said.lines().find(|line| line.trim_start().starts_with(environment));
        assert!(line.is_some_and(|line| line.contains(heat)), "{environment}: {said}");
    }
}

/// A file of containers that a module of Terraform fills in is where the module is.
#[test]
fn containers_beside_a_module_are_of_its_environments() {
    let call = |stage: &str| {
        format!(
            "module \"oven\" {{\n  source = \"../../modules/oven\"\n  stage  = \"{stage}\"\n}}\n"
        )
    };
    let module = "variable \"stage\" {}\nlocals {\n  job = yamldecode(templatefile(\"${path.module}/job.yml\", { stage = var.stage }))\n}\nresource \
                  \"aws_batch_job_definition\" \"oven\" {\n  container_properties = jsonencode(local.job)\n}\n";
    let job = "image: bakery/oven\nenvironment:\n  - name: OVEN_HEAT\n    value: \"180\"\n  - name: STAGE\n    value: \"${stage}\"\nvcpus: 1\n";
    let found = given(&[
        OVEN,
        ("deploy/envs/staging/main.tf", &call("staging")),
        ("deploy/envs/production/main.tf", &call("production")),
        ("deploy/modules/oven/main.tf", module),
        ("deploy/modules/oven/job.yml", job),
    ]);
    let heats: Vec<_> = found.iter().filter(|line| line.contains("OVEN_HEAT")).collect();
    assert_eq!(heats, ["* OVEN_HEAT=180 deploy/modules/oven/job.yml:3"], "{found:?}");
}

#[test]
fn of_maps_laid_over_one_another_the_last_wins() {
    let function = |name: &str, maps: &str| {
        format!(
            "resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  environment {{\n    variables = \
             {maps}\n  }}\n}}\n"
        )
    };
    let main = "variable \"shared\" {\n  type = map(string)\n}\n".to_owned()
        + &function("oven", "merge(var.shared, { OVEN_HEAT = \"220\" })")
        + &function("till", "merge({ OVEN_HEAT = \"220\" }, var.shared)")
        + &function("shop", "var.shared");
    let project = Project::of(&[
        OVEN,
        ("main.tf", main.as_str()),
        ("production.tfvars", "shared = {\n  OVEN_HEAT = \"180\"\n}\n"),
    ]);
    let run = project.run(&["explain", "OVEN_HEAT", "--env", "production", "--format", "json"]);
    assert_eq!(run.explained(), ["oven=220 over 1", "shop=180 over 0", "till=180 over 1"]);
}
