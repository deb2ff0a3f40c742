//! The life of every flag: what it is for, what each environment makes of it, how old it is, and whether it can go.
//!
//! Asks the graph, the policy and what version control tells; opens no file and runs no git. What is wrong is for `rules` to
//! say: here a flag is judged and nothing reported.

mod blockers;
mod dates;
mod folded;
mod gives;
mod kind;
mod lacks;
mod leaves;
pub mod owners;
mod providers;
mod returns;
mod stage;
mod stand;
mod state;
mod strangers;

pub use blockers::Blocker;
pub use dates::{Asked, Day, Expiry, days_since};
pub use gives::Gives;
pub use kind::Teller;
pub use lacks::Lacking;
pub use leaves::{Either, Leaves};
pub use returns::Return;
pub use stage::{Expired, Stage, Verdict};
pub use stand::{Stand, made_of, percent};
pub use state::{State, Unity};
pub use strangers::Shared;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::config::Config;
use crate::graph::{Coverage, Graph, Liveness};
use crate::model::{
    Confidence, Definition, DefinitionId, EnvironmentId, FlagDeclaration, FlagKind, FlagNote,
    Inventory, KeyId, Namespace, Read, ReadId, Role, SourceId,
};
use crate::nature::{Nature, shape};
use crate::text::Span;
use providers::Part;

/// A flag, and all that is known of its life.
#[derive(Clone, Debug)]
pub struct Flag<'a> {
    /// The spelling that stands for all.
    pub key: KeyId,
    /// All spellings, that one first.
    pub family: Vec<KeyId>,
    /// Its provider, where it is known.
    pub provider: Option<&'a str>,
    /// What it is for, and who says so.
    pub kind: Option<(FlagKind, Teller)>,
    /// What it gives who asks.
    pub gives: Gives,
    /// What each environment makes of it.
    pub states: Vec<State<'a>>,
    /// What they come to together.
    pub unity: Unity,
    /// Whether only what fills a new database gives it a value.
    pub is_seeded: bool,
    /// Whether nothing is done by it: both ways of all that it decides do the same, but for a fixed text that they log.
    pub is_vain: bool,
    /// Since when it is there.
    pub since: Day,
    /// Since when its value stands as it does.
    pub changed: Day,
    /// When its provider was last asked for it, as far as an export tells.
    pub asked: Option<Asked>,
    /// The day on which it is to go.
    pub expiry: Option<Expiry<'a>>,
    /// Why it is past its time.
    pub expired: Option<Expired>,
    /// How its name came back.
    pub returned: Option<Return<'a>>,
    /// How components that have nothing in common share it.
    pub shared: Option<Shared<'a>>,
    /// Where code decides by it and asks for it elsewhere.
    pub checks: Vec<Span>,
    /// What goes with it, were it taken out as it stands.
    pub leaves: Leaves<'a>,
    /// What would go, where nobody sees what it comes to.
    pub either: Option<Either<'a>>,
    /// Who answers for it, as far as its provider, a comment or the policy says.
    pub owner: Option<(String, &'static str)>,
    /// The code that asks for it, tests left out.
    pub reads: Vec<(ReadId, &'a Read)>,
    /// The tests that ask for it.
    pub tests: Vec<&'a Read>,
    /// Where other tests set it.
    pub set_by_tests: Vec<Span>,
    /// What gives it a value.
    pub definitions: Vec<&'a Definition>,
    /// What lists it and gives what runs no value: templates, comments, what is set for tools.
    pub elsewhere: Vec<&'a Definition>,
    /// What is said of it in code.
    pub notes: Vec<&'a FlagNote>,
    /// Where code makes it known without asking for it.
    pub declarations: Vec<&'a FlagDeclaration>,
    /// Where in its life it is.
    pub stage: Stage,
    /// Who lacks it, where code asks for it.
    pub lacking: Lacking,
    /// What to do with it.
    pub verdict: Verdict,
    /// Why, as phrases.
    pub reasons: Vec<String>,
    /// What speaks against taking it out.
    pub blockers: Vec<Blocker>,
}

impl<'a> Flag<'a> {
    /// The code that asks for it, each place once: one place may ask by several spellings.
    pub fn asking(&self) -> Vec<&'a Read> {
        let mut met = BTreeSet::new();
        let all = self.reads.iter().map(|(_, read)| *read);
        all.filter(|read| met.insert(read.span)).collect()
    }
}

