//! Numbers that say how many of all get something: they are compared with what is drawn, or with what is worked out of who asks.
//!
//! Goes by the words of `handlers.yaml` for what draws.

use super::conditions::Given;
use super::names::Names;
use super::scopes::Origin;
use crate::facts::decision::{Answer, Decision, Giver, Holding, Subject};
use crate::lang::syntax::{Argument, NodeId, Shape};

/// Names that stand for others further than this are not followed.
const MAX_HOPS: usize = 3;

impl Names<'_> {
    /// What a comparison with a draw, or a call that draws by itself, lets decide: `random() < share`, `rng.gen_bool(share)`.
    pub(super) fn drawn(&self, id: NodeId, given: &Given<'_>, found: &mut Vec<Decision>) {
        let is_compared = match self.tree.shape(id) {
            Shape::Operator(operands) => {
                matches!(operands[..], [left, right] if self.is_drawn(left) != self.is_drawn(right))
            }
            Shape::Call { callee, args, .. } => !args.is_empty() && self.is_chance(*callee),
            _ => false,
        };
        if !is_compared {
            return;
        }
        let parts = self.parts(id, given).into_iter();
        let shares = parts.filter(|(_, holding)| holding.of_share);
        found.extend(shares.map(|(subject, holding)| Decision {
            subject,
            holding,
            whole: self.tree.range(id),
            then: None,
            otherwise: None,
            is_vain: false,
        }));
    }

    /// Whether a call answers yes so many times of all as its first argument says.
    pub(super) fn is_chance(&self, callee: NodeId) -> bool {
        let name = self.last_name(callee);
        self.handlers.chances.iter().any(|known| known == name)
    }

    /// Whether a value is drawn, or worked out of who asks: `random.random()`, `crc32(user) % 100`.
    pub(super) fn is_drawn(&self, id: NodeId) -> bool {
        self.is_draw(id, MAX_HOPS)
    }

    fn is_draw(&self, id: NodeId, hops: usize) -> bool {
        let id = self.tree.unwrapped(id);
        match self.tree.shape(id) {
            Shape::Name | Shape::Member { .. } => self.is_drawn_name(id, hops),
            Shape::Call { callee, args, .. } => {
                let name = self.last_name(*callee);
                let is_draw = self.begins_or_ends(name)
                    || self
                        .slice(*callee)
                        .split(['.', ':'])
                        .any(|part| self.is_word_of_draws(part.trim_end_matches("()")));
                // `int(random.random() * 100)`
                let is_number = matches!(name, "abs" | "float" | "int" | "round");
                let inner = || match args[..] {
                    [Argument { splat: false, value, .. }] if is_number => Some(value),
                    _ => None,
                };
                is_draw
                    || hops
                        .checked_sub(1)
                        .is_some_and(|hops| inner().is_some_and(|value| self.is_draw(value, hops)))
            }
            Shape::Operator(operands) => {
                let [left, right] = operands[..] else { return false };
                let sign = self.between(left, right);
                let is_rest = sign == "%";
                if is_rest && (self.is_digest(left) || self.is_round(right)) {
                    return true;
                }
                let Some(hops) = hops.checked_sub(1) else { return false };
                let of_both = matches!(sign, "*" | "/" | "+" | "-");
                (is_rest || of_both) && self.is_draw(left, hops)
                    || of_both && self.is_draw(right, hops)
            }
            _ => false,
        }
    }

    /// A name is drawn by what it is given, or where it is called so and nothing else is known of it.
    fn is_drawn_name(&self, id: NodeId, hops: usize) -> bool {
        if matches!(self.tree.shape(id), Shape::Name)
            && let Some((_, origins)) = self.scopes.lookup(self.slice(id), id)
            && let [Origin::Value(value)] = origins[..]
        {
            return value != id
                && hops.checked_sub(1).is_some_and(|hops| self.is_draw(value, hops));
        }
        let last = self.last_name(id).rsplit('_').next();
        last.is_some_and(|word| self.is_word_of_draws(word))
    }

    /// Whether a text says that it is worked out of another: `int(md5(user).hexdigest(), 16)`.
    fn is_digest(&self, id: NodeId) -> bool {
        let words = self.slice(id).split(|c: char| !c.is_ascii_alphanumeric()).take(60);
        words
            .into_iter()
            .any(|word| self.handlers.digests.iter().any(|known| known.eq_ignore_ascii_case(word)))
    }

    /// Whether it is a number that shares are counted by: `user.id % 100`.
    fn is_round(&self, id: NodeId) -> bool {
        let text = self.slice(self.tree.unwrapped(id));
        matches!(text.trim_end_matches(".0"), "100" | "1000" | "10000" | "10_000" | "1_000")
    }

    fn is_word_of_draws(&self, word: &str) -> bool {
        self.handlers.draws.iter().any(|known| known.eq_ignore_ascii_case(word))
    }

    /// Whether the first or the last word of a function's name is one of a draw: `bucket_of`, `get_bucket`.
    fn begins_or_ends(&self, name: &str) -> bool {
        let mut words = name.split('_').filter(|word| !word.is_empty());
        let (first, last) = (words.clone().next(), words.next_back());
        [first, last].into_iter().flatten().any(|word| self.is_word_of_draws(word))
    }

    fn last_name(&self, id: NodeId) -> &str {
        let id = self.tree.unwrapped(id);
        if let Shape::Member { name, .. } = self.tree.shape(id) {
            return name.slice(self.text);
        }
        let text = self.slice(id);
        let text = text.split(['<', '(']).next().unwrap_or(text).trim_end_matches(':');
        text.rsplit(['.', ':']).next().unwrap_or(text)
    }

    /// What a value is, where it is a number that is compared with a draw.
    pub(super) fn numbers<'g>(
        &'g self,
        value: NodeId,
        by: &'g Giver,
        given: &Given<'_>,
    ) -> impl Iterator<Item = Answer> + use<'g> {
        let parts = self.number_parts(value, given).into_iter();
        let is_plain = |(_, holding): &(Subject, Holding)| holding.equals.is_empty();
        parts.filter(is_plain).map(|(subject, holding)| Answer {
            giver: by.clone(),
            subject,
            holding,
            is_number: true,
        })
    }
}
