//! Environments in the making: the sources that name one, with its regions told apart.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::family::Evidence;
use super::mark::{Mark, Proof, Token};
use super::vocabulary::is_region;
use crate::link::precedence::Breadth;
use crate::model::{Class, Confidence, Kind};

/// An environment in the making.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// Its name.
    pub(crate) name: String,
    /// The word that stands for all spellings of its name, without a region.
    pub(crate) canonical: String,
    /// The set of environments that should match.
    pub(crate) group: Option<String>,
    /// A developer's or a test's own.
    pub(crate) local: bool,
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// Why it is taken for an environment.
    pub(crate) reason: String,
    /// Its own sources.
    pub(crate) members: Vec<Member>,
}

/// A source that names the environment it is for.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The source, by its place in the list.
    pub(crate) source: usize,
    /// Whether all regions of the environment share it.
    pub(crate) breadth: Breadth,
    /// Why it is here.
    pub(crate) reason: String,
    /// The name as this source writes it.
    pub(crate) written: String,
}

impl Draft {
    /// Whether any of its own sources is of one of these classes.
    pub(crate) fn has(&self, sources: &[Sourced], classes: &[Class]) -> bool {
        self.giving(sources).any(|source| classes.contains(&source.class))
    }

    /// Whether any of its own sources says where something is deployed.
    pub(crate) fn is_deployment(&self, sources: &[Sourced]) -> bool {
        self.giving(sources).any(|source| source.class.is_deployment())
    }

    /// Its own sources that give keys values.
    fn giving<'s>(&self, sources: &'s [Sourced]) -> impl Iterator<Item = &'s Sourced> {
        let all = self.members.iter().map(|member| &sources[member.source]);
        all.filter(|source| !source.is_manifest())
    }
}

/// The sources that name one environment: their places in the list.
type Named<'a> = Vec<(usize, &'a Token)>;

/// Groups the sources by the environment that their tokens name.
pub(crate) fn drafts(sources: &[Sourced], marks: &[Mark], evidence: &Evidence) -> Vec<Draft> {
    // An image, a workflow, a play or what nobody can look into makes no environment alone: `Dockerfile.dev`.
    grouped(sources, marks, evidence, |at, _| {
        let kind = Kind::of(sources[at].kind);
        !matches!(kind.class, Class::Image | Class::Pipeline)
            && !kind.installs
            && !kind.closed
            && !sources[at].is_manifest()
    })
}

/// The environments that only jobs of pipelines name: what is deployed is in the tree once, and they say where it goes. One alone
/// parts nothing, and may be where pull requests are tried.
pub(crate) fn piped(sources: &[Sourced], marks: &[Mark], evidence: &Evidence) -> Vec<Draft> {
    let mut drafts = grouped(sources, marks, evidence, |at, token| {
        sources[at].class == Class::Pipeline
            && sources[at].section.is_some()
            && token.is_deployed_to()
    });
    if drafts.len() < 2 {
        return Vec::new();
    }
    // Where a pipeline deploys is nobody's own machine.
    for draft in &mut drafts {
        draft.local = false;
    }
    drafts
}

/// The environments that a source which `makes` one names.
fn grouped(
    sources: &[Sourced],
    marks: &[Mark],
    evidence: &Evidence,
    makes: impl Fn(usize, &Token) -> bool,
) -> Vec<Draft> {
    let mut by_word: BTreeMap<&str, Named<'_>> = BTreeMap::new();
    for (at, mark) in marks.iter().enumerate() {
        if let Some(token) = &mark.token {
            by_word.entry(&token.canonical).or_default().push((at, token));
        }
    }
    let mut drafts = Vec::new();
    for (canonical, named) in by_word {
        if named.iter().any(|(at, token)| makes(*at, token)) {
            drafts.extend(of_word(sources, canonical, &named, evidence));
        }
    }
    drafts
}

