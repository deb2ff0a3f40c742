//! Terragrunt and ExternalSecrets: what one file says and another means.

use crate::support::{Project, Run};

fn definitions(run: &Run) -> Vec<String> {
    let facts = run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok());
    let defined = facts.filter(|fact: &serde_json::Value| fact["fact"] == "definition");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let one = |fact: serde_json::Value| {
        let (place, key) = (text(&fact["environment"]), text(&fact["key"]));
        format!("{place} {key}={} {}:{}", text(&fact["value"]), text(&fact["path"]), fact["line"])
    };
    defined.map(one).collect()
}

/// Two environments that run one module; the level of the log stands in a file of each that the common root reads.
#[test]
fn units_of_terragrunt_hand_values_to_modules() {
    let unit = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\n\nterraform {\n  source = \"${get_repo_root()}/modules//board\"\n}\n\ninputs = {\n  tracks = 4\n}\n";
    let project = Project::of(&[
        (
            "modules/board/main.tf",
            "variable \"log_level\" {}\nvariable \"tracks\" {}\n\nresource \"aws_lambda_function\" \"board\" {\n  function_name = \"board\"\n  environment {\n    variables = {\n      LOG_LEVEL   = var.log_level\n      TRACK_COUNT = var.tracks\n    }\n  }\n}\n",
        ),
        (
            "live/root.hcl",
            "locals {\n  env = read_terragrunt_config(find_in_parent_folders(\"env.hcl\"))\n}\n\ninputs = {\n  log_level = local.env.locals.log_level\n}\n",
        ),
        ("live/staging/env.hcl", "locals {\n  log_level = \"debug\"\n}\n"),
        ("live/staging/board/terragrunt.hcl", unit),
        ("live/production/env.hcl", "locals {\n  log_level = \"warning\"\n}\n"),
        ("live/production/board/terragrunt.hcl", unit),
        (
            "board.py",
            "import os\n\nLEVEL = os.environ[\"LOG_LEVEL\"]\nTRACKS = os.environ[\"TRACK_COUNT\"]\n",
        ),
    ]);
    let found = definitions(&project.run(&["facts"]).exits(0));
    for wanted in [
        "staging LOG_LEVEL=debug live/staging/env.hcl:2",
        "production LOG_LEVEL=warning live/production/env.hcl:2",
        "staging TRACK_COUNT=4 live/staging/board/terragrunt.hcl:10",
        "production TRACK_COUNT=4 live/production/board/terragrunt.hcl:10",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:#?}");
    }
}

/// Units that run a module of another repository: their variables stand in a file of each environment, an output of another unit
/// gives more.
#[test]
fn units_hand_variables_to_modules_of_others() {
    let unit = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\n\nterraform {\n  source = \"git::https://git.example/modules/ecs\"\n}\n\nlocals {\n  stage  = read_terragrunt_config(find_in_parent_folders(\"stage.hcl\"))\n  common = read_terragrunt_config(find_in_parent_folders(\"variables.hcl\"))\n}\n\ndependency \"db\" {\n  config_path = \"../db\"\n}\n\ninputs = {\n  deployment_environment = local.stage.locals.name\n  container_envvars = merge(\n    dependency.db.outputs.variables,\n    local.common.locals.envs,\n    { OVEN_COUNT = \"4\" }\n  )\n}\n";
    let variables = |heat: &str| {
        format!(
            "locals {{\n  envs = {{\n    OVEN_HEAT = \"{heat}\"\n    OVEN_MOTTO = get_env(\"OVEN_MOTTO\", \"warm\")\n  }}\n}}\n"
        )
    };
    let (staging, production) = (variables("180"), variables("220"));
    let project = Project::of(&[
        ("live/root.hcl", "locals {\n  region = \"eu\"\n}\n"),
        ("live/staging/stage.hcl", "locals {\n  name = \"staging\"\n}\n"),
        ("live/staging/variables.hcl", &staging),
        ("live/staging/oven/terragrunt.hcl", unit),
        ("live/production/stage.hcl", "locals {\n  name = \"production\"\n}\n"),
        ("live/production/variables.hcl", &production),
        ("live/production/oven/terragrunt.hcl", unit),
        (
            "oven.py",
            "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\nMOTTO = os.environ[\"OVEN_MOTTO\"]\nCOUNT = os.environ[\"OVEN_COUNT\"]\nDATABASE = os.environ[\"OVEN_DATABASE\"]\n",
        ),
    ]);
    let found = definitions(&project.run(&["facts"]).exits(0));
    for wanted in [
        "staging OVEN_HEAT=180 live/staging/variables.hcl:3",
        "production OVEN_HEAT=220 live/production/variables.hcl:3",
        "production OVEN_MOTTO=get_env(\"OVEN_MOTTO\", \"warm\") live/production/variables.hcl:4",
        "production OVEN_COUNT=4 live/production/oven/terragrunt.hcl:23",
    ] {
        assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:#?}");
    }
    assert_eq!(found.len(), 6, "{found:#?}");
    let told = project.run(&["check", "--no-history"]).stdout;
    assert!(!told.contains("OVEN_DATABASE"), "what another unit gives is not seen: {told}");
}

/// The root reads a file beside the folder of each unit and hands on one of its inputs; a parameter holds a line for a start script.
#[test]
fn inputs_of_a_file_beside_the_units_and_lines_in_parameters_are_read() {
    let unit = "include {\n  path = find_in_parent_folders()\n}\n\nterraform {\n  source = \"../../../modules//board\"\n}\n";
    let project = Project::of(&[
        (
            "modules/board/main.tf",
            "variable \"hall\" {}\nvariable \"token\" {\n  sensitive = true\n}\n\nresource \"aws_lambda_function\" \"board\" {\n  function_name = \"board\"\n  environment {\n    variables = {\n      HALL = \"https://${var.hall}/\"\n    }\n  }\n}\n\nresource \"aws_ssm_parameter\" \"token\" {\n  name  = \"board_token\"\n  type  = \"SecureString\"\n  value = \"BOARD_TOKEN=${var.token}\" # turned in May\n}\n",
        ),
        (
            "live/terragrunt.hcl",
            "locals {\n  vars = read_terragrunt_config(\"../env_vars.hcl\")\n}\n\ninputs = {\n  hall = \"${local.vars.inputs.hall}\"\n}\n",
        ),
        ("live/staging/env_vars.hcl", "inputs = {\n  hall = \"trial.example\"\n}\n"),
        ("live/staging/board/terragrunt.hcl", unit),
        ("live/production/env_vars.hcl", "inputs = {\n  hall = \"hall.example\"\n}\n"),
        ("live/production/board/terragrunt.hcl", unit),
        (
            "board.py",
            "import os\n\nHALL = os.environ[\"HALL\"]\nTOKEN = os.environ[\"BOARD_TOKEN\"]\n",
        ),
    ]);
    let explain = project.run(&["explain", "HALL"]).stdout;
    for wanted in ["https://trial.example/", "https://hall.example/"] {
        assert!(explain.contains(wanted), "{wanted}: {explain}");
    }
    let found = project.run(&["check", "--format", "json"]).json()["findings"].to_string();
    assert!(!found.contains("BOARD_TOKEN"), "{found}");
}

/// A bakery whose Secret is fetched from a store; `item` is what it asks for.
fn bakery(item: &str, store: (&str, &str)) -> Run {
    bakery_of(item, &[store])
}

fn bakery_of(item: &str, stores: &[(&str, &str)]) -> Run {
    let secret = format!(
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: oven}}\nspec:\n  target: {{name: oven}}\n  data:\n    - secretKey: OVEN_TOKEN\n      remoteRef: {{{item}}}\n"
    );
    let mut files = vec![
        ("deploy/production/secret.yaml", secret.as_str()),
        ("oven.py", "import os\n\nTOKEN = os.environ[\"OVEN_TOKEN\"]\n"),
    ];
    files.extend(stores);
    Project::of(&files).run(&["check", "--format", "json", "--rule", "unresolved-reference"])
}

