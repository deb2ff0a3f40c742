//! Source code that nobody writes: a run ends soon, without a panic, and says what it left out.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::Project;

/// Far more than any of these takes; far less than what grows with the square of its size would.
const PATIENCE: Duration = Duration::from_secs(60);

#[track_caller]
fn facts(file: &str, text: &str) -> (usize, String) {
    let project = Project::of(&[(file, text)]);
    let start = Instant::now();
    let run = project.run(&["facts"]);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    assert_eq!(run.code, 0, "{}", run.stderr);
    (run.stdout.lines().count(), run.stderr)
}

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::from("import os\n"), |mut text, at| {
        writeln!(text, "{}", line(at)).expect("a text grows");
        text
    })
}

#[test]
fn deep_expressions_are_cut_with_a_word() {
    let deep =
        format!("import os\nx = {}os.environ['A']{}\n", "(".repeat(20_000), ")".repeat(20_000));
    let (_, said) = facts("a.py", &deep);
    assert!(said.contains("nests too deeply"), "{said}");
    let calls = format!("import os\nx = os.environ['A']{}\n", ".a()".repeat(20_000));
    let (_, said) = facts("a.py", &calls);
    assert!(said.contains("nests too deeply"), "{said}");
    let macros =
        format!("fn f() {{ {}std::env::var(\"A\"){}; }}", "a!(".repeat(300), ")".repeat(300));
    let (_, said) = facts("src/lib.rs", &macros);
    assert!(said.contains("nests too deeply"), "{said}");
}

#[test]
fn circles_of_star_imports_come_to_an_end() {
    let mut files = Vec::new();
    for package in ["cellar", "press", "vines", "labels"] {
        let all = "from .a import *\nfrom .b import *\nfrom .c import *\n";
        let part = "from .. import *\nfrom ..cellar import *\nfrom ..press import *\nfrom ..vines import *\n                    from ..labels import *\nimport os\n\ndef ask_for(name):\n    return os.environ[name]\n\nx = unknown(ask_for)\n";
        files.push((format!("wine/{package}/__init__.py"), all.to_owned()));
        for name in ["a", "b", "c"] {
            files.push((format!("wine/{package}/{name}.py"), part.to_owned()));
        }
    }
    files.push((
        "wine/__init__.py".to_owned(),
        "from .cellar import *\nfrom .press import *\n".to_owned(),
    ));
    files.push((
        "wine/main.py".to_owned(),
        "from . import *\n\nurl = ask_for(\"WINE_URL\")\n".to_owned(),
    ));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let run = Project::of(&files).run(&["facts", "."]).exits(0);
    assert!(run.stdout.contains("WINE_URL"), "{run:?}");
}

#[test]
fn long_ways_through_names_and_entries_come_to_an_end() {
    let entries = ".get(\"a\", {})".repeat(60);
    let names = |indent: &str| format!("{indent}a = one(a, b)\n{indent}b = two(b, a)\n").repeat(40);
    let text = format!(
        "import os\n\nkey = os.environ['WINE_URL']\na = unknown(){entries}\n{}x = a{entries}\n\ndef f(a, b):\n{}    return a{entries}\n",
        names(""),
        names("    "),
    );
    let (count, _) = facts("a.py", &text);
    assert_eq!(count, 1);
}

#[test]
fn callers_of_callers_are_asked_once() {
    let mut text = String::from("import os\n\nkey = os.environ['WINE_URL']\n");
    for layer in 0..8 {
        for function in 0..16 {
            writeln!(text, "\ndef cask_{layer}_{function}(conf):").expect("a text grows");
            match layer {
                0 => text.push_str("    conf['grapes']\n"),
                _ => (0..16).for_each(|below| {
                    writeln!(text, "    cask_{}_{below}(conf)", layer - 1).expect("a text grows");
                }),
            }
        }
    }
    let (count, _) = facts("a.py", &text);
    assert_eq!(count, 1);
}

#[test]
fn many_reads_are_read() {
    let (count, _) = facts("a.py", &each(4_000, |at| format!("x{at} = os.environ['A{at}']")));
    assert_eq!(count, 4_000);
    let (count, _) = facts("a.py", &each(2_000, |at| format!("x = os.environ['A{at}']")));
    assert_eq!(count, 2_000);
}