fn of_word(
    sources: &[Sourced],
    canonical: &str,
    named: &Named<'_>,
    evidence: &Evidence,
) -> Vec<Draft> {
    // What only decides for workloads goes where the others are, and makes nothing.
    let making: Named<'_> =
        named.iter().filter(|(at, _)| !sources[*at].is_manifest()).copied().collect();
    let regions = regions(&making);
    let variants = variants(&making);
    let (called, local) = (called(&making), making.iter().all(|(_, token)| token.local));
    let stem = spelling(sources, making.iter().map(|(at, token)| (*at, token.stem.as_str())));
    let confidence = confidence(canonical, &making, evidence);
    let mut shared: Vec<Member> = Vec::new();
    let mut apart: BTreeMap<String, (Vec<Member>, Named<'_>)> = BTreeMap::new();
    let mut beside: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for &(at, token) in named {
        let written = token.stem.to_lowercase();
        let member =
            Member { source: at, breadth: Breadth::One, reason: token.reason.clone(), written };
        let region = token.region.as_ref().or_else(|| called.get(&sources[at].called()));
        match region.filter(|region| regions.contains(*region)) {
            None => shared.push(member),
            Some(region) if variants.contains(region) => {
                beside.entry(token.raw.to_lowercase()).or_default().push(member);
            }
            Some(region) => {
                let leaf = apart.entry(region.clone()).or_default();
                leaf.0.push(member);
                if token.region.is_some() && !sources[at].is_manifest() {
                    leaf.1.push((at, token));
                }
            }
        }
    }
    let draft = |name: String, group, members: Vec<Member>| Draft {
        reason: reason(sources, &members),
        canonical: canonical.to_owned(),
        local,
        confidence,
        name,
        group,
        members,
    };
    let mut all: Vec<Draft> =
        beside.into_iter().map(|(name, members)| draft(name, None, members)).collect();
    if apart.is_empty() {
        all.push(draft(stem, None, shared));
        return all;
    }
    let is_set = apart.len() + usize::from(!shared.is_empty()) >= 2 && !are_variants(&apart);
    let group = is_set.then(|| stem.clone());
    // What no region is named for belongs to every region, unless there is one region alone beside it.
    let is_shared = apart.len() >= 2;
    if !is_shared && !shared.is_empty() {
        all.push(draft(stem.clone(), group.clone(), std::mem::take(&mut shared)));
    }
    for (region, (mut members, tokens)) in apart {
        let beside = tokens.iter().filter(|(_, token)| !token.region_apart);
        let name = spelling(sources, beside.map(|(at, token)| (*at, token.raw.as_str())));
        let name = if name.is_empty() { format!("{stem}-{region}") } else { name };
        members.extend(
            shared.iter().map(|member| Member { breadth: Breadth::Group, ..member.clone() }),
        );
        all.push(draft(name, group.clone(), members));
    }
    all
}

/// The regions by the names that they are written in: a job that deploys to `lz-prod` means the folder of that name, whatever
/// `lz` is.
fn called(named: &Named<'_>) -> BTreeMap<String, String> {
    let beside = named.iter().filter(|(_, token)| !token.region_apart);
    beside.filter_map(|(_, it)| Some((it.raw.to_lowercase(), it.region.clone()?))).collect()
}

/// Words beside the name that make an environment apart: `production-mesh` beside `production` itself. Regions and numbers
/// are none, and what no bare name stands beside is a part of it.
fn variants(named: &Named<'_>) -> BTreeSet<String> {
    let bare = |(_, token): &&(usize, &Token)| token.region.is_none();
    let families: BTreeSet<&str> =
        named.iter().filter(bare).map(|(_, token)| token.family.as_str()).collect();
    let is_place = |region: &str| is_region(region) || region.bytes().all(|it| it.is_ascii_digit());
    let beside = named.iter().filter(|(_, token)| families.contains(token.family.as_str()));
    let words =
        beside.filter_map(|(_, token)| token.region.clone().filter(|_| !token.region_apart));
    words.filter(|word| !is_place(word)).collect()
}

/// The regions that make environments of their own: those written in the name, and those of folders if they vary.
/// Whether one name denies another: `gpu` and `non-gpu` are meant to differ, where regions and numbers should match.
fn are_variants<T>(apart: &BTreeMap<String, T>) -> bool {
    let rest_of = |name: &str| {
        let (first, rest) = name.split_once(['-', '_', '.'])?;
        matches!(first, "no" | "non" | "not" | "without").then(|| rest.to_owned())
    };
    apart.keys().filter_map(|name| rest_of(name)).any(|rest| apart.contains_key(&rest))
}

fn regions(named: &Named<'_>) -> BTreeSet<String> {
    let of = |apart: bool| {
        let tokens = named.iter().filter(move |(_, token)| token.region_apart == apart);
        tokens.filter_map(|(_, token)| token.region.clone()).collect::<BTreeSet<_>>()
    };
    let (mut beside, folders) = (of(false), of(true));
    if folders.len() + beside.len() >= 2 {
        beside.extend(folders);
    }
    beside
}

/// The spelling that the project uses: of its deployments first, then the most frequent, then the longest.
fn spelling<'a>(sources: &[Sourced], raws: impl Iterator<Item = (usize, &'a str)>) -> String {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (at, raw) in raws {
        let count = counts.entry(raw.to_lowercase()).or_default();
        count.0 += usize::from(sources[at].class.is_deployment());
        count.1 += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(raw, count)| (*count, raw.len(), std::cmp::Reverse(raw.clone())));
    best.map(|(raw, _)| raw).unwrap_or_default()
}

fn confidence(canonical: &str, named: &Named<'_>, evidence: &Evidence) -> Confidence {
    let largest = evidence.largest.get(canonical).copied().unwrap_or(0);
    let families = evidence.families.get(canonical).copied().unwrap_or(0);
    let best = named.iter().map(|(_, token)| token.proof).max();
    match (largest, families) {
        (3.., _) | (_, 2..) => Confidence::High,
        // `ops/production.env` beside `ops/staging.env`: both by a word that means nothing else.
        (2, _) if best == Some(Proof::Sure) => Confidence::High,
        (2, _) => Confidence::Medium,
        _ if best == Some(Proof::Sure) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// Why the sources name an environment.
pub(super) fn reason(sources: &[Sourced], members: &[Member]) -> String {
    let gives = |member: &&Member| !sources[member.source].is_manifest();
    let members: Vec<&Member> = members.iter().filter(gives).collect();
    let Some(first) = members.first() else { return String::new() };
    let more = match members.len() {
        1 => String::new(),
        2 => ", and one more source".to_owned(),
        many => format!(", and {} more sources", many - 1),
    };
    format!("`{}`: {}{more}", sources[first.source].path, first.reason)
}
