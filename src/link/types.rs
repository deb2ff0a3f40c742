//! What a value must be: the steps of a chain, asked for what they make of a value that is there.
//!
//! Stands apart from absence: where nothing is decided by a missing key, its type may still be said further on.

mod said;

use super::chains::Chain;
use super::program::{Program, Target};
use crate::facts::code::{Arg, Expr, Outcome, Path, Step, StepArg, Use};
use crate::lang::handlers::{Effect, Handlers};
use crate::model::{Bound, Limits, ValueType};

/// Functions handing a value to functions deeper than this are not followed.
const MAX_CALLS: usize = 4;

/// What a value must be: its type, and what is said beyond it.
#[derive(Clone, Debug, Default)]
pub(super) struct Needed {
    pub(super) expects: ValueType,
    pub(super) limits: Limits,
}

impl From<ValueType> for Needed {
    fn from(expects: ValueType) -> Self {
        Self { expects, limits: Limits::default() }
    }
}

/// What the value of a chain must be.
pub(super) fn expected(program: &Program<'_>, handlers: &Handlers, chain: &Chain<'_>) -> Needed {
    expected_beside(program, handlers, chain, None)
}

/// The same, where this value stands in for what a function of the project parses: it is of the type that is parsed.
pub(super) fn expected_beside(
    program: &Program<'_>,
    handlers: &Handlers,
    chain: &Chain<'_>,
    default: Option<&Expr>,
) -> Needed {
    let parsed = chain.row.typed;
    let mut walk = Walk { program, handlers, file: chain.frames[0].file, parsed, lowers: false };
    let said = walk.chain(chain);
    let mut needed = said.or_else(|| walk.beside(default.filter(|_| !parsed)?)).unwrap_or_default();
    if let ValueType::Bool(words) = &mut needed.expects
        && words.is_empty()
        && !chain.row.words.is_empty()
    {
        // The reader has words of its own for what the language calls a boolean.
        words.clone_from(&chain.row.words);
        needed.limits = Limits { exact_words: Some(false), ..Limits::default() };
    }
    needed.limits.any_text_parses |=
        chain.row.any_text_parses || is_rewritten(handlers, &program.site(chain.frames[0]).args);
    needed
}

/// Whether code of the project reads the text before the type of the field does: `value_parser = seconds`.
fn is_rewritten(handlers: &Handlers, args: &[Arg]) -> bool {
    args.iter().any(|arg| {
        arg.name.as_ref().is_some_and(|name| {
            let is_type = matches!(&arg.value, Expr::Call(path, ..) if path.last() == name);
            handlers.rewriters.contains(name) && !is_type
        })
    })
}

/// What a type says beyond what it is, by the name that code writes for it.
pub(super) fn type_limits(handlers: &Handlers, name: &str) -> Limits {
    // A type whose end is that of the widest one has no end that anybody meets.
    let end =
        |number: i128| (number != i128::MAX && number != i128::MIN).then(|| Bound::at(&number));
    let [min, max] = handlers.ranges.get(name).copied().unwrap_or([i128::MIN, i128::MAX]);
    Limits {
        min: end(min),
        max: end(max),
        schemes: handlers.schemes.get(name).cloned().unwrap_or_default(),
        plain_numbers: handlers.plain_numbers,
        ..Limits::default()
    }
}

/// A type by the word of the tables.
pub(super) fn named_type(name: &str, words: &[String]) -> Option<ValueType> {
    Some(match name {
        "bool" => ValueType::Bool(words.to_vec()),
        "duration" => ValueType::Duration,
        "enum" => ValueType::Enum(words.to_vec()),
        "float" => ValueType::Float,
        "int" => ValueType::Int,
        "json" => ValueType::Json,
        "list" => ValueType::List,
        // Made by the library in a way of its own, whatever is written beside the call.
        "other" => ValueType::Unknown,
        "path" => ValueType::Path,
        "str" => ValueType::Text,
        "url" => ValueType::Url,
        _ => return None,
    })
}

/// How a walk over steps ended.
enum End {
    Found(Needed),
    Returned,
    Nothing,
}

impl End {
    /// What is something else says nothing of the text.
    fn of(found: Needed) -> Self {
        match found.expects {
            ValueType::Unknown => Self::Nothing,
            _ => Self::Found(found),
        }
    }
}

struct Walk<'w, 'p> {
    program: &'w Program<'p>,
    handlers: &'w Handlers,
    /// The file that the steps are of.
    file: usize,
    /// The text was parsed into a type that nobody has named yet.
    parsed: bool,
    /// Its case was taken away on the way.
    lowers: bool,
}

