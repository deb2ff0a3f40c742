//! Keys that platforms give by themselves: missing nowhere on them, and missing elsewhere.

use crate::support::Project;

const CODE: (&str, &str) = (
    "bakery/app.py",
    "import os\n\nREGION = os.environ[\"AWS_REGION\"]\nHEAT = os.environ[\"OVEN_HEAT\"]\nSIZE = os.environ[\"OVEN_SIZE\"]\n",
);
const PACKAGE: (&str, &str) = ("bakery/pyproject.toml", "[project]\nname = \"bakery\"\n");

/// What `check` finds missing at medium confidence and up.
fn missing(files: &[(&str, &str)]) -> String {
    let all: Vec<(&str, &str)> = [CODE, PACKAGE].iter().chain(files).copied().collect();
    let run =
        Project::of(&all).run(&["check", "--min-confidence", "low", "--rule", "missing-required"]);
    let named = run.stdout.lines().filter(|line| line.contains("missing-required"));
    named.filter_map(|line| line.split('`').nth(1)).collect::<Vec<_>>().join(" ")
}

fn variables(more: &str) -> String {
    format!(
        "{{name = \"OVEN_HEAT\", value = \"240\"}}, {{name = \"OVEN_SIZE\", value = \"2\"}}{more}"
    )
}

#[test]
fn tasks_and_functions_know_their_region() {
    let task = format!(
        "resource \"aws_ecs_task_definition\" \"bakery\" {{\n  family = \"bakery\"\n  container_definitions = jsonencode([{{\n    name = \"bakery\"\n    \
         environment = [{}]\n  }}])\n}}\n",
        variables("")
    );
    assert_eq!(missing(&[("infra/production/main.tf", &task)]), "");
    let function = "resource \"aws_lambda_function\" \"bakery\" {\n  function_name = \"bakery\"\n  environment {\n    variables = {\n      OVEN_HEAT = \"240\"\n      \
                    OVEN_SIZE = \"2\"\n    }\n  }\n}\n";
    assert_eq!(missing(&[("infra/production/main.tf", function)]), "");
    let template = "Resources:\n  Bakery:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n        Variables: {OVEN_HEAT: 240, OVEN_SIZE: 2}\n";
    assert_eq!(missing(&[("infra/production.yaml", template)]), "");
}

#[test]
fn what_runs_elsewhere_must_be_given_its_region() {
    let deployment = "resource \"kubernetes_deployment\" \"bakery\" {\n  metadata {\n    name = \"bakery\"\n  }\n  spec {\n    template {\n      spec {\n        \
                      container {\n          name = \"bakery\"\n          env {\n            name = \"OVEN_HEAT\"\n            value = \"240\"\n          }\n          \
                      env {\n            name = \"OVEN_SIZE\"\n            value = \"2\"\n          }\n        }\n      }\n    }\n  }\n}\n";
    assert_eq!(missing(&[("infra/production/main.tf", deployment)]), "AWS_REGION");
}

#[test]
fn nobody_knows_where_a_module_that_is_not_here_runs_its_code() {
    let call = "module \"bakery\" {\n  source = \"git::https://example.com/modules.git//service\"\n  name = \"bakery\"\n  environment_variables = {\n    \
                OVEN_HEAT = \"240\"\n    OVEN_SIZE = \"2\"\n  }\n}\n";
    assert_eq!(missing(&[("infra/production/main.tf", call)]), "");
}

#[test]
fn explain_says_which_platform_gives_a_key() {
    let task = format!(
        "resource \"aws_ecs_task_definition\" \"bakery\" {{\n  family = \"bakery\"\n  container_definitions = jsonencode([{{\n    name = \"bakery\"\n    \
         environment = [{}]\n  }}])\n}}\n",
        variables("")
    );
    let files = [CODE, PACKAGE, ("infra/production/main.tf", &*task)];
    let told = Project::of(&files).run(&["explain", "AWS_REGION"]).exits(0).stdout;
    assert!(told.contains("`Amazon ECS` gives it by itself"), "{told}");
}
