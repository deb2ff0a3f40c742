//! What a provider says of a flag, for programs and for people: what `facts` and `explain` share.

use serde::Serialize;

use super::given::quoted;
use crate::model::{FlagState, Percent, Serves, ValueType};

/// What a provider says of a flag. Its fields are the wire format.
#[derive(Clone, Serialize)]
pub(super) struct FlagSaid {
    serves: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<f64>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    gives: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    permanent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    archived: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    clients: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluated: Option<String>,
}

impl FlagSaid {
    /// What is shown of a state.
    pub(super) fn of(state: &FlagState) -> Self {
        let (serves, value, percent) = match &state.serves {
            Serves::Default => ("default", None, None),
            Serves::One(value) => ("one", Some(value.clone()), None),
            Serves::Share { value, share } => {
                ("share", Some(value.clone()), Some(hundredths(*share)))
            }
            Serves::Targeted => ("targeted", None, None),
            Serves::Unknown => ("unknown", None, None),
        };
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        Self {
            serves,
            value,
            percent,
            gives: ValueType::as_str(&state.gives),
            kind: state.kind.map(crate::model::FlagKind::as_str),
            permanent: state.is_permanent,
            archived: state.is_archived,
            clients: state.is_for_clients,
            owner: state.owner.clone(),
            needs: state.needs.clone(),
            created: day(state.dates.created),
            changed: day(state.dates.changed),
            expires: day(state.dates.expires),
            evaluated: day(state.dates.evaluated),
        }
    }

    /// What it serves, on one line: `20 % "on"`.
    pub(super) fn text(&self) -> String {
        if self.archived {
            return "archived".to_owned();
        }
        let value = || quoted(self.value.as_deref().unwrap_or_default());
        match self.serves {
            "one" => value(),
            "share" => format!("{} % {}", self.percent.unwrap_or_default(), value()),
            "targeted" => "targeted".to_owned(),
            "default" => "off: the default of the code".to_owned(),
            _ => "not told by the file".to_owned(),
        }
    }
}

/// A share as people write it: `33.3`.
fn hundredths(share: Percent) -> f64 {
    f64::from(share.0) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::FlagSaid;
    use crate::model::{FlagState, Percent, Serves};

    #[test]
    fn states_read_well() {
        let share = Serves::Share { value: "on".to_owned(), share: Percent(12_500) };
        for (serves, wanted) in [
            (Serves::One("true".to_owned()), "\"true\""),
            (share, "12.5 % \"on\""),
            (Serves::Targeted, "targeted"),
            (Serves::Default, "off: the default of the code"),
        ] {
            assert_eq!(FlagSaid::of(&FlagState::serving(serves)).text(), wanted);
        }
        let archived = FlagState { is_archived: true, ..FlagState::serving(Serves::Default) };
        assert_eq!(FlagSaid::of(&archived).text(), "archived");
    }
}