/// What flags are judged by.
struct Ground<'a> {
    graph: &'a Graph<'a>,
    config: &'a Config,
    today: Date,
    coverage: Coverage,
    /// The environments in which flags of some provider are seen, with the kinds of the sources that have them.
    with_provider: BTreeMap<EnvironmentId, BTreeSet<&'a str>>,
    /// The sources of providers that serve some environment.
    providers: BTreeSet<SourceId>,
    /// The namespaces of which code asks for some key.
    asked: BTreeSet<Namespace>,
    /// The sources that code loads.
    loaded: BTreeSet<SourceId>,
    notes: BTreeMap<KeyId, Vec<&'a FlagNote>>,
    declared: BTreeMap<KeyId, Vec<&'a FlagDeclaration>>,
    /// Fields that are filled and that nothing uses, by the place of their reads.
    idle: BTreeMap<Span, Confidence>,
    /// The flags that another flag needs, with that one.
    needed: BTreeMap<String, Vec<KeyId>>,
    places: OnceCell<leaves::Places<'a>>,
}

impl<'a> Ground<'a> {
    fn new(graph: &'a Graph<'a>, config: &'a Config, today: Date) -> Self {
        let inventory = graph.inventory;
        let is_flag = |key: KeyId| inventory.key(key).namespace == Namespace::Flag;
        let mut ground = Self {
            graph,
            config,
            today,
            coverage: graph.coverage(),
            with_provider: BTreeMap::new(),
            providers: BTreeSet::new(),
            asked: BTreeSet::new(),
            loaded: graph.loaded(),
            notes: BTreeMap::new(),
            declared: BTreeMap::new(),
            idle: inventory.idle.iter().map(|one| (one.declared, one.confidence)).collect(),
            needed: BTreeMap::new(),
            places: OnceCell::new(),
        };
        for one in inventory.definitions.iter().filter(|one| is_flag(one.key)) {
            for (id, _) in graph.served_by(one.source) {
                ground
                    .with_provider
                    .entry(id)
                    .or_default()
                    .insert(inventory.source(one.source).kind);
            }
            for needed in one.flag.iter().flat_map(|flag| &flag.needs) {
                ground.needed.entry(needed.clone()).or_default().push(one.key);
            }
        }
        let all = (0..inventory.sources.len()).map(SourceId::at);
        ground.providers.extend(all.filter(|id| {
            let source = inventory.source(*id);
            let is_given = source.is_provider() && source.role == Role::Values;
            is_given && graph.served_by(*id).next().is_some()
        }));
        for key in graph.keys().filter(|key| graph.deployed_reads_of(*key).next().is_some()) {
            ground.asked.insert(inventory.key(key).namespace);
        }
        for note in &inventory.flag_notes {
            ground.notes.entry(graph.lead(note.key)).or_default().push(note);
        }
        for one in &inventory.flag_declarations {
            ground.declared.entry(graph.lead(one.key)).or_default().push(one);
        }
        ground
    }

    fn id_of(&self, definition: &Definition) -> Option<DefinitionId> {
        let mut all = self.graph.definitions_of(definition.key);
        all.find(|(_, one)| std::ptr::eq(*one, definition)).map(|(id, _)| id)
    }
}

/// Every flag, by name.
pub fn flags<'a>(graph: &'a Graph<'a>, config: &'a Config, today: Date) -> Vec<Flag<'a>> {
    let is_noted = !graph.inventory.flag_notes.is_empty();
    if !is_noted && !graph.keys().any(|key| may_be_flag(graph, key)) {
        return Vec::new();
    }
    let ground = Ground::new(graph, config, today);
    let keys = graph.inventory.keys_by_name().map(|(_, key)| key);
    let leads = keys.filter(|key| graph.lead(*key) == *key);
    let all = leads.flat_map(|key| of_name(&ground, key)).collect();
    folded::folded(&ground, all)
}

