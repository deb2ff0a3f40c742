//! Which code functions of a platform run: what is called in it leads to the file that it starts in.

use crate::support::Project;

/// The lines of `envs` that say what runs.
fn running(files: &[(&str, &str)]) -> Vec<String> {
    let run = Project::of(files).run(&["envs"]).exits(0);
    let lines = run.stdout.lines().filter_map(|line| line.trim().strip_prefix("runs "));
    let mut found: Vec<String> =
        lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    found.dedup();
    found
}

const BAKE: (&str, &str) = (
    "ovens/handlers/bake.py",
    "import os\n\ndef run(event, context):\n    return os.environ[\"OVEN_HEAT\"]\n",
);
const SELL: (&str, &str) = (
    "till/handlers/sell.py",
    "import os\n\ndef run(event, context):\n    return os.environ[\"TILL_COUNT\"]\n",
);
const OVENS: (&str, &str) = ("ovens/pyproject.toml", "[project]\nname = \"ovens\"\n");
const TILL: (&str, &str) = ("till/pyproject.toml", "[project]\nname = \"till\"\n");
const PRODUCTION: (&str, &str) = ("infra/production.tfvars", "heat = 240\n");

const MODULE: (&str, &str) = (
    "infra/modules/lambda/main.tf",
    "variable \"name\" {}\nvariable \"handler\" {}\nvariable \"variables\" {}\nresource \"aws_lambda_function\" \"lambda\" {\n  \
     function_name = \"${terraform.workspace}_${var.name}\"\n  filename = data.archive_file.lambda.output_path\n  handler = var.handler\n  \
     environment {\n    variables = var.variables\n  }\n}\n",
);

#[test]
fn each_call_of_a_module_makes_a_function() {
    let calls = "variable \"heat\" {}\nmodule \"bake-lambda\" {\n  source = \"./modules/lambda\"\n  name = \"Bake\"\n  handler = \"handlers.bake.run\"\n  \
                 variables = { OVEN_HEAT = var.heat }\n}\nmodule \"sell-lambda\" {\n  source = \"./modules/lambda\"\n  name = \"Sell\"\n  \
                 handler = \"handlers.sell.run\"\n  variables = { TILL_COUNT = \"2\" }\n}\n";
    let files = [BAKE, SELL, OVENS, TILL, PRODUCTION, MODULE, ("infra/main.tf", calls)];
    assert_eq!(
        running(&files),
        [
            "Bake ovens it starts in `ovens/handlers/bake.py`",
            "Sell till it starts in `till/handlers/sell.py`",
        ]
    );
    let check = Project::of(&files).run(&["check"]).stdout;
    assert!(check.starts_with("No findings"), "{check}");
    // What one function gets, the code of the other does not.
    let swapped = calls.replace("TILL_COUNT", "TILL_SIZE");
    let swapped = [BAKE, SELL, OVENS, TILL, PRODUCTION, MODULE, ("infra/main.tf", &swapped)];
    let check = Project::of(&swapped).run(&["check"]).stdout;
    assert!(check.contains("TILL_SIZE"), "{check}");
}

#[test]
fn a_resource_says_where_its_code_lies() {
    let direct = "variable \"heat\" {}\ndata \"archive_file\" \"code\" {\n  type = \"zip\"\n  source_dir = \"${path.module}/../ovens/handlers\"\n  \
                  output_path = \"code.zip\"\n}\nresource \"aws_lambda_function\" \"bake\" {\n  function_name = \"bake\"\n  \
                  filename = data.archive_file.code.output_path\n  handler = \"bake.run\"\n  environment {\n    \
                  variables = { OVEN_HEAT = var.heat }\n  }\n}\n";
    let files = [BAKE, SELL, OVENS, TILL, PRODUCTION, ("infra/main.tf", direct)];
    assert_eq!(running(&files), ["bake ovens it starts in `ovens/handlers/bake.py`"]);
    // A name of one word leads nowhere by itself, and neither does one that two files have.
    let open = direct.replace("data.archive_file.code.output_path", "\"code.zip\"");
    let files = [BAKE, SELL, OVENS, TILL, PRODUCTION, ("infra/main.tf", &open)];
    assert_eq!(running(&files), ["bake unknown code nothing says which code it runs"]);
    let beside = ("infra/lambda/bake.py", BAKE.1);
    let files = [beside, SELL, OVENS, TILL, PRODUCTION, ("infra/main.tf", &open)];
    assert_eq!(running(&files), ["bake . it starts in `infra/lambda/bake.py`"]);
    let two = open.replace("bake.run", "handlers.bake.run");
    let other = ("till/handlers/bake.py", SELL.1);
    let files = [BAKE, other, OVENS, TILL, PRODUCTION, ("infra/main.tf", &two)];
    assert_eq!(running(&files), ["bake unknown code nothing says which code it runs"]);
}

#[test]
fn a_template_of_sam_names_what_is_called() {
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Bake:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
                    Handler: ovens.handlers.bake.run\n      Environment:\n        Variables: {OVEN_HEAT: 240}\n";
    let files = [BAKE, OVENS, ("template.yaml", template), ("config/production.env", "OTHER=1\n")];
    assert_eq!(running(&files), ["Bake ovens it starts in `ovens/handlers/bake.py`"]);
}

#[test]
fn serverless_names_the_file_of_a_function() {
    let text = "service: bakery\nprovider: {name: aws, runtime: python3.12}\nfunctions:\n  bake:\n    handler: ovens/handlers/bake.run\n    environment: {OVEN_HEAT: 4}\n  \
                sell:\n    handler: till.handlers.sell.run\n    environment: {TILL_COUNT: 2}\n  made:\n    handler: ${self:custom.handler}\n";
    let files = [BAKE, SELL, OVENS, TILL, ("serverless.yml", text)];
    assert_eq!(
        running(&files),
        [
            "bake ovens it starts in `ovens/handlers/bake.py`",
            "made . it is built from `.`",
            "sell till it starts in `till/handlers/sell.py`",
        ]
    );
    let swapped = text.replace("TILL_COUNT", "TILL_SIZE");
    let swapped = [BAKE, SELL, OVENS, TILL, ("serverless.yml", &*swapped)];
    let check = Project::of(&swapped).run(&["check"]).stdout;
    assert!(check.contains("TILL_SIZE"), "{check}");
}

#[test]
fn a_module_that_each_environment_calls_once_makes_one_function() {
    let call = |heat: u32, handler: &str| {
        format!(
            "module \"bake\" {{\n  source = \"../../modules/baker\"\n  name = \"Bake\"\n  handler = \"{handler}\"\n  variables = {{ OVEN_HEAT = \"{heat}\" }}\n}}\n"
        )
    };
    let told = |other: &str| {
        let (production, staging) = (call(240, "handlers.bake.run"), call(180, other));
        let module = ("infra/modules/baker/main.tf", MODULE.1);
        let files = [BAKE, SELL, OVENS, TILL, module];
        let calls = [
            ("infra/envs/production/main.tf", production.as_str()),
            ("infra/envs/staging/main.tf", staging.as_str()),
        ];
        running(&files.into_iter().chain(calls).collect::<Vec<_>>())
    };
    let found = told("handlers.bake.run");
    assert!(
        found.iter().any(|one| one.ends_with("ovens it starts in `ovens/handlers/bake.py`")),
        "{found:?}"
    );
    let found = told("handlers.sell.run");
    assert!(found.iter().all(|one| !one.contains("it starts in")), "{found:?}");
}