impl Walk<'_, '_> {
    fn chain(&mut self, chain: &Chain<'_>) -> Option<Needed> {
        if let Some(name) = &chain.row.of_type {
            let plain_numbers = self.handlers.plain_numbers;
            let limits = Limits { plain_numbers, ..Limits::default() };
            return Some(Needed { expects: named_type(name, &chain.row.words)?, limits });
        }
        let said = self
            .switched(chain)
            .or_else(|| self.argument(chain))
            .or_else(|| self.declared(chain))
            .or_else(|| self.built(chain));
        if said.is_some() {
            return said;
        }
        for frame in &chain.frames {
            let site = self.program.site(*frame);
            self.file = frame.file;
            let generic = site.types.as_ref().filter(|_| *frame != chain.frames[0]);
            if let Some(found) = generic.and_then(|types| self.written(types)) {
                return Some(found);
            }
            match self.steps(&site.steps, MAX_CALLS) {
                End::Found(found) => return Some(found),
                End::Returned => {}
                End::Nothing => return None,
            }
        }
        None
    }

    fn beside(&self, default: &Expr) -> Option<Needed> {
        let is_one = matches!(default, Expr::Number(_) | Expr::Bool(_)) && self.parsed;
        let limits = type_limits(self.handlers, "");
        is_one.then(|| self.like(default)).flatten().map(|expects| Needed { expects, limits })
    }

    fn steps(&mut self, steps: &[Step], calls: usize) -> End {
        for step in steps {
            if let Some(end) = self.step(step, calls) {
                return end;
            }
        }
        End::Nothing
    }

    /// `None` where the value goes on.
    fn step(&mut self, step: &Step, calls: usize) -> Option<End> {
        match step {
            Step::Method { name, args, types, .. } => {
                self.called(name, args, types.as_deref(), calls)
            }
            Step::Passed { callee, position } => self.passed(callee, *position, calls),
            // What a text was parsed into is no text any more: a number is compared with numbers.
            Step::Compared { with, null: false, .. } if self.parsed => {
                let is_whole =
                    !with.is_empty() && with.iter().all(|one| one.parse::<i64>().is_ok());
                Some(if is_whole { End::Found(ValueType::Int.into()) } else { End::Nothing })
            }
            Step::Compared { with, null: false, .. } => Some(if is_boolean_words(with) {
                End::Found(self.compared(with))
            } else {
                End::Nothing
            }),
            Step::Matched(arms) => {
                let present = arms.iter().filter(|arm| matches!(&*arm.pattern, "Ok" | "Some"));
                let (mut passes, mut end) = (false, End::Nothing);
                for arm in present {
                    passes |= arm.passes;
                    match self.uses(&arm.uses, calls) {
                        End::Found(found) => return Some(End::Found(found)),
                        End::Returned => end = End::Returned,
                        End::Nothing => {}
                    }
                }
                // `Ok(text) => text.parse()…, Err(_) => 12`
                let other = arms.iter().find_map(|arm| match &arm.branch.outcome {
                    Outcome::Value(value @ Expr::Number(_)) => Some(value),
                    _ => None,
                });
                if let Some(found) =
                    other.filter(|_| self.parsed).and_then(|value| self.like(value))
                {
                    return Some(End::Found(found.into()));
                }
                (!passes).then_some(end)
            }
            Step::Bound { of_type, uses } => {
                let found = of_type.as_ref().and_then(|of_type| self.written(of_type));
                Some(match found {
                    Some(found) => End::Found(found),
                    None => self.uses(uses, calls),
                })
            }
            Step::Returned => Some(End::Returned),
            Step::Tested { .. } | Step::Used | Step::Joined => Some(End::Nothing),
            Step::Propagate
            | Step::Or(_)
            | Step::Alternative(_)
            | Step::Not
            | Step::Named
            | Step::Compared { .. } => None,
        }
    }

    fn called(
        &mut self,
        name: &str,
        args: &[StepArg],
        types: Option<&str>,
        calls: usize,
    ) -> Option<End> {
        self.lowers |= self.handlers.case_methods.iter().any(|one| one == name);
        let found = types.and_then(|types| self.written(types));
        match found.or_else(|| self.method(name, args, calls)) {
            Some(found) => Some(End::of(found)),
            None if self.is_other(name, args) => Some(End::Nothing),
            None if self.handlers.methods.contains_key(name) => None,
            None if self.handlers.same_text.iter().any(|one| one == name) => None,
            None => Some(End::Nothing),
        }
    }

    /// A text that is compared is taken for a boolean by these words alone.
    fn compared(&self, with: &[String]) -> Needed {
        let exact_words = Some(!self.lowers);
        let words =
            with.iter().map(|word| if self.lowers { word.to_lowercase() } else { word.clone() });
        let limits = Limits { exact_words, ..Limits::default() };
        Needed { expects: ValueType::Bool(words.collect()), limits }
    }