/// Whether the days of some flag, which only version control knows, would say more of it.
pub fn wants_history(flags: &[Flag<'_>]) -> bool {
    flags.iter().any(|flag| {
        let stays = flag.kind.is_some_and(|(kind, _)| kind.stays());
        let is_given = flag.states.iter().any(|state| !state.is_local);
        // History also tells how often the day was put off.
        flag.expired.as_ref().is_some_and(|expired| expired.is_told)
            || !stays && is_given && !flag.definitions.is_empty()
    })
}

/// Whether a key, in one of its spellings, may be a flag: cheap, for most projects have none.
fn may_be_flag(graph: &Graph<'_>, key: KeyId) -> bool {
    let named = graph.inventory.key(key);
    named.namespace == Namespace::Flag
        || graph.deployed_reads_of(key).any(|read| read.flag)
        || Nature::of(&named.name).is_flag()
}

/// The flags of a name: most have one, or none.
fn of_name<'a>(ground: &Ground<'a>, key: KeyId) -> Vec<Flag<'a>> {
    let graph = ground.graph;
    let family = graph.spellings_of(key);
    let is_noted = ground.notes.contains_key(&key);
    if !is_noted && !family.iter().any(|one| may_be_flag(graph, *one)) {
        return Vec::new();
    }
    let of = |one: &KeyId| graph.reads_of(*one).collect::<Vec<_>>();
    let (tests, mut reads): (Vec<_>, Vec<_>) =
        family.iter().flat_map(of).partition(|(_, read)| read.in_test);
    reads.retain(|(_, read)| !read.at_build && !read.is_echo && !read.is_lost());
    let (definitions, elsewhere) = state::definitions(ground, &family);
    let whole = Part { provider: None, reads, tests, definitions };
    let parts = if graph.inventory.key(key).namespace == Namespace::Flag {
        providers::parts(graph.inventory, whole)
    } else {
        vec![whole]
    };
    let all = parts.into_iter().filter_map(|part| flag(ground, key, &family, part));
    all.map(|flag| Flag { elsewhere: elsewhere.clone(), ..flag }).collect()
}

fn flag<'a>(ground: &Ground<'a>, key: KeyId, family: &[KeyId], part: Part<'a>) -> Option<Flag<'a>> {
    let graph = ground.graph;
    let Part { provider, reads, tests, definitions } = part;
    let plain: Vec<&Read> = reads.iter().map(|(_, read)| *read).collect();
    if plain.is_empty()
        && !definitions.is_empty()
        && definitions.iter().all(|one| one.is_archived())
    {
        return None;
    }
    if !is_flag(ground, key, &plain, &definitions) {
        return None;
    }
    let notes = ground.notes.get(&key).cloned().unwrap_or_default();
    let states = state::states(ground, key, &plain, &definitions);
    let flag = Flag {
        key,
        kind: kind::kind(ground, key, &definitions, &notes, &states, &plain),
        gives: gives::gives(ground, &reads, &definitions, &states),
        unity: state::unity(&states),
        is_seeded: state::is_seeded(ground, &states),
        is_vain: leaves::is_vain(graph.inventory, &reads),
        since: dates::since(ground, family, &definitions, &notes),
        changed: dates::changed(ground, family, &states),
        asked: dates::asked(ground, &definitions),
        expiry: dates::expires(ground, &definitions, &notes),
        expired: None,
        returned: returns::returned(ground, family, &states),
        shared: strangers::shared(ground, family, &states, &components(&plain)),
        checks: Vec::new(),
        leaves: Leaves::default(),
        either: None,
        owner: owner(ground, key, &definitions, &notes),
        set_by_tests: set_by_tests(graph.inventory, family, &tests),
        tests: tests.into_iter().map(|(_, read)| read).collect(),
        family: family.to_vec(),
        provider,
        states,
        reads,
        definitions,
        elsewhere: Vec::new(),
        notes,
        declarations: ground.declared.get(&key).cloned().unwrap_or_default(),
        stage: Stage::Unknown,
        lacking: Lacking::Nobody,
        verdict: Verdict::Wait,
        reasons: Vec::new(),
        blockers: Vec::new(),
    };
    Some(judged(ground, flag))
}