#[test]
fn branches_without_end_are_read() {
    let text = each(2_000, |at| {
        let word = if at == 0 { "if" } else { "elif" };
        format!("{word} x == {at}:\n    os.environ['A{at}']")
    });
    facts("a.py", &text);
}

#[test]
fn go_without_end_is_read() {
    let arms = each(1_500, |at| format!("\tcase v == \"{at}\":\n\t\tg()"));
    let switch = format!(
        "package a\nimport \"os\"\nfunc f() {{\n\tv := os.Getenv(\"X\")\n\tswitch {{\n{arms}\t}}\n}}\n"
    );
    let (count, _) = facts("a.go", &switch);
    assert_eq!(count, 1);
    let tag = "env:\"K,required\" x:\"a,b,c,d,e,f,g,h,i,j\" y:\"a,b,c,d,e,f,g,h,i,j\" ".repeat(20);
    let fields =
        each(100, |at| format!("\tF{at} string `{}`", tag.replace("K,", &format!("K{at},"))));
    let tags = format!(
        "package a\nimport \"github.com/caarlos0/env/v11\"\ntype S struct {{\n{fields}}}\n"
    );
    let (count, _) = facts("a.go", &tags);
    assert_eq!(count, 100);
    let asked = each(800, |at| {
        format!("\tv{at}, ok := os.LookupEnv(\"K{at}\")\n\tif !ok {{\n\t\tpanic(v{at})\n\t}}")
    });
    let (count, _) = facts("a.go", &format!("package a\nimport \"os\"\nfunc f() {{\n{asked}}}\n"));
    assert_eq!(count, 800);
}

#[test]
fn csharp_without_end_is_read() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| -> String {
        (0..count).map(line).collect::<Vec<_>>().join("\n")
    };
    let inside = |body: &str| {
        format!("using System;\nclass A {{\n  void F(string v) {{\n{body}\n  }}\n}}\n")
    };
    let ask = |at: usize| format!("Environment.GetEnvironmentVariable(\"K{at}\")");
    let arms = lines(300, &|at| format!("if (v == \"{at}\") {{ {}; }} else", ask(at)));
    let (count, _) = facts("A.cs", &inside(&format!("{arms} {{ }}")));
    assert!(count > 100, "{count}");
    facts(
        "A.cs",
        &inside(&format!("{} {{ }}", lines(6_000, &|at| format!("if (v == \"{at}\") {{ }} else")))),
    );
    let deep = 3_000;
    facts("A.cs", &inside(&format!("var x = {}v{};", "(".repeat(deep), ")".repeat(deep))));
    facts("A.cs", &inside(&format!("var x = v{};", "?.A".repeat(deep))));
    facts("A.cs", &inside(&format!("var x = {}v;", "v ?? ".repeat(deep))));
    facts("A.cs", &inside(&format!("v {}\"\";", "??= v ".repeat(deep))));
    let elements = lines(2_000, &|at| format!("K{at} = {},", ask(at)));
    let (count, _) = facts("A.cs", &inside(&format!("var x = new O {{ {elements} }};")));
    assert_eq!(count, 2_000);
    let cases = lines(1_000, &|at| format!("case \"{at}\": v = {}; break;", ask(at)));
    let (count, _) = facts("A.cs", &inside(&format!("switch (v) {{ {cases} }}")));
    assert_eq!(count, 1_000);
    let spaces = lines(2_000, &|at| {
        format!("using N{at};\nnamespace N{at} {{ class A{at} : A{} {{ }} }}", at + 1)
    });
    facts("A.cs", &format!("{spaces}class B {{ string v = {}; }}", ask(0)));
}