    fn method(&mut self, name: &str, args: &[StepArg], calls: usize) -> Option<Needed> {
        let row = self.handlers.methods.get(name);
        if let Some(found) = row.and_then(|row| named_type(row.of_type.as_deref()?, &row.words)) {
            return Some(found.into());
        }
        for arg in args {
            if let End::Found(found) = self.uses(&arg.uses, calls) {
                return Some(found);
            }
        }
        self.parsed |= row.is_some_and(|row| row.parses);
        // What stands in for a parsed value is of its type.
        match args.first().map(|arg| &arg.value) {
            Some(Expr::Number(text)) if self.parsed => {
                let expects = if text.contains('.') { ValueType::Float } else { ValueType::Int };
                Some(Needed { expects, limits: type_limits(self.handlers, "") })
            }
            Some(Expr::Bool(_)) if self.parsed => self.written("bool"),
            _ => None,
        }
    }

    /// Whether what a method gives is something else than the value: whether it is there, or what a closure makes of it without
    /// reading it as a text, `map(|text| text.len())`.
    fn is_other(&self, name: &str, args: &[StepArg]) -> bool {
        let methods = &self.handlers.methods;
        let asks =
            methods.get(name).is_some_and(|row| [row.none, row.error].contains(&Effect::Presence));
        let is_unknown = |step: &Step| match step {
            Step::Method { name, .. } if !self.handlers.same_text.contains(name) => {
                let row = methods.get(name);
                row.is_none_or(|row| row.of_type.as_deref() == Some("other"))
            }
            _ => false,
        };
        let parses = |step: &Step| matches!(step, Step::Method { name, .. } if methods.get(name).is_some_and(|row| row.parses));
        let loses = |uses: &[Use]| match uses {
            [one] => one.steps.iter().take_while(|step| !parses(step)).any(is_unknown),
            _ => false,
        };
        asks || methods.contains_key(name) && args.iter().any(|arg| loses(&arg.uses))
    }

    fn passed(&mut self, callee: &Path, position: usize, calls: usize) -> Option<End> {
        if self.handlers.wrappers.contains(&callee.rest) {
            return None;
        }
        if self.function(self.file, callee).is_some() {
            return self.converted(self.file, callee).map(End::of);
        }
        match self.program.resolve(self.file, callee) {
            Target::Function(file, function) => {
                let deeper = calls.checked_sub(1)?;
                let params = &self.program.files[file].facts.functions[function].params;
                let Some(param) = params.get(position) else { return Some(End::Nothing) };
                let back = std::mem::replace(&mut self.file, file);
                let end = self.uses(&param.uses, deeper);
                self.file = back;
                Some(match end {
                    End::Returned => return None,
                    end => end,
                })
            }
            Target::External(name) => {
                let last = name.rsplit('.').next().unwrap_or(&name);
                let same = self.handlers.same_text.iter().any(|same| *same == name || same == last);
                (!same).then_some(End::Nothing)
            }
            _ => Some(End::Nothing),
        }
    }

    fn uses(&mut self, uses: &[Use], calls: usize) -> End {
        let mut end = End::Nothing;
        let mut compared: Option<Needed> = None;
        let mut takes_other = false;
        for one in uses {
            match (self.steps(&one.steps, calls), &mut compared) {
                // `x == "1" or x == "true"` takes both.
                (End::Found(found), None) if is_compared(one) => compared = Some(found),
                (End::Found(found), Some(before)) if is_compared(one) => before.join(found),
                (End::Found(found), _) => return End::Found(found),
                (End::Returned, _) => end = End::Returned,
                // `x == "1" or x == "full"` takes more than yes and no.
                (End::Nothing, _) => takes_other |= is_compared(one),
            }
        }
        compared.filter(|_| !takes_other).map_or(end, End::Found)
    }
}

impl Needed {
    /// The words of both, where both are booleans.
    fn join(&mut self, other: Self) {
        if let (ValueType::Bool(words), ValueType::Bool(more)) = (&mut self.expects, other.expects)
        {
            words.extend(more);
            if other.limits.exact_words == Some(false) {
                self.limits.exact_words = Some(false);
            }
        }
    }
}

/// Whether a use compares the value with texts.
fn is_compared(one: &Use) -> bool {
    one.steps.iter().any(|step| matches!(step, Step::Compared { null: false, .. }))
}

fn is_boolean_words(words: &[String]) -> bool {
    let known = [
        "0", "1", "disabled", "enabled", "f", "false", "n", "no", "off", "on", "t", "true", "y",
        "yes",
    ];
    // `not in ("", "True", "False")`: what is empty stands beside both answers.
    let told: Vec<String> =
        words.iter().filter(|word| !word.is_empty()).map(|word| word.to_lowercase()).collect();
    let least = if told.len() == words.len() { 1 } else { 2 };
    told.len() >= least && told.iter().all(|word| known.contains(&word.as_str()))
}
