//! What runs by conditions: branches, arms of matches, what stands under decorators, and what functions give.
//!
//! Knows one file. What a condition asks is taken apart elsewhere.

use rustc_hash::FxHashMap;

use super::conditions::Given;
use super::names::Names;
use super::scopes::Origin;
use crate::facts::code::Expr;
use crate::facts::decision::{Answer, Decision, Giver, Holding, Subject};
use crate::lang::syntax::{NodeId, Shape, children};
use crate::text::TextRange;

/// Arms beyond these are not looked at.
const MAX_ARMS: usize = 40;

/// Names that are given more values than these are not followed.
const MAX_GIVEN: usize = 16;

/// What a condition runs: where it holds, and where it does not.
type Sides = (Option<TextRange>, Option<TextRange>);

impl Names<'_> {
    /// All that decides in a file, in the order of the text.
    pub(super) fn decisions(&self, root: NodeId) -> Vec<Decision> {
        let given = self.given_members(root);
        let mut found = Vec::new();
        for id in self.tree.descendants(root) {
            self.decided_by(id, &given, &mut found);
            self.drawn(id, &given, &mut found);
        }
        found
    }

    fn decided_by(&self, id: NodeId, given: &Given<'_>, found: &mut Vec<Decision>) {
        let range = |id: NodeId| Some(self.tree.range(id));
        let (condition, sides) = match self.tree.shape(id) {
            Shape::If { condition, then, otherwise } => {
                let rest = || if self.exits(*then) { self.rest_behind(id) } else { None };
                (*condition, (range(*then), otherwise.and_then(range).or_else(rest)))
            }
            Shape::Choice { condition, then, otherwise } => {
                (*condition, (range(*then), range(*otherwise)))
            }
            Shape::While { condition: Some(condition), body } => (*condition, (range(*body), None)),
            Shape::And(left, right) if !self.is_condition(id) => (*left, (range(*right), None)),
            Shape::Or(left, right) if !self.is_condition(id) => (*left, (None, range(*right))),
            Shape::Match { subject, arms } => {
                return self.matched(id, *subject, arms, given, found);
            }
            Shape::Decorator(inside) => return self.decorated(id, *inside, found),
            Shape::Class { bases, body: Some(body), .. } if !bases.is_empty() => {
                return self.described_class(id, *body, found);
            }
            _ => return,
        };
        let parts = self.parts(condition, given);
        let is_vain = !parts.is_empty()
            && matches!(self.tree.shape(id), Shape::If { then, otherwise, .. } if self.is_vain(id, *then, *otherwise));
        found.extend(parts.into_iter().map(|(subject, holding)| Decision {
            is_vain,
            ..self.decision(id, subject, holding, sides)
        }));
    }

    fn decision(&self, id: NodeId, subject: Subject, holding: Holding, sides: Sides) -> Decision {
        let whole = self.tree.range(id);
        Decision { subject, holding, whole, then: sides.0, otherwise: sides.1, is_vain: false }
    }

    /// What each function gives, where a condition decides it.
    pub(super) fn answers(&self, root: NodeId, places: &FxHashMap<NodeId, usize>) -> Vec<Answer> {
        let given = self.given_members(root);
        let mut found = Vec::new();
        self.pages_given(root, &given, &mut found);
        for id in self.tree.descendants(root) {
            self.handed_over(id, &given, &mut found);
            let Shape::Function(function) = self.tree.shape(id) else { continue };
            let (Some(place), Some(body)) = (places.get(&id), function.body) else { continue };
            let returned = self.returned_nodes(body);
            let tells = |node: &&NodeId| !self.says_nothing(**node);
            let [value] = returned.iter().filter(tells).collect::<Vec<_>>()[..] else { continue };
            let answers = self.parts(*value, &given).into_iter();
            let by = Giver::Function(*place);
            found.extend(answers.map(|(subject, holding)| Answer {
                giver: by.clone(),
                subject,
                holding,
                is_number: false,
            }));
            found.extend(self.numbers(*value, &by, &given));
        }
        self.constants(root, &given, &mut found);
        self.members_given(&given, &mut found);
        found
    }

    /// What the members of objects are given, where it is one value: `self.sells_rye = os.environ.get("SELLS_RYE") == "1"`.
    fn members_given(&self, given: &Given<'_>, found: &mut Vec<Answer>) {
        let mut all: Vec<_> = given.iter().collect();
        all.sort_unstable();
        for ((class, name), values) in all {
            let [value] = values[..] else { continue };
            let by = Giver::Member { class: (*class).to_owned(), name: (*name).to_owned() };
            for (subject, holding) in self.parts(value, given) {
                found.push(Answer { giver: by.clone(), subject, holding, is_number: false });
            }
            found.extend(self.numbers(value, &by, given));
        }
    }

    /// What the names at the top of a file are given: `NEW_TILL = os.environ.get("NEW_TILL") == "1"`.
    fn constants(&self, root: NodeId, given: &Given<'_>, found: &mut Vec<Answer>) {
        for id in self.tree.descendants(root) {
            let Shape::Assign { targets, value: Some(value), .. } = self.tree.shape(id) else {
                continue;
            };
            let ([target], true) = (&targets[..], self.is_shared(id)) else { continue };
            let is_at_top = self.container_name(id).is_empty();
            let name = self.slice(*target);
            let is_setting = !is_at_top && !name.contains(|c: char| c.is_ascii_lowercase());
            if !(is_at_top || is_setting) || !matches!(self.tree.shape(*target), Shape::Name) {
                continue;
            }
            let name = name.to_owned();
            let by = if is_setting { Giver::Setting(name) } else { Giver::Constant(name) };
            let beside = self.beside_others(id, *target);
            let own = if is_setting { Some(Holding::same()) } else { beside };
            if let Some(own) = own {
                if own.is_same() {
                    self.entries_given(&by, *value, given, found);
                }
                for (subject, holding) in self.parts(*value, given) {
                    let Some(holding) = holding.then(&own) else { continue };
                    found.push(Answer { giver: by.clone(), subject, holding, is_number: false });
                }
            }
            found.extend(self.numbers(*value, &by, given));
        }
        self.without_entries_set_again(root, found);
    }

    /// How what a name holds stands to the value that a statement gives it: other values that count may be `True` or `False`.
    fn beside_others(&self, assign: NodeId, target: NodeId) -> Option<Holding> {
        let end = self.tree.range(assign).end;
        let is_sure = !self.is_under_condition(assign);
        let mut holding = Holding::same();
        let all = self.scopes.given(self.slice(target), target);
        if all.len() > MAX_GIVEN {
            return None;
        }
        for (_, origin) in all {
            let Origin::Value(value) = origin else { return None };
            let range = self.tree.range(*value);
            if self.tree.range(assign).contains(range) || is_sure && range.end <= end {
                continue;
            }
            holding = match self.tree.shape(self.tree.unwrapped(*value)) {
                Shape::Bool(true) => holding.of_or(),
                Shape::Bool(false) => holding.of_and(),
                _ => return None,
            };
        }
        Some(holding)
    }

    /// Whether a value that is given back says nothing of what else is asked: a literal, a parameter.
    fn says_nothing(&self, node: NodeId) -> bool {
        let value = self.tree.unwrapped(node);
        match self.tree.shape(value) {
            Shape::Bool(_) | Shape::Null | Shape::Text(_) | Shape::Number => true,
            Shape::Name => self.is_param(value),
            // What a caller hands over to ask instead: `return fallback(name)`.
            Shape::Call { callee, .. } => self.is_param(*callee),
            _ => false,
        }
    }

    fn is_param(&self, name: NodeId) -> bool {
        let is_name = matches!(self.tree.shape(name), Shape::Name);
        let found = is_name.then(|| self.scopes.lookup(self.slice(name), name)).flatten();
        found.is_some_and(|(_, origins)| matches!(origins[..], [Origin::Param(_)]))
    }

    /// The arms of a match on what decides: `true => …, false => …`, `"blue" => …`.
    fn matched(
        &self,
        id: NodeId,
        on: NodeId,
        arms: &[NodeId],
        given: &Given<'_>,
        found: &mut Vec<Decision>,
    ) {
        self.guarded(id, arms, given, found);
        let parts = self.parts(on, given);
        if parts.is_empty() {
            return;
        }
        let side = |value: bool| {
            let mut arms = arms.iter().take(MAX_ARMS).filter_map(|arm| self.arm_of(*arm));
            let word = if value {
                ["true", "True", "Ok(true)", "Some(true)"]
            } else {
                ["false", "False", "Ok(false)", "Some(false)"]
            };
            arms.find(|(pattern, _)| word.contains(pattern)).map(|(_, body)| body)
        };
        let (then, otherwise) = (side(true), side(false));
        let last =
            arms.last().and_then(|arm| self.arm_of(*arm)).filter(|(pattern, _)| *pattern == "_");
        if then.is_some() || otherwise.is_some() {
            let last = last.map(|(_, body)| body);
            let sides = (then.or(last), otherwise.or(last));
            found.extend(
                parts
                    .into_iter()
                    .map(|(subject, holding)| self.decision(id, subject, holding, sides)),
            );
            return;
        }
        let mut known = Vec::new();
        for arm in arms.iter().take(MAX_ARMS) {
            let Shape::Arm { pattern, body } = self.tree.shape(*arm) else { continue };
            let equals = self.literals(*pattern);
            if equals.is_empty() {
                continue;
            }
            known.extend(equals.clone());
            self.compared_with(id, &parts, &equals, (Some(self.tree.range(*body)), None), found);
        }
        if let Some((_, rest)) = last.filter(|_| !known.is_empty() && arms.len() <= MAX_ARMS) {
            self.compared_with(id, &parts, &known, (None, Some(rest)), found);
        }
    }

    /// What runs where the parts are one of these texts.
    fn compared_with(
        &self,
        id: NodeId,
        parts: &[(Subject, Holding)],
        equals: &[String],
        sides: Sides,
        found: &mut Vec<Decision>,
    ) {
        let outer = Holding { equals: equals.to_vec(), ..Holding::same() };
        for (subject, holding) in parts {
            if let Some(holding) = holding.then(&outer) {
                found.push(self.decision(id, subject.clone(), holding, sides));
            }
        }
    }

    /// Arms that count only under a condition of their own: `_ if is_new() => …`.
    fn guarded(&self, id: NodeId, arms: &[NodeId], given: &Given<'_>, found: &mut Vec<Decision>) {
        let ranges = |all: &[NodeId]| {
            let (first, last) = (all.first()?, all.last()?);
            Some(self.tree.range(*first).cover(self.tree.range(*last)))
        };
        for (at, arm) in arms.iter().enumerate().take(MAX_ARMS) {
            let Shape::Arm { pattern, body } = self.tree.shape(*arm) else { continue };
            let Shape::Guarded { pattern, guard } = self.tree.shape(*pattern) else { continue };
            // What any value fits leaves nothing for the arms behind it.
            let takes_all = self.pattern(*pattern) == "_";
            let rest = if takes_all { ranges(&arms[at + 1..]) } else { None };
            let sides = (Some(self.tree.range(*body)), rest);
            let parts = self.parts(*guard, given).into_iter();
            found
                .extend(parts.map(|(subject, holding)| self.decision(id, subject, holding, sides)));
        }
    }

    fn arm_of(&self, arm: NodeId) -> Option<(&str, TextRange)> {
        let Shape::Arm { pattern, body } = self.tree.shape(arm) else { return None };
        Some((self.pattern(*pattern), self.tree.range(*body)))
    }

    /// The texts that a pattern consists of; none where it holds anything else.
    fn literals(&self, pattern: NodeId) -> Vec<String> {
        let inside = self.tree.descendants(pattern).into_iter();
        let texts = inside.filter_map(|id| match self.tree.shape(id) {
            Shape::Text(_) => match self.value(id) {
                Expr::Text(text) => Some(Some(text)),
                _ => Some(None),
            },
            Shape::Name
            | Shape::Member { .. }
            | Shape::Call { .. }
            | Shape::List(_)
            | Shape::Guarded { .. } => Some(None),
            _ => None,
        });
        texts.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// A decorator decides whether what stands under it runs.
    fn decorated(&self, id: NodeId, inside: NodeId, found: &mut Vec<Decision>) {
        let Some(around) = self.tree.parent(id) else { return };
        let whole = self.tree.range(around);
        let Some(item) = children(self.tree.shape(around))
            .into_iter()
            .rev()
            .find(|at| matches!(self.tree.shape(*at), Shape::Function(_) | Shape::Class { .. }))
        else {
            return;
        };
        let calls = self.tree.descendants(inside).into_iter().take(40);
        for call in calls.filter(|at| matches!(self.tree.shape(*at), Shape::Call { .. })) {
            found.push(Decision {
                subject: Subject { range: self.tree.range(call), path: None },
                holding: Holding::same(),
                whole,
                then: Some(self.tree.range(item)),
                otherwise: None,
                is_vain: false,
            });
        }
    }

    /// An attribute of a class may decide whether the class is used: `waffle_flag = "new_till"`.
    fn described_class(&self, class: NodeId, body: NodeId, found: &mut Vec<Decision>) {
        let Shape::Block(statements) = self.tree.shape(body) else { return };
        let whole = self.tree.range(class);
        for statement in statements.iter().take(200) {
            let assign = match self.tree.shape(*statement) {
                Shape::Other(inside) => match inside[..] {
                    [one] => one,
                    _ => continue,
                },
                _ => *statement,
            };
            if let Shape::Assign { value: Some(value), .. } = self.tree.shape(assign)
                && matches!(
                    self.tree.shape(*value),
                    Shape::Text(_) | Shape::Name | Shape::Member { .. }
                )
            {
                let subject = Subject { range: self.tree.range(assign), path: None };
                found.push(self.decision(class, subject, Holding::same(), (Some(whole), None)));
            }
        }
    }

    /// Whether a part of a condition is one of an `if` or the like: that tells more of it.
    fn is_condition(&self, id: NodeId) -> bool {
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            match self.tree.shape(around) {
                Shape::Wrapped(_) | Shape::Not(_) | Shape::And(..) | Shape::Or(..) => {
                    inner = around;
                }
                Shape::If { condition, .. } | Shape::Choice { condition, .. } => {
                    return *condition == inner;
                }
                Shape::While { condition, .. } => return *condition == Some(inner),
                Shape::Guarded { guard, .. } => return *guard == inner,
                _ => return false,
            }
        }
        false
    }

    /// Whether what follows a branch does not run after it.
    pub(super) fn exits(&self, node: NodeId) -> bool {
        let node = self.tree.unwrapped(node);
        let last = match self.tree.shape(node) {
            Shape::Block(many) => many.last().copied().unwrap_or(node),
            Shape::Other(inside) if inside.len() == 1 => inside[0],
            Shape::Return(_) | Shape::Raise(_) | Shape::Jump => return true,
            _ => return self.fails(node),
        };
        last != node && self.exits(last)
    }

    /// What stands behind a statement in its block.
    fn rest_behind(&self, id: NodeId) -> Option<TextRange> {
        let behind = self.statements_behind(id)?;
        let (first, last) = (behind.first()?, behind.last()?);
        Some(self.tree.range(*first).cover(self.tree.range(*last)))
    }

    /// The statements behind one in its block.
    pub(super) fn statements_behind(&self, id: NodeId) -> Option<&[NodeId]> {
        let mut inner = id;
        for around in self.tree.ancestors(id).take(4) {
            match self.tree.shape(around) {
                Shape::Block(statements) => {
                    let at = statements.iter().position(|one| *one == inner)?;
                    return statements.get(at + 1..);
                }
                Shape::Other(inside) if inside.len() == 1 => inner = around,
                Shape::Wrapped(_) => inner = around,
                _ => return None,
            }
        }
        None
    }
}
