//! What a read does when its key has no value: the steps of its chain, run on nothing.
//!
//! An interpreter with one question. It starts with what the reader gives (none, an error, a failed look-up, a default)
//! and follows that through handlers, tests and wrappers until something decides.

use super::chains::{Chain, bound, slot};
use super::evaluate::Bound;
use super::program::{Program, Target};
use crate::facts::code::{Arg, Arm, Branch, Catch, Expr, Outcome, Site, Step, StepArg, Use};
use crate::lang::catalog::{RowAbsent, Slot};
use crate::lang::handlers::{Effect, Handlers};
use crate::model::{Absence, ValueType};
use crate::text::Span;

/// What absence comes to.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) absence: Absence,
    pub(super) default: Option<Bound>,
    pub(super) fallback: Option<Span>,
    pub(super) empty_is_absent: bool,
    pub(super) expects: ValueType,
    /// Code that runs only when the key is there.
    pub(super) guarded: Vec<Span>,
    /// The value that a test for presence gives where the key is absent.
    pub(super) instead: Option<Bound>,
}

/// The value where there should have been one.
#[derive(Clone, Debug)]
enum State {
    /// None.
    Null,
    /// An error value.
    Error,
    /// A failed look-up on its way to a handler.
    Raised,
    /// A value inside `Ok` or `Some`.
    Wrapped(Box<Self>),
    /// A value that the code gives.
    Given(Bound),
    /// A value that the code gives, compared with another: whether it is the same.
    GivenTested(Bound, bool),
    /// False: a comparison with nothing. True where it was `!=`.
    Compared(bool),
    /// Whether it is there: false.
    Presence(bool),
    /// Another path was taken.
    Elsewhere(Option<Span>),
    /// It failed.
    Failed,
}

/// Whether anything more happens.
enum Flow {
    Goes(State),
    Returns(State),
    /// The function is left with it, whatever stands below.
    Leaves(State),
    Decided(State),
}

struct Run<'r, 'p> {
    program: &'r Program<'p>,
    handlers: &'r Handlers,
    chain: &'r Chain<'r>,
    /// The frame whose steps run.
    frame: usize,
    empty_is_absent: bool,
    presence: bool,
    guarded: Vec<Span>,
    instead: Option<Bound>,
    /// The answer itself is looked at, not a name that holds it.
    direct: bool,
    /// How many calls deeper an answer is followed.
    calls: usize,
}

/// Follows a chain on nothing.
pub(super) fn judge(program: &Program<'_>, handlers: &Handlers, chain: &Chain<'_>) -> Verdict {
    let row = chain.row;
    let mut run = Run {
        program,
        handlers,
        chain,
        frame: 0,
        empty_is_absent: row.empty_is_absent,
        presence: row.presence,
        guarded: Vec::new(),
        instead: None,
        direct: true,
        calls: 4,
    };
    let mut state = run.start();
    let mut returned = true;
    for frame in 0..chain.frames.len() {
        run.frame = frame;
        let flow = match run.caught(state) {
            Caught::Not(next @ (State::Raised | State::Failed)) => {
                let steps = &program.site(chain.frames[frame]).steps;
                run.empty_is_absent |= matches!(next, State::Raised) && refuses_empty(steps);
                state = next;
                continue;
            }
            Caught::Not(next) => run.steps(next, &program.site(chain.frames[frame]).steps),
            Caught::Here(flow) => flow,
        };
        match flow {
            Flow::Returns(next) | Flow::Leaves(next) => state = next,
            // A failure goes up until something takes it.
            Flow::Goes(State::Failed) | Flow::Decided(State::Failed) => state = State::Failed,
            Flow::Goes(next) | Flow::Decided(next) => {
                state = next;
                returned = false;
                break;
            }
        }
    }
    run.verdict(state, returned)
}

/// What the handlers around a site do.
enum Caught {
    /// Nothing: this goes on.
    Not(State),
    /// They take a failure.
    Here(Flow),
}

impl<'r, 'p> Run<'r, 'p> {
    fn site(&self) -> &Site {
        self.program.site(self.chain.frames[self.frame])
    }