/// What is made of all that is known of a flag.
fn judged<'a>(ground: &Ground<'a>, mut flag: Flag<'a>) -> Flag<'a> {
    flag.expired = stage::expired(ground, &flag);
    flag.lacking = lacks::lacking(ground, &flag);
    flag.blockers = blockers::blockers(ground, &flag);
    flag.stage = stage::stage(ground, &flag);
    flag.verdict = stage::verdict(&flag);
    flag.reasons = stage::reasons(ground, &flag);
    flag.checks = leaves::checks(ground.graph.inventory, &flag);
    match stage::outcome(&flag) {
        Some(stand) => flag.leaves = leaves::leaves(ground, &flag, &stand),
        None => flag.either = leaves::either(ground, &flag),
    }
    flag
}

/// The components of reads, each once.
fn components<'a>(reads: &[&'a Read]) -> Vec<&'a str> {
    let all: BTreeSet<&str> = reads.iter().map(|read| read.component.as_str()).collect();
    all.into_iter().collect()
}

/// Where tests set a flag without asking for it.
fn set_by_tests(inventory: &Inventory, family: &[KeyId], tests: &[(ReadId, &Read)]) -> Vec<Span> {
    let places = family.iter().flat_map(|key| {
        let first = inventory.flag_tests.partition_point(|one| one.key < *key);
        inventory.flag_tests[first..].iter().take_while(move |one| one.key == *key)
    });
    let is_read = |span: &Span| {
        tests
            .iter()
            .any(|(_, read)| read.span.file == span.file && read.span.range.contains(span.range))
    };
    let all: BTreeSet<Span> = places.map(|one| one.span).filter(|span| !is_read(span)).collect();
    all.into_iter().collect()
}

/// Whether a key is a flag: one of a provider, one that code branches on or that a comment calls a flag, or one that looks so
/// and that nothing asks for.
fn is_flag(ground: &Ground<'_>, key: KeyId, reads: &[&Read], definitions: &[&Definition]) -> bool {
    let named = ground.graph.inventory.key(key);
    if named.namespace == Namespace::Flag {
        let is_declared = ground.notes.contains_key(&key) || ground.declared.contains_key(&key);
        return !reads.is_empty() || !definitions.is_empty() || is_declared;
    }
    if !reads.is_empty() {
        return reads.iter().any(|read| read.flag) || ground.notes.contains_key(&key);
    }
    let mut values = definitions.iter().filter_map(|one| one.value.shown()).peekable();
    Nature::of(&named.name).is_flag()
        && ground.graph.liveness(key) == Liveness::Unread
        // A file of which code reads nothing is for somebody else.
        && definitions.iter().any(|one| ground.loaded.contains(&one.source))
        && values.peek().is_some()
        && values.all(|text| shape::switch(text).is_some())
}

fn owner(
    ground: &Ground<'_>,
    key: KeyId,
    definitions: &[&Definition],
    notes: &[&FlagNote],
) -> Option<(String, &'static str)> {
    let name = &ground.graph.inventory.key(key).name;
    if let Some(owner) = ground.config.flags.owner_of(name) {
        return Some((owner.to_owned(), "policy"));
    }
    if let Some(owner) = ground.config.owners.of_key(name) {
        return Some((owner.to_owned(), "policy"));
    }
    let told = definitions.iter().find_map(|one| one.flag.as_deref()?.owner.clone());
    let told = told.map(|owner| (owner, "provider"));
    let said = || notes.iter().find_map(|note| Some((note.owner.clone()?, "annotation")));
    told.or_else(said)
}
