//! What a provider says of a flag, as the fixtures of formats write it.

use keydrift::model::{FlagState, Percent, Serves};

/// What a provider says of a flag.
pub(super) fn said(flag: &FlagState) -> String {
    let mut said = vec![match &flag.serves {
        Serves::Default => "default of the code".to_owned(),
        Serves::One(_) => "one value".to_owned(),
        Serves::Share { value, share } => format!("{} of {} {value:?}", share.0, Percent::ALL.0),
        Serves::Targeted => "targeted".to_owned(),
        Serves::Unknown => "not told".to_owned(),
    }];
    said.extend(flag.kind.map(|kind| kind.as_str().to_owned()));
    for (word, holds) in [
        ("permanent", flag.is_permanent),
        ("archived", flag.is_archived),
        ("for clients", flag.is_for_clients),
    ] {
        said.extend(holds.then(|| word.to_owned()));
    }
    let dates = [
        ("created", flag.dates.created),
        ("changed", flag.dates.changed),
        ("expires", flag.dates.expires),
        ("evaluated", flag.dates.evaluated),
    ];
    said.extend(dates.into_iter().filter_map(|(word, day)| Some(format!("{word} {}", day?))));
    said.extend(flag.owner.as_ref().map(|owner| format!("of {owner}")));
    said.extend(flag.gives.as_str().map(|of_type| format!("gives {of_type}")));
    if !flag.needs.is_empty() {
        said.push(format!("needs {}", flag.needs.join(" ")));
    }
    said.join(", ")
}