#[test]
fn java_without_end_is_read() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| -> String {
        (0..count).map(line).collect::<Vec<_>>().join("\n")
    };
    let inside = |body: &str| format!("class A {{\n  void f(String v) {{\n{body}\n  }}\n}}\n");
    let ask = |at: usize| format!("System.getenv(\"K{at}\")");
    facts(
        "A.java",
        &inside(&format!("{} {{ }}", lines(6_000, &|at| format!("if (v == \"{at}\") {{ }} else")))),
    );
    let (count, _) = facts(
        "A.java",
        &inside(&lines(1_000, &|at| {
            format!("String v{at} = {}; if (v{at} == null) {{ throw new E(v{at}); }}", ask(at))
        })),
    );
    assert_eq!(count, 1_000);
    let deep = 3_000;
    facts("A.java", &inside(&format!("String x = {}v{};", "(".repeat(deep), ")".repeat(deep))));
    facts("A.java", &inside(&format!("String x = v{};", ".a()".repeat(deep))));
    facts("A.java", &inside(&format!("String x = {}v;", "v == null ? v : ".repeat(deep))));
    let fields =
        lines(1_000, &|at| format!("@Value(\"${{k{at}:{}}}\") String f{at};", "${a:".repeat(40)));
    facts(
        "A.java",
        &format!(
            "import org.springframework.beans.factory.annotation.Value;\nclass A {{\n{fields}\n}}\n"
        ),
    );
    let classes =
        lines(400, &|at| format!("class A{at} {{ A{} next; A{} other; }}", at + 1, at + 2));
    facts(
        "A.java",
        &format!(
            "import org.springframework.boot.context.properties.ConfigurationProperties;\n@ConfigurationProperties(\"a\")\n{classes}\n"
        ),
    );
}

#[test]
fn scripts_without_end_are_read() {
    let asks = "const x = process.env.X;\n";
    for (open, close) in
        [("(", ")\n"), ("[", "]\n"), ("{a:\n", "}\n"), ("() => (\n", ")\n"), ("`${\n", "}`")]
    {
        let deep = format!("{asks}const y = {}1{};\n", open.repeat(8_000), close.repeat(8_000));
        let (count, said) = facts("a.ts", &deep);
        assert!(count == 1 && said.contains("nests too deeply"), "{open}: {count} {said}");
    }
    let arms = each(20_000, |at| format!("if (x === \"{at}\") {{ g(); }} else"));
    let arms = arms.strip_prefix("import os\n").unwrap_or_default();
    facts("a.js", &format!("{asks}{arms} {{ h(); }}\n"));
    let claims =
        format!("{asks}const y = x{};\nf(y{});\n", "!".repeat(5_000), " as string".repeat(5_000));
    facts("a.ts", &claims);
}

#[test]
fn scripts_in_long_lines_are_left_to_the_tools_that_wrote_them() {
    let line = "a(process.env.X,function(){return process.env.Y||{}});".repeat(100_000);
    let (count, _) = facts("bundle.js", &line);
    assert_eq!(count, 0);
}

#[test]
fn objects_and_patterns_without_end_are_read() {
    let entries: String = (0..3_000).fold(String::new(), |mut text, at| {
        writeln!(text, "A{at}: z.string().min(1).optional(),").expect("a text grows");
        text
    });
    let schema = format!(
        "import {{ z }} from 'zod';\nconst s = z.object({{\n{entries}}});\nexport const e = s.parse(process.env);\n"
    );
    let (count, _) = facts("a.ts", &schema);
    assert_eq!(count, 400);
    let names: String = (0..3_000).fold(String::new(), |mut text, at| {
        writeln!(text, "A{at} = \"a\",").expect("a text grows");
        text
    });
    let (count, _) = facts("a.ts", &format!("const {{\n{names}}} = process.env;\n"));
    assert_eq!(count, 200);
    let circle =
        each(1_500, |at| format!("const {{ a{at} }} = a{}; a{at}.env.X;", (at + 1) % 1_500));
    facts("a.ts", circle.strip_prefix("import os\n").unwrap_or_default());
    let project = Project::of(&[
        (
            "a.ts",
            "export * from './b';\nexport { x as y } from './b';\nexport { default } from './b';\n",
        ),
        (
            "b.ts",
            "export * from './a';\nexport { y as x } from './a';\nexport { default } from './a';\n",
        ),
        ("c.ts", "import all, { x } from './a';\nx(process.env.X);\nall.z('Y');\nx('Z');\n"),
    ]);
    assert_eq!(project.run(&["facts"]).code, 0);
}

