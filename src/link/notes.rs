//! What comments and arguments say of flags, joined with the flags that they stand beside.
//!
//! A comment is joined where one flag alone stands under it, or where it names one. The rest says nothing.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::facts::CodeFacts;
use crate::facts::code::{Arg, Expr, Note};
use crate::model::{FlagDates, FlagNote, Inventory, Key, KeyId, KeyRef, Namespace};
use crate::text::{FileId, Files, Span, TextRange};

/// Names of arguments that give the day on which a flag is to go.
const EXPIRES: &[&str] = &[
    "cleanup_by",
    "expiration",
    "expiration_date",
    "expires",
    "expires_at",
    "expires_on",
    "expiry",
    "expiry_date",
    "removal_date",
    "remove_after",
    "remove_at",
    "remove_by",
    "sunset",
    "sunset_date",
    "target_removal_date",
];

/// Names of arguments that give the day on which it was made.
const CREATED: &[&str] =
    &["added", "created", "created_at", "created_on", "creation_date", "introduced"];

/// Names of arguments that say who answers for it.
const OWNER: &[&str] = &["maintainer", "owned_by", "owner", "owners", "team"];

/// What the arguments of a call say of the flag that it makes or asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    dates: FlagDates,
    expires_at: Option<TextRange>,
    owner: Option<String>,
    is_permanent: bool,
}

impl Said {
    /// The note that it is, at the place of the call.
    pub(super) fn note(&self, key: KeyId, span: Span) -> FlagNote {
        FlagNote {
            key,
            span,
            expires_at: self.expires_at.map(|range| Span::new(span.file, range)),
            kind: None,
            is_permanent: self.is_permanent,
            dates: self.dates,
            owner: self.owner.clone(),
        }
    }
}

/// What arguments say; `None` where they say nothing.
pub(super) fn said_by_args(args: &[Arg]) -> Option<Said> {
    let mut said = Said::default();
    for arg in args {
        let Some(name) = arg.name.as_deref() else { continue };
        if EXPIRES.contains(&name) {
            said.dates.expires = day(&arg.value);
            said.expires_at = said.dates.expires.map(|_| arg.range);
        } else if CREATED.contains(&name) {
            said.dates.created = day(&arg.value);
        } else if OWNER.contains(&name)
            && let Expr::Text(owner) = &arg.value
            && !owner.trim().is_empty()
        {
            said.owner = Some(owner.trim().to_owned());
        } else if matches!(name, "permanent" | "is_permanent") {
            said.is_permanent = arg.value == Expr::Bool(true);
        }
    }
    let says = said.dates != FlagDates::default() || said.owner.is_some() || said.is_permanent;
    says.then_some(said)
}

/// `date(2024, 6, 1)`, `"2024-06-01"`.
fn day(value: &Expr) -> Option<Date> {
    match value {
        Expr::Text(text) => text.get(..10)?.parse().ok(),
        Expr::Call(path, args, _) if matches!(path.last(), "date" | "datetime") => {
            let number = |at: usize| match args.get(at) {
                Some(Expr::Number(text)) => text.parse::<i16>().ok(),
                _ => None,
            };
            let (month, day) = (i8::try_from(number(1)?).ok()?, i8::try_from(number(2)?).ok()?);
            Date::new(number(0)?, month, day).ok()
        }
        _ => None,
    }
}

/// Joins the comments of all files with the flags beside them. Reads are in the order of their spans.
pub(super) fn add(inventory: &mut Inventory, code: &[(FileId, CodeFacts)], files: &Files) {
    let mut beside: FxHashMap<FileId, Vec<(TextRange, KeyId, bool)>> = FxHashMap::default();
    for one in &inventory.flag_declarations {
        beside.entry(one.span.file).or_default().push((one.span.range, one.key, true));
    }
    for read in inventory.reads.iter().filter(|read| read.flag && !read.is_echo) {
        if let KeyRef::Exact(key) = read.key {
            beside.entry(read.span.file).or_default().push((read.span.range, key, false));
        }
    }
    let mut found = Vec::new();
    for (id, facts) in code {
        for note in &facts.notes {
            let near = beside.get(id).map_or(&[] as &[_], Vec::as_slice);
            let key = key_beside(note, near, files, *id).or_else(|| key_named(inventory, note));
            found.extend(key.map(|key| of_comment(note, key, *id)));
        }
    }
    inventory.flag_notes.extend(found);
    inventory.flag_notes.sort_by_key(|note| (note.span, note.key));
    inventory.flag_notes.dedup();
}

/// The one flag that is declared, or else asked for, where the code that a comment stands beside begins.
fn key_beside(
    note: &Note,
    near: &[(TextRange, KeyId, bool)],
    files: &Files,
    file: FileId,
) -> Option<KeyId> {
    let lines = files.get(file).lines();
    let first = lines.line(note.anchor.start);
    let under =
        |range: TextRange| note.anchor.contains(range) && lines.line(range.start) <= first + 1;
    for declared in [true, false] {
        let own = near.iter().filter(|(range, _, is)| *is == declared && under(*range));
        let mut keys: Vec<KeyId> = own.map(|(_, key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        match keys[..] {
            [one] => return Some(one),
            [] => {}
            _ => return None,
        }
    }
    None
}

/// The flag or setting that a comment names.
fn key_named(inventory: &Inventory, note: &Note) -> Option<KeyId> {
    let name = note.name.as_ref()?;
    let key = |namespace| inventory.id(&Key { name: name.clone(), namespace });
    key(Namespace::Flag).or_else(|| key(Namespace::Setting))
}

fn of_comment(note: &Note, key: KeyId, file: FileId) -> FlagNote {
    FlagNote {
        key,
        span: Span::new(file, note.range),
        expires_at: note.expires.map(|(_, range)| Span::new(file, range)),
        kind: note.kind,
        is_permanent: note.is_permanent,
        dates: FlagDates {
            created: note.created,
            expires: note.expires.map(|(day, _)| day),
            ..FlagDates::default()
        },
        owner: note.owner.clone(),
    }
}