const SECRET: (&str, &str) = (
    "infra/secrets.tf",
    "resource \"aws_secretsmanager_secret\" \"oven\" {\n  name = \"production/oven\"\n}\n\nresource \"aws_secretsmanager_secret_version\" \"oven\" {\n  secret_id     = aws_secretsmanager_secret.oven.id\n  secret_string = jsonencode({ token = var.token, door = \"left\" })\n}\n",
);
const LISTING: (&str, &str) = (
    "exports/parameters.json",
    "{\"Parameters\": [{\"Name\": \"/production/oven/token\", \"Type\": \"SecureString\", \"Value\": \"x7\"}]}",
);

fn messages(run: &Run) -> Vec<String> {
    let found = run.json()["findings"].as_array().cloned().unwrap_or_default();
    found.iter().map(|one| one["message"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_store_in_the_tree_answers_or_lacks_what_a_secret_asks_for() {
    let silent = [] as [&str; 0];
    assert_eq!(messages(&bakery("key: production/oven, property: token", SECRET)), silent);
    assert_eq!(messages(&bakery("key: /production/oven/token", LISTING)), silent);
    let lacking = bakery("key: production/oven, property: pin", SECRET);
    let wanted =
        "`OVEN_TOKEN` takes `pin` from the secret `production/oven`, which does not have it";
    assert_eq!(messages(&lacking), [wanted]);
    let lacking = bakery("key: /production/oven/pin", LISTING);
    let wanted = "`OVEN_TOKEN` takes `/production/oven/pin` from a store that does not have it";
    assert_eq!(messages(&lacking), [wanted]);
}

#[test]
fn a_store_that_the_tree_does_not_have_is_unknown() {
    let silent = [] as [&str; 0];
    assert_eq!(messages(&bakery("key: production/till, property: token", SECRET)), silent);
    assert_eq!(messages(&bakery("key: /production/till/token", LISTING)), silent);
}

#[test]
fn a_store_of_another_environment_says_nothing() {
    let silent = [] as [&str; 0];
    let listing = LISTING.1.replace("/production", "");
    let staging = ("exports/staging/parameters.json", listing.as_str());
    let deploys = ("deploy/staging/oven.env", "HEAT=1\n");
    let run = bakery_of("key: /oven/pin", &[staging, deploys]);
    assert_eq!(messages(&run), silent);
    let own = ("exports/production/parameters.json", listing.as_str());
    let lacking = bakery_of("key: /oven/pin", &[own, deploys]);
    assert_eq!(
        messages(&lacking),
        ["`OVEN_TOKEN` takes `/oven/pin` from a store that does not have it"]
    );
}

/// A text of a secret that the tree does not show may hold the key, and is not the value of it.
#[test]
fn a_text_that_is_not_shown_may_hold_the_key() {
    let silent = [] as [&str; 0];
    let hidden = (
        SECRET.0,
        "resource \"aws_secretsmanager_secret\" \"oven\" {\n  name = \"production/oven\"\n}\n",
    );
    assert_eq!(messages(&bakery("key: production/oven, property: pin", hidden)), silent);
}

/// Ansible's own order: an outer group before the groups in it, hosts of the inventory between files of groups and of hosts.
#[test]
fn variables_of_ansible_are_told_in_its_order() {
    let project = Project::of(&[
        (
            "inventories/production/hosts",
            "[ovens]\noven1 rack=line heat=line\noven2\n\n[ovens:vars]\nheat=inner\n\n[bakery:children]\novens\n\n\
             [bakery:vars]\nheat=outer\n",
        ),
        ("inventories/production/group_vars/all.yml", "heat: all\n"),
        ("inventories/production/group_vars/ovens.yml", "heat: group\n"),
        ("inventories/production/host_vars/oven1.yml", "heat: host\n"),
        ("roles/oven/defaults/main.yml", "heat: default\n"),
        ("roles/oven/vars/main.yml", "heat: role\n"),
        ("site.yml", "- hosts: ovens\n  vars:\n    heat: play\n  roles: [oven]\n"),
        ("deploy/production.env", "OVEN=1\n"),
        ("deploy/staging.env", "OVEN=1\n"),
    ]);
    let arguments = ["explain", "heat", "--env", "production", "--format", "json", "--no-history"];
    let json = project.run(&arguments).exits(0).json();
    let given = json["keys"][0]["environments"][0]["tools"].as_array().cloned().unwrap_or_default();
    let values: Vec<_> = given.iter().map(|one| one["value"].as_str().unwrap_or("-")).collect();
    let order = ["role", "play", "host", "line", "group", "all", "inner", "outer", "default"];
    assert_eq!(values, order);
}

/// What only a key opens is unknown: settings of Rails and .NET, all of Laravel; Symfony's vault shows its names.
#[test]
fn what_only_a_key_opens_is_unknown() {
    let project = Project::of(&[
        ("config/ovens.yml", "production:\n  heat: 240\nstaging:\n  heat: 180\n  mill: rye\n"),
        ("config/credentials/production.yml.enc", "q8FzT1mW0pVb--k3Rr7yQ==--Zc0sNw==\n"),
        (".env.production", "OVEN_URL=http://oven\n"),
        (".env.staging", "OVEN_URL=http://oven\nMILL_URL=http://mill\n"),
        ("config/secrets/production/production.MILL_TOKEN.a1b2c3.php", "<?php return 'x';\n"),
    ]);
    let presence = |key: &str| {
        let arguments = ["explain", key, "--env", "production", "--format", "json", "--no-history"];
        let json = project.run(&arguments).exits(0).json();
        let found = json["keys"][0]["environments"][0].clone();
        (found["presence"].as_str().unwrap_or("-").to_owned(), found["values"][0].to_string())
    };
    assert_eq!(presence("mill").0, "unknown");
    // Credentials of Rails are no variables.
    assert_eq!(presence("MILL_URL").0, "absent");
    let (token, value) = presence("MILL_TOKEN");
    assert!(token == "set" && value.contains("encrypted"), "{token} {value}");
    project.write(".env.production.encrypted", b"eyJpdiI6ImQ4bXdOU1E9PSJ9\n");
    assert_eq!(presence("MILL_URL").0, "unknown");
    let run = project.run(&["check", "--format", "json"]).exits(0);
    assert_eq!(run.json()["diagnostics"], serde_json::json!([]));
}

/// A file of variables that a machine writes: what it has is not missing, and who else takes it is not known, so it is not dead.
#[test]
fn what_a_machine_writes_is_neither_missing_nor_dead() {
    let template = |name: &str| {
        format!(
            "Resources:\n  Machine:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: !Sub |\n          \
             #cloud-config\n          write_files:\n            - path: /opt/oven.env\n              content: |\n                \
             {name}=${{Queue}}\n                cookiename=rye\n"
        )
    };
    let said = |name: &str| {
        let template = template(name);
        let project = Project::of(&[
            (
                "oven.py",
                "import os\n\nQUEUE = os.environ[\"OVEN_QUEUE\"]\nHEAT = os.environ[\"OVEN_HEAT\"]\n",
            ),
            ("deploy/production.env", "OVEN_HEAT=240\n"),
            ("deploy/staging.env", "OVEN_HEAT=180\nOVEN_QUEUE=ovens\n"),
            ("cloudformation/production.yml", template.as_str()),
        ]);
        let json = project.run(&["check", "--format", "json", "--min-confidence", "low"]).json();
        let all = json["findings"].as_array().cloned().unwrap_or_default();
        let row = |one: &serde_json::Value| format!("{} {}", one["rule"], one["key"]);
        all.iter().map(row).filter(|row| !row.contains("OVEN_HEAT")).collect::<Vec<_>>()
    };
    assert_eq!(said("OVEN_QUEUE"), [] as [&str; 0]);
    assert_eq!(said("MILL_QUEUE"), ["\"missing-required\" \"OVEN_QUEUE\""]);
}

#[test]
fn lines_of_a_parameter_show_no_secret() {
    let lines =
        "DB_PASSWORD=hunter2Secret99\nOVEN_URL=postgres://oven:s3cr3tpw9@db/x\nOVEN_HEAT=180\n";
    let parameter = format!(
        "resource \"aws_ssm_parameter\" \"env\" {{\n  name  = \"/production/oven/env\"\n  type  = \"String\"\n  value = <<EOT\n{lines}EOT\n}}\n"
    );
    let code = "import os\n\nA = os.environ[\"DB_PASSWORD\"]\nB = os.environ[\"OVEN_URL\"]\nC = os.environ[\"OVEN_HEAT\"]\n";
    let project = Project::of(&[("oven.py", code), ("infra/main.tf", parameter.as_str())]);
    let mut shown = project.run(&["facts"]).stdout;
    for key in ["DB_PASSWORD", "OVEN_URL", "OVEN_HEAT"] {
        shown += &project.run(&["explain", key]).stdout;
    }
    shown += &project.run(&["check", "--min-confidence", "low"]).stdout;
    assert!(shown.contains("180"), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("s3cr3tpw9"), "{shown}");
}

#[test]
fn an_object_that_parameters_name_is_another_in_another_template() {
    let secret = "- apiVersion: v1\n  kind: Secret\n  metadata: {name: \"${NAME}-secret\"}\n  stringData: {heat: \"180\"}\n";
    let taker = "- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: oven}\n  spec:\n    template:\n      spec:\n        containers:\n        - name: oven\n          image: bakery/oven\n          env:\n          - name: OVEN_RACK\n            valueFrom:\n              secretKeyRef: {name: \"${NAME}-secret\", key: rack}\n";
    let template = |objects: &str| {
        format!(
            "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {{name: bakery}}\nobjects:\n{objects}"
        )
    };
    let said = |files: &[(&str, &str)]| {
        let run = Project::of(files).run(&["check", "--min-confidence", "low"]);
        run.stdout.contains("takes `rack` from the Secret")
    };
    let (both, own, other) =
        (template(&format!("{secret}{taker}")), template(secret), template(taker));
    let code = ("oven.py", "import os\n\nRACK = os.environ[\"OVEN_RACK\"]\n");
    assert!(said(&[code, ("openshift/oven.yaml", &both)]));
    assert!(!said(&[code, ("openshift/hall.yaml", &own), ("openshift/oven.yaml", &other)]));
}