#[test]
fn constants_that_double_end() {
    let text = each(5_000, |at| match at {
        0 | 1 => format!("A{at} = 'a'"),
        _ => format!("A{at} = A{} + A{}", at - 1, at - 2),
    });
    facts("a.py", &format!("{text}os.environ[A4999]\n"));
}

#[test]
fn lists_without_end_become_a_pattern() {
    let names: Vec<_> = (0..50_000).map(|at| format!("'K{at}'")).collect();
    let text = format!("import os\nfor k in [{}]:\n    os.environ[k]\n", names.join(","));
    let project = Project::of(&[("a.py", &text)]);
    let run = project.run(&["facts"]);
    assert!(run.stdout.contains("\"key\":\"*\""), "the keys left out are said as a pattern");
}

#[test]
fn circles_end() {
    let text = "import os\nfrom a import *\nfrom a import X, a\n\
        class A(B):\n    pass\nclass B(A):\n    pass\nA1 = B1\nB1 = A1\nC = [C, C]\nD = {'x': D['x']}\n\
        def f(n):\n    return g(n)\ndef g(n):\n    return f(n) or os.getenv(n)\n\
        f('K')\ng('L')\nos.environ[A.K]\nos.environ[A1]\nos.environ[D['x']]\nos.environ[X]\n\
        for k in C:\n    os.environ[k]\nA().read('Y')\n";
    let (count, _) = facts("a.py", text);
    assert!(count > 0);
}

#[test]
fn modules_that_call_themselves_are_told_once() {
    let project = Project::of(&[
        (
            "loop/main.tf",
            "variable \"heat\" {}\nmodule \"again\" {\n  source = \"./\"\n  heat   = var.heat\n}\n",
        ),
        ("oven/main.tf", "module \"shop\" {\n  source = \"../shop\"\n  heat = 1\n}\n"),
        (
            "shop/main.tf",
            "module \"oven\" {\n  source = \"../oven\"\n}\nmodule \"till\" {\n  source = \"../till\"\n}\n",
        ),
        (
            "till/main.tf",
            "resource \"aws_ssm_parameter\" \"heat\" {\n  name  = \"/oven/HEAT\"\n  value = \"9\"\n}\n",
        ),
    ]);
    let run = project.run(&["check", "--no-history"]);
    let told: Vec<&str> = run
        .stdout
        .lines()
        .chain(run.stderr.lines())
        .filter(|line| line.contains("leads back"))
        .collect();
    assert_eq!(
        told,
        [
            "not understood: loop/main.tf:2:8: leads back to itself through `module`",
            "not understood: oven/main.tf:1:8: leads back to itself through `module`",
        ]
    );
}

#[test]
fn modules_that_hand_a_name_around_without_end_are_told() {
    let calls = |of: &str| {
        let call = |at| {
            format!("module \"{of}_{at}\" {{\n  source = \"../{of}\"\n  heat   = var.heat\n}}\n")
        };
        (0..24).map(call).collect::<String>()
    };
    let lambda = "resource \"aws_lambda_function\" \"oven\" {\n  environment {\n    variables = { HEAT = var.heat }\n  }\n}\n";
    let (oven, shop) = (calls("shop") + lambda, calls("oven"));
    let project = Project::of(&[("oven/main.tf", oven.as_str()), ("shop/main.tf", shop.as_str())]);
    let run = project.run(&["check", "--no-history"]);
    let told = format!("{}{}", run.stdout, run.stderr);
    let words = "oven/main.tf:1:1: modules hand on names in more than 1000000 steps";
    assert_eq!(told.matches(words).count(), 1, "{told}");
}

#[test]
fn names_that_many_branches_give_again_are_read() {
    let ways = each(40, |at| {
        let from = if at == 0 { "start".to_owned() } else { format!("way_{}", at - 1) };
        let one = |word: &str| format!("    {word}:\n        way_{at} = {from}.step\n");
        let middle: String = (0..6).map(|by| one(&format!("elif kind == {by}"))).collect();
        format!("{}{middle}{}", one("if kind"), one("else"))
    });
    let body = ways.replacen("import os\n", "import os\n\n\ndef take(start, kind):\n", 1);
    facts("a.py", &format!("{body}    return way_39.run('A')\n"));
}

