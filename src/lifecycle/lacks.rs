//! Flags that code asks for and that their provider does not have, as far as all that it keeps is seen.
//!
//! A file that need not hold all flags of its provider proves nothing: what a database or a service adds is not seen.

use super::state::is_of_nobody;
use super::{Flag, Ground};
use crate::model::{Definition, Namespace, Read, SourceId};
use crate::nature::sdk::{Asked, asked};

/// Who lacks a flag that code asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// Nobody, as far as is known.
    Nobody,
    /// Files that fill a server, and name no environment: the servers of environments may have it.
    Copies,
    /// Its provider; or it keeps it in its archive alone.
    Provider,
}

/// Who lacks a flag.
pub(super) fn lacking(ground: &Ground<'_>, flag: &Flag<'_>) -> Lacking {
    if !lacks(ground, flag) {
        return Lacking::Nobody;
    }
    let whom = flag.reads.first().map(|(_, read)| asked(&read.reader));
    let sources = whom.map(|whom| sources(ground, whom)).unwrap_or_default();
    let is_archived = flag.definitions.iter().any(|one| one.is_archived());
    if !is_archived && sources.iter().all(|id| is_of_nobody(ground, *id)) {
        return Lacking::Copies;
    }
    Lacking::Provider
}

fn lacks(ground: &Ground<'_>, flag: &Flag<'_>) -> bool {
    let inventory = ground.graph.inventory;
    let named = inventory.key(flag.key);
    let Some((_, first)) = flag.reads.first() else { return false };
    let whom = asked(&first.reader);
    // What the project keeps itself no provider has.
    let is_asked =
        |read: &Read| asked(&read.reader) == whom && !inventory.keeps_flags(&read.reader);
    if named.namespace != Namespace::Flag
        || !flag.reads.iter().all(|(_, read)| is_asked(read))
        || ground.config.is_provided(&named.name)
    {
        return false;
    }
    let sources = sources(ground, whom);
    // A file that holds no flag which is evaluated is of another project.
    if !sources.iter().any(|id| ground.loaded.contains(id)) {
        return false;
    }
    let mut given = given(ground, flag, whom).peekable();
    if given.peek().is_some() {
        return given.all(Definition::is_archived);
    }
    sources.iter().all(|id| inventory.source(*id).is_whole_provider() && !breaks(ground, *id))
}

/// The sources of a provider that serve some environment.
fn sources(ground: &Ground<'_>, whom: Asked) -> Vec<SourceId> {
    let inventory = ground.graph.inventory;
    let answers = |id: &&SourceId| whom.fits(inventory.source(**id).kind);
    ground.providers.iter().filter(answers).copied().collect()
}

/// What a provider says of a flag, contracts included.
fn given<'a>(
    ground: &Ground<'a>,
    flag: &Flag<'_>,
    whom: Asked,
) -> impl Iterator<Item = &'a Definition> {
    let inventory = ground.graph.inventory;
    let all = ground.graph.definitions_of(flag.key).map(|(_, one)| one);
    all.filter(move |one| {
        let source = inventory.source(one.source);
        source.is_provider() && whom.fits(source.kind)
    })
}

/// Whether a file breaks: it may have had the flag.
fn breaks(ground: &Ground<'_>, id: SourceId) -> bool {
    let inventory = ground.graph.inventory;
    let file = inventory.source(id).file;
    inventory.problems.iter().any(|one| one.span.is_some_and(|span| span.file == file))
}
