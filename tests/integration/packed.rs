//! Charts that lie packed beside the chart that needs them.

use std::io::Read as _;

use crate::support::Project;

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: oven, version: 2.1.0, repository: https://charts.example}\n";

const SHOP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  TITLE: {{ .Values.title | quote }}\n  STREET: {{ .Values.street | quote }}\n";

/// An archive of these files, as `helm package` makes it.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut archive = tar::Builder::new(zipped);
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        // Written as it is: a library refuses to make a path that leaves the folder.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, text.as_bytes()).expect("a member");
    }
    let zipped = archive.into_inner().expect("an archive");
    zipped.finish().expect("it is packed")
}

/// A shop that runs an oven out of a packed chart.
fn shop(archive: &[u8]) -> Project {
    let project = Project::of(&[
        ("deploy/shop/Chart.yaml", CHART),
        ("deploy/shop/values.yaml", "oven:\n  wood: fir\n"),
        (
            "deploy/shop/values-production.yaml",
            "title: Rye\nstreet: Mill\nmotto: fresh\noven:\n  wood: oak\n",
        ),
        ("deploy/shop/templates/shop.yaml", SHOP),
        ("main.py", "import os\nWOOD = os.environ[\"OVEN_WOOD\"]\n"),
        ("Dockerfile", "FROM python:3.13\nCOPY main.py .\nCMD [\"python\", \"main.py\"]\n"),
    ]);
    project.write("deploy/shop/charts/oven-2.1.0.tgz", archive);
    project
}

const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: oven}\nspec:\n  template:\n    spec:\n      containers:\n      - name: oven\n        \
                        image: registry.example/oven\n        env:\n        - {name: OVEN_WOOD, value: {{ .Values.wood | quote }}}\n        \
                        - {name: OVEN_DOOR, value: {{ include \"doors.kind\" . }}}\n";

fn oven() -> Vec<u8> {
    packed(&[
        ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 2.1.0\n"),
        ("oven/values.yaml", "wood: ash\nstale: 1\n"),
        ("oven/templates/deployment.yaml", WORKLOAD),
        ("oven/charts/doors/Chart.yaml", "apiVersion: v2\nname: doors\nversion: 1.0.0\n"),
        ("oven/charts/doors/templates/_kind.tpl", "{{ define \"doors.kind\" }}glass{{ end }}"),
        ("oven/README.md", "An oven.\n"),
    ])
}

#[test]
fn a_packed_chart_runs_with_the_values_of_the_one_that_needs_it() {
    let project = shop(&oven());
    let found = project
        .definitions(|fact| fact["key"].as_str().is_some_and(|key| key.starts_with("OVEN_")));
    let at = "deploy/shop/charts/oven-2.1.0.tgz/templates/deployment.yaml";
    let expected = [
        format!("default OVEN_DOOR=glass {at}:12"),
        format!("default OVEN_WOOD=fir {at}:11"),
        format!("production OVEN_DOOR=glass {at}:12"),
        format!("production OVEN_WOOD=oak {at}:11"),
    ];
    for one in expected.iter().skip(2) {
        assert!(found.contains(one), "{found:#?}");
    }
    let envs = project.run(&["envs"]).exits(0).stdout;
    assert!(!envs.contains("not in the tree"), "{envs}");
}

#[test]
fn what_stands_in_a_packed_chart_is_for_nobody_here_to_mend() {
    let project = shop(&oven());
    let run = project.run(&["check", "--format", "json", "--min-confidence", "low"]);
    let findings = run.json()["findings"].clone();
    let places = |finding: &serde_json::Value| finding["locations"][0]["path"].to_string();
    let all: Vec<String> = findings.as_array().expect("a list").iter().map(places).collect();
    assert!(all.iter().all(|path| !path.contains(".tgz/")), "{all:?}");
    // All charts that take the values are seen: what none of them asks for is dead.
    assert!(findings.to_string().contains("gets `motto`"), "{findings:#}");
}

#[test]
fn an_archive_that_is_none_is_told_and_the_rest_is_read() {
    let whole = oven();
    for (archive, said) in [
        (b"no archive".to_vec(), "it is no packed chart"),
        (whole[..whole.len() / 2].to_vec(), "it ends too early"),
        (Vec::new(), "it ends too early"),
    ] {
        let project = shop(&archive);
        let run = project.run(&["check", "--format", "json"]);
        let told = run.json()["diagnostics"].to_string();
        assert!(told.contains("oven-2.1.0.tgz") && told.contains(said), "{said}: {told}");
        assert_eq!(run.code, 0, "{run:?}");
    }
}

#[test]
fn nothing_leaves_the_folder_of_an_archive_and_bombs_stay_packed() {
    let chart = ("oven/Chart.yaml", "apiVersion: v2\nname: oven\nversion: 2.1.0\n");
    let out = packed(&[chart, ("oven/../../../values-production.yaml", "oven: {wood: stolen}\n")]);
    let found = shop(&out).run(&["facts"]).exits(0).stdout;
    assert!(!found.contains("stolen"), "{found}");

    let zeros = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut archive = tar::Builder::new(zeros);
    let mut header = tar::Header::new_gnu();
    header.set_path("oven/templates/flour.yaml").expect("a path");
    header.set_size(200 << 20);
    header.set_cksum();
    archive.append(&header, std::io::repeat(b' ').take(200 << 20)).expect("a member");
    let bomb = archive.into_inner().expect("an archive").finish().expect("it is packed");
    let told = shop(&bomb).run(&["check", "--format", "json"]).json()["diagnostics"].to_string();
    assert!(told.contains("holds more than is unpacked"), "{told}");
}