#[test]
fn actions_that_use_others_many_times_end() {
    let action = |next: usize| {
        let step = format!("    - uses: ./.github/actions/turn{next}\n");
        format!("runs:\n  using: composite\n  steps:\n{}", step.repeat(8))
    };
    let names: Vec<String> =
        (0..9).map(|at| format!(".github/actions/turn{at}/action.yml")).collect();
    let texts: Vec<String> = (0..9).map(|at| action(at + 1)).collect();
    let workflow = "on: push\njobs:\n  bake:\n    runs-on: x\n    steps:\n    - uses: ./.github/actions/turn0\n";
    let mut files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    files.push((".github/workflows/bake.yml", workflow));
    files.push(("a.py", "import os\nx = os.environ['A']\n"));
    let start = Instant::now();
    let run = Project::of(&files).run(&["facts"]);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn jobs_that_extend_others_many_times_end() {
    let names = |at: usize| vec![format!("turn{at}"); 12].join(", ");
    let job = |at: usize| {
        format!(
            "turn{at}:\n  extends: [{}]\n  script: [fly deploy]\n  environment: production\n",
            names(at + 1)
        )
    };
    let jobs: String = (0..10).map(job).collect();
    let pipeline = format!("{jobs}turn10:\n  variables: {{A: 1}}\n");
    let start = Instant::now();
    let project =
        Project::of(&[(".gitlab-ci.yml", &pipeline), ("a.py", "import os\nx = os.environ['A']\n")]);
    let run = project.run(&["facts"]);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains(".gitlab-ci.yml"), "{}", run.stdout);
}

#[test]
fn long_chains_of_calls_are_followed_once() {
    let chain = |name: &str| format!("{name}{}", ".filter(a=1).order_by('x')".repeat(40));
    facts("a.py", &each(60, |at| format!("w{at} = {}", chain("shop.loaves"))));
    facts("b.py", &each(60, |at| format!("f{} = f{at}(dict(f{at}))", at + 1)));
}

#[test]
fn builders_that_functions_put_together_over_and_over_end() {
    let part = |at: usize| {
        let below = at - 1;
        format!(
            "fn part_{at}(base: B) -> B {{\n    part_{below}(part_{below}(base).add(part_{below}(base)))\n}}\n"
        )
    };
    let parts: String = (1..30).map(part).collect();
    let start = "use config::Config;\n\n#[derive(serde::Deserialize)]\nstruct Oven {\n    heat: u16,\n}\n\nfn part_0(base: B) -> B {\n    base\n}\n";
    let load = "fn load() -> Oven {\n    Config::builder().add_source(part_29(x)).build().unwrap().try_deserialize().unwrap()\n}\n";
    let (count, _) = facts("src/main.rs", &format!("{start}{parts}{load}"));
    assert_eq!(count, 1);
}

