//! What those who ask for a flag get: one value, a part of them one, or what depends on who asks.
//!
//! Knows no provider. A value that may be a credential is withheld like any other, and then nothing is said of it.

use super::super::context::{Asks, Context};
use super::super::secret::{self, Written};
use super::Named;
use crate::document::Node;
use crate::facts::SourceFacts;
use crate::model::{Percent, Scalar, ScalarKind, Serves, Value};
use crate::text::TextRange;

/// A value that a flag can have.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Answer<'a> {
    /// It is written there.
    At(Node<'a>),
    /// Yes or no, without a place of its own.
    Is(bool),
    /// A word: the name of a variant where code compares that.
    Word(&'a str, TextRange),
}

impl Answer<'_> {
    /// Whether both are one value, as code compares it.
    pub(super) fn is(self, other: Answer<'_>) -> bool {
        self.text().is_some() && self.text() == other.text()
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::At(node) => node.text(),
            Self::Is(yes) => Some(if *yes { "true" } else { "false" }),
            Self::Word(word, _) => Some(word),
        }
    }

    fn is_on(self) -> bool {
        let words = ["true", "on", "enabled", "1", "yes"];
        self.text().is_some_and(|text| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
    }
}

/// What those who ask get.
#[derive(Clone, Debug)]
pub(in super::super) enum Served<'a> {
    /// The default of the code.
    Default,
    /// All of them one value.
    One(Answer<'a>),
    /// Each of these values a part of them; the rest gets the default of the code.
    Parts(Vec<(Answer<'a>, Percent)>),
    /// It depends on who asks.
    Targeted,
    /// The file does not tell.
    Unknown,
}

impl<'a> Served<'a> {
    /// A part of those who ask gets yes, the rest no.
    pub(in super::super) fn yes_to(share: Percent) -> Self {
        let rest = Percent(Percent::ALL.0.saturating_sub(share.0));
        Self::Parts(vec![(Answer::Is(true), share), (Answer::Is(false), rest)])
    }

    /// All get yes, or all get no.
    pub(in super::super) fn all(yes: bool) -> Self {
        Self::One(Answer::Is(yes))
    }

    /// Parts by weights that need not come to a hundred.
    pub(in super::super) fn weighted(parts: Vec<(Answer<'a>, u64)>) -> Self {
        let total: u64 = parts.iter().fold(0, |sum, (_, weight)| sum.saturating_add(*weight));
        if total == 0 {
            return Self::Unknown;
        }
        let all = u128::from(Percent::ALL.0);
        let percent = |weight: u64| {
            let share = u128::from(weight) * all / u128::from(total);
            Percent(u32::try_from(share).unwrap_or(Percent::ALL.0))
        };
        Self::Parts(parts.into_iter().map(|(answer, weight)| (answer, percent(weight))).collect())
    }

    /// The same, of a document that stands in a text at `range`.
    pub(in super::super) fn within(self, range: TextRange) -> Self {
        let place = |answer: Answer<'a>| match answer {
            Answer::Word(text, _) => Answer::Word(text, range),
            other => other,
        };
        match self {
            Self::One(answer) => Self::One(place(answer)),
            Self::Parts(parts) => Self::Parts(
                parts.into_iter().map(|(answer, share)| (place(answer), share)).collect(),
            ),
            other => other,
        }
    }

    /// The same with parts that say nothing left out: one value for all where there is one.
    fn plain(self) -> Self {
        let Self::Parts(parts) = self else { return self };
        let mut merged: Vec<(Answer<'a>, Percent)> = Vec::new();
        for (answer, share) in parts.into_iter().filter(|(_, share)| *share > Percent::NONE) {
            match merged.iter_mut().find(|(known, _)| known.is(answer)) {
                Some((_, known)) => known.0 = known.0.saturating_add(share.0).min(Percent::ALL.0),
                None => merged.push((answer, share)),
            }
        }
        match merged.as_slice() {
            [] => Self::Default,
            // Weights such as 33.33 three times come to a little less than all.
            [(answer, share)] if share.0 + 100 >= Percent::ALL.0 => Self::One(*answer),
            _ => Self::Parts(merged),
        }
    }

    /// The value of a definition that serves this, where it is written, and what is said of it.
    pub(super) fn settle(
        self,
        context: Context<'_>,
        flag: Named<'_>,
        facts: &mut SourceFacts,
    ) -> (Value, Option<TextRange>, Serves) {
        match self.plain() {
            Served::Default => (Value::Computed, None, Serves::Default),
            Served::Targeted => (Value::Computed, None, Serves::Targeted),
            Served::Unknown => (Value::Computed, None, Serves::Unknown),
            Served::One(answer) => {
                let (value, range) = written(answer, context, flag, facts);
                let serves = match &value {
                    Value::Literal(scalar) => Serves::One(scalar.text.clone()),
                    Value::Placeholder(text) => Serves::One(text.clone()),
                    Value::Empty => Serves::One(String::new()),
                    _ => Serves::Unknown,
                };
                (value, range, serves)
            }
            Served::Parts(parts) => {
                // What is on says most; of values that are equals the first one.
                let on = parts.iter().find(|(answer, _)| answer.is_on());
                let Some((answer, share)) = on.or(parts.first()) else {
                    return (Value::Computed, None, Serves::Unknown);
                };
                let (value, range) = written(*answer, context, flag, facts);
                let serves = match value {
                    Value::Literal(scalar) => Serves::Share { value: scalar.text, share: *share },
                    _ => Serves::Unknown,
                };
                (Value::Computed, range, serves)
            }
        }
    }
}

/// The value that stands there.
fn written(
    answer: Answer<'_>,
    context: Context<'_>,
    flag: Named<'_>,
    facts: &mut SourceFacts,
) -> (Value, Option<TextRange>) {
    match answer {
        Answer::Is(yes) => {
            let text = if yes { "true" } else { "false" }.to_owned();
            (Value::Literal(Scalar { text, kind: ScalarKind::Bool }), None)
        }
        Answer::At(node) => {
            let value = context.value(flag.name, node, Asks::None, facts);
            (value, Some(node.resolved().range()))
        }
        Answer::Word(text, range) => {
            let (name, raw) = (flag.name, context.raw(range));
            let kind = ScalarKind::Text;
            let written = Written { name, text, raw, range, kind, asks: Vec::new() };
            (secret::judge(&written, context.sealer, facts), Some(range))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Served};
    use crate::model::Percent;

    fn word(text: &str) -> Answer<'_> {
        Answer::Word(text, crate::text::TextRange::new(0, 0))
    }

    #[test]
    fn parts_of_one_value_are_one_part() {
        let parts = vec![(word("a"), 1), (word("b"), 0), (word("a"), 3)];
        assert!(matches!(Served::weighted(parts).plain(), Served::One(_)));
        assert!(matches!(Served::yes_to(Percent::ALL).plain(), Served::One(Answer::Is(true))));
        assert!(matches!(Served::yes_to(Percent::NONE).plain(), Served::One(Answer::Is(false))));
    }

    #[test]
    fn weights_may_be_anything() {
        assert!(matches!(Served::weighted(vec![(word("a"), 0)]), Served::Unknown));
        let huge = vec![(word("a"), u64::MAX), (word("b"), u64::MAX)];
        assert!(matches!(Served::weighted(huge), Served::Parts(_)));
        let thirds = vec![(word("a"), Percent(33_330)), (word("a"), Percent(66_600))];
        assert!(matches!(Served::Parts(thirds).plain(), Served::One(_)));
    }
}
