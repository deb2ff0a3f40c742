//! Keys that a platform sets and an image sets too: told where nothing in the image reads them, and nowhere else.

use crate::support::Project;

const CODE: &str = "import os\nfrom flask import Flask\n\nUNIT = os.environ[\"UNIT\"]\napp = Flask(__name__)\napp.run(port=8080)\n";
const IMAGE: &str = "FROM python:3.14-slim\nCOPY . .\nRUN pip install -r requirements.txt\nENV PORT=8080\nCMD [\"python\", \"scales.py\"]\n";
const COMPOSE: &str = "services:\n  scales:\n    build: scales\n    environment: {UNIT: gram}\n";

/// What is told of `PORT` in a project of one service with other files laid over or beside it.
fn told(others: &[(&str, &str)]) -> Vec<String> {
    let mut files = vec![
        ("scales/scales.py", CODE),
        ("scales/requirements.txt", "flask==3.1.3\n"),
        ("scales/Dockerfile", IMAGE),
        ("compose.production.yaml", COMPOSE),
    ];
    files.retain(|(path, _)| others.iter().all(|(other, _)| other != path));
    files.extend_from_slice(others);
    let args = ["check", "--min-confidence", "low", "--format", "json", "--fail-on", "never"];
    let report = Project::of(&files).run(&args).json();
    let findings = report["findings"].as_array().expect("findings");
    let of_port = findings.iter().filter(|one| one["key"] == "PORT");
    of_port.map(|one| format!("{} {}", one["rule"], one["confidence"]).replace('"', "")).collect()
}

#[test]
fn a_port_that_nothing_in_the_image_reads_is_dead() {
    assert_eq!(told(&[]), ["dead-key medium"]);
    let bound = IMAGE.replace(
        "CMD [\"python\", \"scales.py\"]",
        "ENTRYPOINT [\"python\"]\nCMD [\"-u\", \"scales.py\"]",
    );
    assert_eq!(told(&[("scales/Dockerfile", &bound)]), ["dead-key medium"]);
}

#[test]
fn what_reads_it_by_itself_keeps_it_alive() {
    for packages in
        ["flask\ngunicorn==23\n", "functions_framework\n", "flask\ndash>=3 \\\n  --hash=sha256:0\n"]
    {
        assert!(told(&[("scales/requirements.txt", packages)]).is_empty(), "{packages}");
    }
    let installed = IMAGE.replace("-r requirements.txt", "-r requirements.txt gunicorn");
    assert!(told(&[("scales/Dockerfile", &installed)]).is_empty());
    let above = ("package.json", "{\"dependencies\": {\"next\": \"16\"}}\n");
    assert!(told(&[above]).is_empty(), "a package of the whole");
    let read = CODE.replace("port=8080", "port=os.environ.get(\"PORT\", 8080)");
    assert!(told(&[("scales/scales.py", &read)]).is_empty());
}

#[test]
fn what_may_read_it_keeps_it_alive() {
    for (written, instead) in [
        ("\"scales.py\"", "\"-m\", \"waitress\""),
        ("[\"python\", \"scales.py\"]", "./start"),
        ("[\"python\", \"scales.py\"]", "python scales.py --port $PORT"),
        ("ENV PORT=8080", "ENV PORT=8080\nEXPOSE ${PORT}"),
        ("python:3.14-slim", "bakery.example/python:3"),
        ("python:3.14-slim", "nginx:1.27"),
        ("-r requirements.txt", "-r deps.txt"),
        ("-r requirements.txt", "pipenv"),
    ] {
        let image = IMAGE.replace(written, instead);
        assert_ne!(image, IMAGE);
        assert!(told(&[("scales/Dockerfile", &image)]).is_empty(), "{instead}");
    }
    for packages in
        ["flask\n-e .\n", "flask\n-r more.txt\n", "flask\ngit+https://ovens.example/oven.git\n"]
    {
        assert!(told(&[("scales/requirements.txt", packages)]).is_empty(), "{packages}");
    }
    let broken = ("scales/package.json", "{\"dependencies\": ");
    assert!(told(&[broken]).is_empty(), "a manifest that cannot be read");
    let setup =
        ("scales/setup.py", "from setuptools import setup\nsetup(install_requires=[\"x\"])\n");
    assert!(told(&[setup]).is_empty(), "a manifest that is not read");
    let script = ("scales/run.sh", "python scales.py --port $PORT\n");
    assert!(told(&[script]).is_empty());
    let any = format!("{CODE}print(os.environ[input()])\n");
    assert!(told(&[("scales/scales.py", &any)]).is_empty(), "a name that is not known");
    let policy = ("keydrift.yaml", "consumed_elsewhere: [PORT]\n");
    assert!(told(&[policy]).is_empty());
}

/// Node and Go: what a script starts, and what is compiled, is less sure.
#[test]
fn how_an_image_starts_its_code_tells_how_sure_it_is() {
    let code = "const http = require('http')\nhttp.createServer((q, a) => a.end(process.env.UNIT)).listen(8080)\n";
    let node = |start: &str, needs: &str| {
        let image = format!(
            "FROM node:24 AS build\nCOPY . .\nRUN npm ci\nFROM node:24-slim\nCOPY --from=build /app /app\nENV PORT=8080\nCMD {start}\n"
        );
        let package = format!(
            "{{\"name\": \"scales\", \"scripts\": {{\"start\": \"node server.js\"}}, \"dependencies\": {{{needs}}}}}\n"
        );
        told(&[
            ("scales/scales.py", ""),
            ("scales/requirements.txt", ""),
            ("scales/server.js", code),
            ("scales/package.json", &package),
            ("scales/Dockerfile", &image),
        ])
    };
    let express = "\"express\": \"5\"";
    assert_eq!(node("[\"node\", \"server.js\"]", express), ["dead-key medium"]);
    assert_eq!(node("npm start", express), ["dead-key low"]);
    assert!(node("[\"node\", \"server.js\"]", "\"express\": \"5\", \"next\": \"16\"").is_empty());
    assert!(node("npx something", express).is_empty());
    let main = "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {\n\tprintln(os.Getenv(\"UNIT\"))\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let go = |needs: &str| {
        let module = format!("module bakery.example/scales\n\ngo 1.25\n\nrequire {needs} v1.0.0\n");
        told(&[
            ("scales/scales.py", ""),
            ("scales/requirements.txt", ""),
            ("scales/main.go", main),
            ("scales/go.mod", &module),
            (
                "scales/Dockerfile",
                "FROM golang:1.25 AS build\nCOPY . .\nRUN go build -o /scales .\nFROM gcr.io/distroless/static\nCOPY --from=build /scales /scales\nENV PORT=8080\nENTRYPOINT [\"/scales\"]\n",
            ),
        ])
    };
    assert_eq!(go("github.com/sirupsen/logrus"), ["dead-key low"]);
    assert!(go("github.com/gin-gonic/gin").is_empty(), "`Run()` of Gin asks for it");
}