    /// The same site, for as long as the program lives.
    fn chain_site(&self) -> &'r Site {
        let program: &'r Program<'p> = self.program;
        program.site(self.chain.frames[self.frame])
    }

    fn bind(&self, expr: &Expr, range: crate::text::TextRange) -> Bound {
        Bound {
            expr: expr.clone(),
            file: self.chain.frames[self.frame].file,
            range,
            given: self.chain.given[self.frame].clone(),
        }
    }

    fn span(&self, branch: &Branch) -> Option<Span> {
        let file = self.program.files[self.chain.frames[self.frame].file].id;
        (!branch.range.is_empty()).then(|| Span::new(file, branch.range))
    }

    /// What the reader itself gives.
    fn start(&mut self) -> State {
        let (row, site) = (self.chain.row, self.site());
        let required =
            slot(&row.required, &site.args).is_some_and(|arg| arg.value == Expr::Bool(true));
        let file = self.chain.frames[0].file;
        let in_type = row.annotated && site.field.as_ref().is_some_and(|field| field.in_type);
        let default = slot(&row.default, &site.args)
            .filter(|arg| !in_type || arg.name.is_some())
            .map(|arg| bound(arg, file, self.chain.given[0].clone()));
        let builder = row.builder_default.as_ref().and_then(|name| self.builder_default(name));
        let scheme = self.chain.instance.as_ref().and_then(|one| one.default.clone());
        let default = default.map(|default| default.settled()).or(builder).or(scheme);
        match default.or_else(|| self.field_default()) {
            Some(default) if is_null(&default.expr) => return State::Null,
            // `...` is how some libraries write "required".
            Some(default) if is_ellipsis(&default.expr) => return State::Failed,
            Some(default) => return State::Given(default),
            None => {}
        }
        if let Some(named) = named_default(&row.default, &site.args) {
            return State::Given(self.bind(&Expr::Unknown, named.range));
        }
        if slot(&row.optional, &site.args).is_some_and(|arg| arg.value == Expr::Bool(false)) {
            return State::Null;
        }
        if required || self.builder_required() {
            return State::Failed;
        }
        match row.absent {
            RowAbsent::Nothing => State::Null,
            RowAbsent::Error => State::Error,
            RowAbsent::Raise => State::Raised,
            RowAbsent::Fail => State::Failed,
            RowAbsent::False => State::Presence(false),
            RowAbsent::Field => self.field(),
        }
    }

    fn builder_default(&self, name: &str) -> Option<Bound> {
        let found = self.site().steps.iter().find_map(|step| match step {
            Step::Method { name: method, args, .. } if method.starts_with(name) => args.first(),
            _ => None,
        })?;
        Some(self.bind(&found.value, found.range))
    }

    fn builder_required(&self) -> bool {
        let Some(name) = &self.chain.row.builder_required else { return false };
        self.site().steps.iter().any(|step| match step {
            Step::Method { name: method, args, .. } => {
                method == name && args.first().is_some_and(|arg| arg.value == Expr::Bool(true))
            }
            _ => false,
        })
    }

    /// The value that the parameter which a call describes has.
    fn field_default(&self) -> Option<Bound> {
        let (value, range) = self.site().field.as_ref()?.default.as_ref()?;
        Some(self.bind(value, *range))
    }

    fn field(&self) -> State {
        let of_type =
            self.site().field.as_ref().map(|field| field.of_type.clone()).unwrap_or_default();
        let inner = of_type.strip_prefix("Option<");
        match of_type.as_str() {
            "bool" => State::Compared(false),
            _ if inner.is_some() || of_type.starts_with("Vec<") => State::Null,
            _ => State::Failed,
        }
    }

    /// What the handlers around the site make of a failure on its way up.
    fn caught(&mut self, state: State) -> Caught {
        let takes = |catch: &&Catch| {
            let named = |names: &[String]| catch.types.iter().any(|name| names.contains(name));
            catch.types.is_empty()
                || named(&self.handlers.all_errors)
                || match &state {
                    State::Raised => named(&self.handlers.lookup_errors),
                    _ => named(self.raised_inside()),
                }
        };
        if !matches!(state, State::Raised | State::Failed) {
            return Caught::Not(state);
        }
        let Some(catch) = self.site().catches.iter().find(takes) else {
            return Caught::Not(state);
        };
        let next = match &catch.outcome {
            Outcome::Fail => State::Failed,
            Outcome::Value(value) => self.given(value, self.site().range),
            Outcome::ValueOrFail(value) => self.value_or_fail(value, self.site().range),
            _ => State::Elsewhere(None),
        };
        Caught::Here(match next {
            State::Null | State::Given(_) if catch.leaves => Flow::Leaves(next),
            // The handler gives the name its value: what was tried is not done with it.
            State::Null | State::Given(_) => match bound_at(&self.chain_site().steps) {
                Some(uses) => self.uses(next, uses),
                None => Flow::Decided(next),
            },
            next => Flow::Decided(next),
        })
    }

    /// What the function that the frame calls raises itself.
    fn raised_inside(&self) -> &[String] {
        let inner = self.frame.checked_sub(1).map(|inner| self.chain.frames[inner]);
        let function = inner.and_then(|inner| {
            let place = self.program.site(inner).function?;
            self.program.files[inner.file].facts.functions.get(place)
        });
        function.map(|function| function.raises.as_slice()).unwrap_or_default()
    }

    fn steps(&mut self, mut state: State, steps: &[Step]) -> Flow {
        let mut negated = false;
        for step in steps {
            if matches!(state, State::Failed) {
                return Flow::Decided(state);
            }
            let flow = match step {
                Step::Not => {
                    negated = !negated;
                    // `missing = not os.getenv("X")`: only whether it is there, and not empty, goes on.
                    if self.direct && matches!(state, State::Null) {
                        self.presence = true;
                        self.empty_is_absent = true;
                        state = State::Presence(false);
                    }
                    continue;
                }
                Step::Tested { then, otherwise } => self.tested(state, negated, then, otherwise),
                Step::Bound { uses, .. } => return self.uses(state, uses),
                Step::Named => {
                    self.direct = false;
                    continue;
                }
                _ => self.step(state, step),
            };
            match flow {
                Flow::Goes(next) => state = next,
                done => return done,
            }
        }
        Flow::Goes(state)
    }

    fn step(&mut self, state: State, step: &Step) -> Flow {
        match step {
            Step::Method { name, args, .. } => self.method(state, name, args),
            Step::Passed { callee, position } => self.passed(state, callee, *position),
            Step::Propagate => match state {
                State::Error | State::Null => Flow::Returns(state),
                State::Wrapped(inner) => Flow::Goes(*inner),
                other => Flow::Goes(other),
            },
            Step::Or(arg) => {
                self.empty_is_absent |= !self.rust_like();
                Flow::Goes(if Self::is_falsy(&state) { self.argument(arg) } else { state })
            }
            Step::Compared { negated, null, with } => Flow::Goes(match state {
                State::Given(value) => match self.program.texts(&value.settled()).as_slice() {
                    [text] if !*null => State::GivenTested(value, with.contains(text) != *negated),
                    _ => State::Given(value),
                },
                State::Null | State::Error if *null && self.direct => State::Presence(!*negated),
                State::Null | State::Error if *null => State::Compared(!*negated),
                State::Null | State::Error => State::Compared(*negated),
                other => other,
            }),
            Step::Matched(arms) => self.matched(state, arms),
            Step::Used => match state {
                State::Null => Flow::Decided(State::Failed),
                other => Flow::Decided(other),
            },
            Step::Joined => Flow::Decided(state),
            Step::Returned => Flow::Returns(state),
            Step::Not | Step::Tested { .. } | Step::Bound { .. } | Step::Named => Flow::Goes(state),
        }
    }

    fn rust_like(&self) -> bool {
        !self.handlers.wrappers.is_empty()
    }

    fn method(&mut self, state: State, name: &str, args: &[StepArg]) -> Flow {
        let row = self.handlers.methods.get(name);
        let asks = args.iter().any(|arg| !arg.uses.is_empty());
        self.empty_is_absent |= name == "filter" && args.iter().any(|arg| drops_empty(&arg.uses));
        let effect = match (&state, row) {
            (State::Null, Some(row)) => row.none,
            (State::Error, Some(row)) => row.error,
            (State::Null, None) => self.handlers.other_method,
            (State::Error, None) if self.handlers.other_method == Effect::Unknown => {
                return Flow::Decided(state);
            }
            // `Ok(None).unwrap()` is `None`.
            (State::Wrapped(inner), Some(row))
                if row.error == Effect::Fail || row.error == Effect::None =>
            {
                return Flow::Goes((**inner).clone());
            }
            _ => return Flow::Goes(state),
        };
        Flow::Goes(match effect {
            Effect::Keep => state,
            Effect::Fail => State::Failed,
            Effect::None => State::Null,
            Effect::Error => State::Error,
            // `.is_ok_and(|text| text == "1")` asks for more than whether it is there.
            Effect::Presence if asks => State::Compared(name.contains("none")),
            Effect::Presence => {
                self.presence = true;
                State::Presence(name.contains("none") || name.contains("err"))
            }
            Effect::False => State::Compared(false),
            Effect::Unknown => return Flow::Decided(state),
            Effect::Empty => State::Given(self.bind(&Expr::Text(String::new()), self.site().range)),
            Effect::Default | Effect::Closure => match args.first() {
                Some(arg) => self.argument(arg),
                None => State::Elsewhere(None),
            },
        })
    }

    fn passed(&mut self, state: State, callee: &crate::facts::code::Path, position: usize) -> Flow {
        if self.handlers.wrappers.iter().any(|wrapper| wrapper == &callee.rest) {
            return Flow::Goes(State::Wrapped(Box::new(state)));
        }
        let file = self.chain.frames[self.frame].file;
        let name = match self.program.resolve(file, callee) {
            Target::External(name) => name,
            Target::Function(in_file, function) => {
                return self.handed(state, in_file, function, position);
            }
            _ => return Flow::Decided(state),
        };
        let Some(row) = self.handlers.functions.get(&name) else {
            let same = self
                .handlers
                .same_text
                .iter()
                .any(|same| *same == name || name.ends_with(&format!(".{same}")));
            return if same { Flow::Goes(state) } else { Flow::Decided(state) };
        };
        match (&state, row.none) {
            (State::Null, Effect::Fail) => Flow::Decided(State::Failed),
            (State::Null, Effect::False) => {
                self.presence = true;
                self.empty_is_absent = true;
                Flow::Goes(State::Presence(false))
            }
            _ => Flow::Goes(state),
        }
    }

    /// What a function of the project does with an answer that it is handed.
    fn handed(&mut self, state: State, file: usize, function: usize, position: usize) -> Flow {
        let Some(param) = self.program.files[file].facts.functions[function].params.get(position)
        else {
            return Flow::Decided(state);
        };
        let Some(depth) = self.calls.checked_sub(1) else { return Flow::Decided(state) };
        self.calls = depth;
        let flow = self.uses(state, &param.uses);
        self.calls += 1;
        match flow {
            // What the function gives back goes on where it was called.
            Flow::Returns(next) | Flow::Leaves(next) => Flow::Goes(next),
            Flow::Goes(next) | Flow::Decided(next) => Flow::Decided(next),
        }
    }

    fn argument(&self, arg: &StepArg) -> State {
        match &arg.outcome {
            Outcome::Fail => State::Failed,
            Outcome::Answer | Outcome::Value(_) => self.given(&arg.value, arg.range),
            Outcome::ValueOrFail(value) => self.value_or_fail(value, arg.range),
            Outcome::Other | Outcome::Nothing => {
                let file = self.program.files[self.chain.frames[self.frame].file].id;
                State::Elsewhere(Some(Span::new(file, arg.range)))
            }
        }
    }

    /// A value that code puts in the place of the absent one.
    fn given(&self, value: &Expr, range: crate::text::TextRange) -> State {
        match value {
            Expr::Null => State::Null,
            Expr::Path(path) if path.rest == "None" => State::Null,
            Expr::Call(path, args) if self.handlers.errors.contains(&path.rest) => {
                let _ = args;
                State::Error
            }
            Expr::Call(path, _) if self.never_returns(path) => State::Failed,
            Expr::Call(path, args) if self.handlers.wrappers.contains(&path.rest) => {
                match args.first() {
                    Some(inner) => match self.given(inner, range) {
                        State::Null => State::Wrapped(Box::new(State::Null)),
                        inner => inner,
                    },
                    None => State::Null,
                }
            }
            Expr::Param(_) => {
                let settled = self.bind(value, range).settled();
                if is_null(&settled.expr) { State::Null } else { State::Given(settled) }
            }
            _ => State::Given(self.bind(value, range)),
        }
    }

    /// A function of the project that fails whenever it is called.
    fn never_returns(&self, path: &crate::facts::code::Path) -> bool {
        let file = self.chain.frames[self.frame].file;
        match self.program.resolve(file, path) {
            Target::Function(file, place) => self.program.files[file].facts.functions[place].fails,
            _ => false,
        }
    }

    fn value_or_fail(&self, value: &Expr, range: crate::text::TextRange) -> State {
        let Expr::Param(place) = value else { return State::Failed };
        let given = self.chain.given[self.frame].as_ref();
        match given {
            Some(given) if given.passed.get(usize::from(*place)) == Some(&true) => {
                self.given(value, range)
            }
            _ => State::Failed,
        }
    }

    fn branch(&self, branch: &Branch) -> State {
        match &branch.outcome {
            Outcome::Fail => State::Failed,
            Outcome::Value(value) => self.given(value, branch.range),
            Outcome::ValueOrFail(value) => self.value_or_fail(value, branch.range),
            Outcome::Other | Outcome::Answer => State::Elsewhere(self.span(branch)),
            Outcome::Nothing => State::Elsewhere(None),
        }
    }

    fn tested(&mut self, state: State, negated: bool, then: &Branch, otherwise: &Branch) -> Flow {
        let holds = match &state {
            State::Compared(value) | State::Presence(value) | State::GivenTested(_, value) => {
                *value
            }
            State::Null | State::Error => {
                self.empty_is_absent = true;
                false
            }
            State::Given(_) if Self::is_falsy(&state) => false,
            _ => return Flow::Decided(state),
        } != negated;
        let (absent, present) = if holds { (then, otherwise) } else { (otherwise, then) };
        self.guarded.extend(self.span(present));
        let next = self.branch(absent);
        let is_blank =
            |value: &Bound| matches!(&value.settled().expr, Expr::Text(text) if text.is_empty());
        let next = match (state, next) {
            // A default that is empty and then fails the test is no default.
            (State::Given(value) | State::GivenTested(value, _), State::Failed) => {
                self.empty_is_absent |= is_blank(&value);
                State::Failed
            }
            (State::Given(_) | State::GivenTested(..), State::Given(value)) => State::Given(value),
            (State::GivenTested(value, _) | State::Given(value), _) => {
                return Flow::Decided(State::Given(value));
            }
            (_, State::Failed) => State::Failed,
            // The answer is tested where it is asked for and goes nowhere: only whether it is there matters.
            (State::Null | State::Presence(_), next) if self.direct => {
                self.presence = true;
                match next {
                    State::Given(value) => {
                        self.instead = Some(value);
                        State::Elsewhere(self.span(absent))
                    }
                    State::Elsewhere(at) => State::Elsewhere(at),
                    _ => State::Elsewhere(None),
                }
            }
            (State::Presence(_), State::Elsewhere(at)) => {
                self.presence = true;
                State::Elsewhere(at)
            }
            (_, next) => next,
        };
        match next {
            State::Given(_) | State::Null if absent.leaves => Flow::Leaves(next),
            next => Flow::Decided(next),
        }
    }

    fn matched(&mut self, state: State, arms: &[Arm]) -> Flow {
        let fits = |arm: &&Arm| {
            let any = arm.pattern == "_" || arm.pattern.starts_with(|c: char| c.is_lowercase());
            match &state {
                State::Error => {
                    any || arm.pattern == "Err"
                        && arm.inner.as_deref().is_none_or(|inner| inner != "NotUnicode")
                }
                State::Null => any || arm.pattern == "None",
                State::Wrapped(_) => {
                    any || arm.pattern == "Ok"
                        && arm.inner.as_deref().is_none_or(|inner| matches!(inner, "None" | "_"))
                }
                _ => false,
            }
        };
        let present: Vec<_> =
            arms.iter().filter(|arm| matches!(arm.pattern.as_str(), "Ok" | "Some")).collect();
        let spans: Vec<_> = present.iter().filter_map(|arm| self.span(&arm.branch)).collect();
        let passes = present.iter().any(|arm| arm.passes);
        self.presence |= present
            .iter()
            .any(|arm| arm.uses.is_empty() && !arm.passes && arm.inner.as_deref() == Some("_"));
        let Some(arm) = arms.iter().find(fits) else { return Flow::Goes(state) };
        if let State::Wrapped(inner) = &state
            && arm.pattern == "Ok"
            && !arm.uses.is_empty()
        {
            return self.uses((**inner).clone(), &arm.uses);
        }
        self.guarded.extend(spans);
        match self.branch(&arm.branch) {
            State::Error if !Self::outcome_is_value(arm) => Flow::Goes(State::Failed),
            // Another path, not another value: the other arm does not give the value itself.
            State::Given(value) if !passes && !is_own_value(&value.expr) => {
                Flow::Goes(State::Elsewhere(Some(value.span(self.program))))
            }
            next => Flow::Goes(next),
        }
    }

    fn outcome_is_value(arm: &Arm) -> bool {
        matches!(arm.branch.outcome, Outcome::Value(_))
    }

    /// The first use of a name that decides.
    fn uses(&mut self, state: State, uses: &[Use]) -> Flow {
        let mut returned = None;
        self.direct = false;
        for one in uses {
            match self.steps(state.clone(), &one.steps) {
                Flow::Leaves(next) => return Flow::Leaves(next),
                Flow::Returns(next) => {
                    if matches!((&state, &next), (State::Error, State::Error)) {
                        return Flow::Returns(next);
                    }
                    returned.get_or_insert(next);
                }
                Flow::Decided(next) | Flow::Goes(next) => {
                    let decided = match (&state, &next) {
                        (_, State::Failed) => !one.conditional,
                        (State::Null | State::Error, State::Given(_) | State::Elsewhere(_)) => true,
                        (State::Null | State::Error, State::Presence(_) | State::Compared(_)) => {
                            uses.len() == 1
                        }
                        (State::Given(old), State::Given(new)) => old.range != new.range,
                        _ => false,
                    };
                    if decided {
                        let goes_back = returned.is_some() && !matches!(next, State::Failed);
                        return if goes_back { Flow::Returns(next) } else { Flow::Decided(next) };
                    }
                }
            }
        }
        match returned {
            Some(state) => Flow::Returns(state),
            None => Flow::Decided(state),
        }
    }

    fn is_falsy(state: &State) -> bool {
        match state {
            State::Null | State::Error | State::Compared(false) | State::Presence(false) => true,
            State::Given(value) => match &value.settled().expr {
                Expr::Text(text) => text.is_empty(),
                Expr::Bool(value) => !value,
                Expr::Null => true,
                _ => false,
            },
            _ => false,
        }
    }

    fn verdict(self, state: State, returned: bool) -> Verdict {
        let (absence, default, fallback) = match state {
            State::Failed | State::Raised => (Absence::Required, None, None),
            State::Error if returned => (Absence::Required, None, None),
            State::Given(value) | State::GivenTested(value, _) => {
                (Absence::Default, Some(value), None)
            }
            State::Presence(_) => (Absence::Presence, None, None),
            State::Elsewhere(at) if self.presence => (Absence::Presence, None, at),
            State::Elsewhere(at) => (Absence::Optional, None, at),
            State::Error | State::Null | State::Compared(_) | State::Wrapped(_) => {
                (Absence::Optional, None, None)
            }
        };
        let empty_is_absent = self.empty_is_absent;
        let expects = super::types::expected(self.program, self.handlers, self.chain);
        Verdict {
            absence,
            default,
            fallback,
            empty_is_absent,
            expects,
            guarded: self.guarded,
            instead: self.instead,
        }
    }
}

