//! The drafts of one chain: a read for each key that it may ask for.

use rustc_hash::FxHashSet;

use super::moded::Place;
use super::{Draft, fields};
use crate::facts::code::{Expr, Form, Site};
use crate::link::absence::{Refuses, Verdict};
use crate::link::chains::{Chain, slot};
use crate::link::evaluate::{Bound, CALLER, HOLE};
use crate::link::program::Program;
use crate::link::schemas::Aliasing;
use crate::link::unit::Unit;
use crate::model::{
    Absence, Confidence, DefaultValue, Key, KeyRef, Namespace, Read, ValueType, Via, When, secrecy,
};
use crate::nature::Nature;
use crate::text::Span;

pub(super) fn drafts(
    program: &Program<'_>,
    chain: &Chain<'_>,
    verdict: &Verdict,
    naming: &Aliasing,
) -> Vec<Draft> {
    let outermost = chain.frames[chain.frames.len() - 1];
    let site = program.site(outermost);
    let usable: Vec<String> =
        chain.keys.iter().map(|key| key.replace([HOLE, CALLER], "*")).collect();
    let is_list = site.args.iter().any(|arg| matches!(arg.value, Expr::List(_)));
    let several = (is_list || chain.row.key.rest) && usable.len() > 1;
    let first = chain.frames[0];
    let innermost = Span::new(program.files[first.file].id, program.site(first).range);
    let inner = &chain.frames[..chain.frames.len() - 1];
    let is_sparse = inner.iter().any(|frame| program.site(*frame).conditional)
        || program.files[outermost.file].is_mode()
        || is_only_somewhere(chain, site)
        || is_condition(&program.files[outermost.file], chain, site);
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for key in &usable {
        let key = collapse(key);
        if key.is_empty() || !seen.insert(key.clone()) || !is_key_like(&key) {
            continue;
        }
        let (key, namespace, read) = read_of(program, chain, verdict, naming, key);
        let others = usable.iter().filter(|other| several && **other != key);
        let alternatives = others.cloned().collect();
        let instead = verdict.instead.as_ref().map(|instead| default_value(program, instead, &key));
        let draft = Draft {
            key,
            read,
            namespace,
            innermost,
            guarded: verdict.guarded.clone(),
            instead,
            declares: chain.row.declares,
            alternatives,
            asked_at: vec![Place::of(program, chain)],
            is_sparse,
        };
        let of_settings = chain.row.settings_too.then(|| as_setting(draft.clone()));
        found.push(draft);
        found.extend(of_settings);
    }
    found
}

/// The same for a setting of that name.
fn as_setting(mut draft: Draft) -> Draft {
    let namespace = Namespace::Setting;
    draft.namespace = namespace;
    draft.read.key = KeyRef::Pattern { namespace, glob: draft.key.clone() };
    draft
}

/// One read of a chain: still by its name, which the inventory turns into a key.
fn read_of(
    program: &Program<'_>,
    chain: &Chain<'_>,
    verdict: &Verdict,
    naming: &Aliasing,
    key: String,
) -> (String, Namespace, Read) {
    let outermost = chain.frames[chain.frames.len() - 1];
    let unit = &program.files[outermost.file];
    let site = program.site(outermost);
    let namespace = chain.row.namespace.namespace();
    let (own, mut aliases) = naming.of_key(Key { name: key, namespace });
    let Key { name: key, namespace } = own;
    aliases.extend(fields::row_alias(program, chain, &key));
    let preset = naming.preset(&key).filter(|_| verdict.absence == Absence::Required);
    let is_shipped = chain.row.shipped.iter().any(|glob| crate::model::glob::matches(glob, &key));
    let absence = match verdict.absence {
        Absence::Required if preset.is_some() || is_shipped => Absence::Default,
        Absence::Required if refuses_off(verdict, &key) => Absence::Optional,
        Absence::Required if is_condition(unit, chain, site) => Absence::Presence,
        absence => absence,
    };
    let default = preset.or(verdict.default.as_ref());
    let pattern = key.contains('*');
    let key_range = written_range(chain, outermost.file).unwrap_or(site.range);
    let default = default.map(|default| default_value(program, default, &key));
    let asked = KeyRef::Pattern { namespace, glob: key.clone() };
    let read = Read {
        key_span: Span::new(unit.id, key_range),
        absence,
        default,
        fallback: verdict.fallback,
        stand_in: verdict.stand_in,
        empty_is_absent: verdict.empty_is_absent,
        expects: verdict.expects.clone(),
        bad_value_falls_back: verdict.bad_value_falls_back,
        via: via(chain, pattern),
        chain: wrappers(program, chain),
        when: if site.at_start { When::Start } else { When::Use },
        conditional: is_conditional(program, chain)
            || unit.is_mode()
            || is_only_somewhere(chain, site),
        forks: site.forks.clone(),
        aliases,
        limits: verdict.limits.clone(),
        of_framework: chain.row.framework,
        of_mode: unit.is_of_mode(),
        of_deployment: unit.is_of_deployment(),
        lays_over: unit.lays_over(),
        by_option: chain.row.option,
        any_case: chain.row.any_case,
        outranked: chain.row.outranked,
        sets: chain.row.sets,
        in_test: site.in_test || chain.row.in_tests || unit.is_example(),
        at_build: chain.row.at_build || is_bundled(chain, &key) || is_build_script(unit),
        flag: namespace == Namespace::Flag
            || matches!(verdict.expects, ValueType::Bool(_)) && !is_text_there(verdict, &key)
            || absence == Absence::Presence && is_feature(&key),
        confidence: if pattern { Confidence::Low } else { Confidence::High },
        ..Read::of(asked, Span::new(unit.id, site.range), chain.reader.clone())
    };
    (key, namespace, read)
}