#[test]
fn groups_of_ansible_in_one_another_are_counted_once() {
    let header =
        |at: usize| format!("[turn{at}:children]\nturn{}\n[turn{at}:vars]\nheat_{at}=1\n", at + 1);
    let inventory: String = (0..4_000).map(header).collect();
    let start = Instant::now();
    let run = Project::of(&[
        ("inventory/hosts.ini", &inventory),
        ("a.py", "import os\nx = os.environ['A']\n"),
    ])
    .run(&["facts"]);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn classes_in_long_lines_with_many_attributes_come_to_an_end() {
    let class = |at: usize| format!("class C{}(C{at}):\n    pass\n", at + 1);
    let classes: String = (0..900).map(class).collect();
    let attribute = |at: usize| format!("    A{at} = os.getenv(\"KEY_{at}\", \"a\")\n");
    let attributes: String = (0..4_000).map(attribute).collect();
    let text =
        format!("import os\n\n\nclass C0:\n    pass\n{classes}class Last(C900):\n{attributes}");
    let (count, _) = facts("a.py", &text);
    assert_eq!(count, 4_000);
}

#[test]
fn rests_of_rests_are_no_draws_of_draws() {
    let rests = " % 3".repeat(150);
    let line = |at: usize| {
        format!("if hash(x){rests} < int(os.environ.get(\"SHARE_{at}\", \"1\")):\n    pass")
    };
    let (count, _) = facts("a.py", &each(300, line));
    assert_eq!(count, 300);
}

#[test]
fn values_of_an_image_that_ask_for_each_other_are_worked_out_once() {
    let lines = (1..500).fold(String::new(), |mut text, at| {
        writeln!(text, "ENV V{at}=$V{}$V{}", at - 1, at - 1).expect("a text grows");
        text
    });
    let stages = (1..500).fold(String::new(), |mut text, at| {
        writeln!(text, "FROM s{} AS s{at}\nENV S{at}=$V0", at - 1).expect("a text grows");
        text
    });
    let image = format!("FROM scratch AS s0\nARG V0=x\n{lines}{stages}");
    let (told, _) = facts("Dockerfile", &image);
    assert!(told > 900, "{told}");
}

#[test]
fn machines_that_write_many_files_of_variables_are_read_once() {
    let machines = (0..3_000).fold(String::from("Resources:\n"), |mut text, at| {
        let _ = writeln!(
            text,
            "  M{at}:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData: |\n        cat > /etc/m.env <<EOF\n        KEY_{at}=1\n        EOF"
        );
        text
    });
    let (told, _) =
        facts("template.yaml", &format!("AWSTemplateFormatVersion: '2010-09-09'\n{machines}"));
    assert!(told >= 3_000, "{told}");
}

#[test]
fn steps_that_start_runners_in_runners_and_hand_on_all_they_have_end() {
    let env = (0..4_000).fold(String::new(), |text, at| text + &format!("  OVEN_{at}: a\n"));
    let runners = "uv run ".repeat(50_000);
    let steps = "      - run: python bake.py\n".repeat(3_000);
    let workflow = format!(
        "on: push\nenv:\n{env}jobs:\n  bake:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {runners}python bake.py\n{steps}"
    );
    let project = Project::of(&[
        (".github/workflows/bake.yml", workflow.as_str()),
        ("bake.py", "import os\nHEAT = os.environ[\"OVEN_1\"]\n"),
    ]);
    let start = Instant::now();
    project.run(&["facts"]).exits(0);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
}

#[test]
fn locals_that_lead_to_many_others_which_nobody_gives_end() {
    let names = (0..12).fold(String::from("locals {\n"), |text, at| {
        text + &format!("  heat_{at} = local.heat_{}\n", at + 1)
    }) + "}\n";
    let function = "resource \"aws_lambda_function\" \"bake\" {\n  function_name = \"bake\"\n  environment {\n    \
                    variables = { OVEN_HEAT = local.heat_0 }\n  }\n}\n";
    let mut files = vec![
        ("infra/main.tf".to_owned(), function.to_owned()),
        ("bake.py".to_owned(), "import os\nHEAT = os.environ[\"OVEN_HEAT\"]\n".to_owned()),
    ];
    files.extend((0..9).map(|at| (format!("infra/locals_{at}.tf"), names.clone())));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::of(&files);
    let start = Instant::now();
    project.run(&["facts"]).exits(0);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
}

#[test]
fn classes_of_flags_that_extend_and_take_over_each_other_end() {
    let names: Vec<String> = (0..40).map(|at| format!("C{at}")).collect();
    let bases = names.join(", ");
    let spread = format!("**{}.FEATURE_FLAGS", names.join(".FEATURE_FLAGS, **"));
    let class = |name: &String| {
        format!("class {name}({bases}):\n    FEATURE_FLAGS = {{{spread}, 'rye_{name}': True}}\n")
    };
    let classes: String = names.iter().map(class).collect();
    let config = format!("{classes}configs = {{'production': C0, 'staging': C1}}\n");
    let code = "import flask_featureflags as feature\n\nfeature.is_active('rye_C0')\n";
    let project = Project::of(&[("config.py", &config), ("app.py", code)]);
    let start = Instant::now();
    project.run(&["facts"]).exits(0);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
}

#[test]
fn scripts_that_write_a_file_from_braces_that_nothing_opens_end() {
    let lines = "          } >> .env\n".repeat(20_000);
    let workflow = format!(
        "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n      - run: |\n{lines}"
    );
    let project = Project::of(&[(".github/workflows/ship.yml", &workflow)]);
    let start = Instant::now();
    project.run(&["facts"]).exits(0);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
}