fn is_null(value: &Expr) -> bool {
    match value {
        Expr::Null => true,
        Expr::Path(path) => path.rest == "None",
        _ => false,
    }
}

/// Whether a value is written out, so that it stands for the key's own.
fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::List(_) | Expr::Path(_) => true,
        Expr::Method(inner, ..) => is_literal(inner),
        Expr::Join(many) => many.iter().all(is_literal),
        _ => false,
    }
}

/// Whether a value stands for the key's own even where the code does something else with the key's.
fn is_own_value(value: &Expr) -> bool {
    is_literal(value) && !matches!(value, Expr::Path(_))
}

fn is_ellipsis(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.rest == "...")
}

/// The uses of the name that the answer is given.
fn bound_at(steps: &[Step]) -> Option<&[Use]> {
    steps.iter().find_map(|step| match step {
        Step::Bound { uses, .. } => Some(uses.as_slice()),
        _ => None,
    })
}

/// Whether an empty text is handled as none is: `assert os.environ["X"]`.
fn refuses_empty(steps: &[Step]) -> bool {
    match steps {
        [Step::Or(_), ..] => true,
        [Step::Tested { otherwise, .. }, ..] => otherwise.outcome == Outcome::Fail,
        [Step::Not, Step::Tested { then, .. }, ..] => then.outcome == Outcome::Fail,
        [Step::Bound { uses, .. }, ..] => {
            uses.iter().any(|one| !one.conditional && refuses_empty(&one.steps))
        }
        _ => false,
    }
}

/// `|text| !text.is_empty()`
fn drops_empty(uses: &[Use]) -> bool {
    uses.iter().any(|one| match &one.steps[..] {
        [Step::Method { name, .. }, Step::Not, ..] => name == "is_empty",
        _ => false,
    })
}

/// `default_value_t` without a value: the default of the field's type.
fn named_default<'s>(slot: &Slot, args: &'s [Arg]) -> Option<&'s Arg> {
    args.iter().find(|arg| match (&arg.name, &arg.value) {
        (None, Expr::Path(path)) => slot.keywords.iter().any(|keyword| path.last() == keyword),
        _ => false,
    })
}