/// Whether what the code fails on is no lack of a value: it refuses a feature that is off.
fn refuses_off(verdict: &Verdict, key: &str) -> bool {
    match verdict.refuses {
        Refuses::Nothing => false,
        Refuses::Others => matches!(verdict.expects, ValueType::Bool(_)),
        Refuses::Empty => is_feature(key),
    }
}

/// Whether a key is called like a switch of a feature, and like nothing else that a text may be.
fn is_feature(key: &str) -> bool {
    let nature = Nature::of(key);
    nature.is_flag() && !nature.names_text()
}

/// Whether code only asks if there is a text that it needs as one: `bool(os.getenv("DATABASE_URL"))`.
fn is_text_there(verdict: &Verdict, key: &str) -> bool {
    let looks = verdict.absence == Absence::Presence && verdict.limits.any_text_is_yes;
    looks && Nature::of(key).names_text()
}

/// Whether a call says where or when it counts.
fn is_only_somewhere(chain: &Chain<'_>, site: &Site) -> bool {
    slot(&chain.row.only_where, &site.args).is_some()
}

/// Whether a call is itself what another says of when it counts: `Validator("b", when=Validator("a", must_exist=True))`.
fn is_condition(unit: &Unit<'_>, chain: &Chain<'_>, site: &Site) -> bool {
    let given = |site: &Site| slot(&chain.row.only_where, &site.args).map(|arg| arg.range);
    !chain.row.only_where.keywords.is_empty()
        && unit
            .facts
            .sites
            .iter()
            .any(|other| given(other).is_some_and(|condition| condition.contains(site.range)))
}

fn is_conditional(program: &Program<'_>, chain: &Chain) -> bool {
    chain.frames.iter().any(|frame| program.site(*frame).conditional)
}

/// The wrappers between the name and the reader, outermost first.
fn wrappers(program: &Program<'_>, chain: &Chain<'_>) -> Vec<Span> {
    let inner = chain.frames.iter().rev().skip(1);
    inner.map(|frame| Span::new(program.files[frame.file].id, program.site(*frame).range)).collect()
}

fn via(chain: &Chain<'_>, pattern: bool) -> Via {
    match (pattern, chain.frames.len(), chain.named) {
        _ if chain.row.form == Form::Attribute => Via::Schema,
        (true, ..) => Via::Pattern,
        (_, 1, false) => Via::Direct,
        (_, 1, true) => Via::Constant,
        _ => Via::Wrapper,
    }
}

/// Where the name of the key stands in the outermost call.
fn written_range(chain: &Chain<'_>, file: usize) -> Option<crate::text::TextRange> {
    let settled = chain.written.as_ref()?.settled();
    (settled.file == file).then_some(settled.range)
}

pub(super) fn default_value(program: &Program<'_>, default: &Bound, key: &str) -> DefaultValue {
    let settled = default.settled();
    let texts = match settled.expr {
        Expr::Unknown | Expr::List(_) | Expr::Map(_) => Vec::new(),
        _ => program.texts(&settled),
    };
    let text = match &texts[..] {
        [one] if !one.contains([HOLE, CALLER]) => Some(one.clone()),
        _ => None,
    };
    let redacted = text.as_ref().is_some_and(|text| {
        !text.is_empty() && (secrecy::looks_secret_value(text) || secrecy::looks_secret_name(key))
    });
    let is_bool = matches!(settled.expr, Expr::Bool(_));
    DefaultValue { text, is_bool, span: settled.span(program), redacted }
}

/// Several holes in a row are one.
pub(super) fn collapse(key: &str) -> String {
    let mut plain = String::with_capacity(key.len());
    for character in key.chars() {
        if character != '*' || !plain.ends_with('*') {
            plain.push(character);
        }
    }
    plain
}

/// Whether a text can be the name of a key at all.
pub(super) fn is_key_like(key: &str) -> bool {
    key.len() <= 200 && !key.contains(|c: char| c.is_whitespace() || c.is_control() || c == '=')
}

/// Whether a bundler answers for a key when it builds the code.
fn is_bundled(chain: &Chain<'_>, key: &str) -> bool {
    chain.row.bundled.iter().any(|glob| crate::model::glob::matches(glob, key))
}

/// Whether a file runs when the code is built.
fn is_build_script(unit: &Unit<'_>) -> bool {
    let name = unit.path.rsplit('/').next().unwrap_or(unit.path);
    unit.lang.build_scripts.contains(&name)
}
