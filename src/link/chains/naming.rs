//! What a reader is asked for: the key as its arguments, its object and what leads to it say.

use std::rc::Rc;

use super::{Chain, Frame, bound, is_bare_env, slot};
use crate::facts::code::{Arg, Expr, Form, Site};
use crate::lang::catalog::{Catalog, ReaderRow, Slot};
use crate::link::evaluate::{Bound, Given, HOLE};
use crate::link::instances::Instance;
use crate::link::program::{Program, Target};

impl Program<'_> {
    /// Fills in the keys of a chain from its outermost frame's arguments.
    pub(super) fn name_key(&self, chain: &mut Chain<'_>) {
        let frame = chain.frames[0];
        let site = self.site(frame);
        if chain.row.placeholders {
            return self.name_by_placeholders(chain);
        }
        if let Some(url) = &chain.row.in_url {
            if let Some(value) = self.keyed(chain.row, frame, chain.given[0].as_ref()) {
                chain.keys = self.texts(&value).iter().flat_map(|text| url.keys(text)).collect();
                chain.written = Some(value);
            }
            return;
        }
        if !chain.row.by_keyword.is_empty() {
            if let Some(value) = self.keyed(chain.row, frame, chain.given[0].as_ref()) {
                chain.keys = self.texts(&value);
                // A prefix of which nothing is known says nothing.
                chain.keys.retain(|key| !key.starts_with(HOLE));
                self.dress(chain, frame.file, &[]);
                chain.written = Some(value);
            }
            return;
        }
        if !chain.row.inside_of.is_empty() {
            self.name_inside(chain);
            return;
        }
        let arg = slot(&chain.row.key, &site.args);
        if let Some(arg) = arg {
            let value = bound(arg, frame.file, chain.given[0].clone());
            chain.keys = self.key_texts(chain, &value, &site.args);
            // `env=dj_database_url.DEFAULT_ENV` is the reader's own name for its fixed key.
            if let (Some(fixed), Expr::Path(path)) = (&chain.row.fixed, &value.expr)
                && let Target::External(name) = self.resolve(value.file, path)
                && name.split('.').next() == chain.reader.split('.').next()
            {
                chain.keys = vec![fixed.clone()];
            }
            self.dress(chain, frame.file, &site.args);
            chain.written = Some(value);
            chain.named = arg.named;
            self.ask_instance(chain);
            return;
        }
        if chain.row.of_instance.position.is_some() {
            self.name_by_instance(chain);
        } else if let Some(fixed) = &chain.row.fixed {
            let behind = chain.row.behind.as_deref().unwrap_or_default();
            chain.keys = vec![format!("{fixed}{behind}")];
        } else if chain.row.derive
            && let Some(field) = &site.field
            && site.args.iter().any(|arg| arg.name.is_none() && is_bare_env(arg))
        {
            chain.keys = vec![heck::ToShoutySnakeCase::to_shouty_snake_case(field.name.as_str())];
        }
    }

    /// The texts that an argument gives for keys.
    fn key_texts(&self, chain: &Chain<'_>, value: &Bound, args: &[Arg]) -> Vec<String> {
        let (row, given) = (chain.row, &chain.given[0]);
        if matches!(value.expr, Expr::List(_)) {
            return self.list_texts(value);
        }
        if row.key_variant
            && let settled = value.settled()
            && let Expr::Path(path) = &settled.expr
            && let Some(name) = self.variant_text(settled.file, path)
        {
            return vec![name];
        }
        if row.key.rest {
            let from = row.key.position.unwrap_or_default();
            let all = args.iter().filter(|arg| arg.name.is_none()).skip(from);
            let file = value.file;
            return all.flat_map(|arg| self.texts(&bound(arg, file, given.clone()))).collect();
        }
        self.texts(value)
    }

    /// What a call gives by the keyword of a row, itself or inside a dictionary: `context_settings={"…": "SHOP"}`.
    pub(super) fn keyed(
        &self,
        row: &ReaderRow,
        frame: Frame,
        given: Option<&Rc<Given>>,
    ) -> Option<Bound> {
        let args = &self.site(frame).args;
        if let Some(url) = &row.in_url {
            let is_asked = url.calls.iter().any(|call| call == self.site(frame).callee.last());
            let arg = args.iter().find(|arg| is_asked && url.is_in(&arg.value))?;
            return Some(bound(arg, frame.file, given.cloned()));
        }
        if let Some(arg) = slot(&row.key, args) {
            return Some(bound(arg, frame.file, given.cloned()));
        }
        let holds =
            |arg: &&Arg| arg.name.as_ref().is_some_and(|name| row.by_keyword.contains(name));
        args.iter().filter(holds).find_map(|arg| {
            let value = bound(arg, frame.file, given.cloned());
            let held = match &value.expr {
                Expr::Path(path) => match self.resolve(frame.file, path) {
                    Target::Value(file, expr @ Expr::Map(_)) => Bound { expr, file, ..value },
                    _ => return None,
                },
                _ => value,
            };
            let Expr::Map(pairs) = &held.expr else { return None };
            let is_it = |key: &Expr| {
                matches!(key, Expr::Text(text) if row.key.keywords.iter().any(|name| name == text))
            };
            let (_, given) = pairs.iter().find(|(key, _)| is_it(key))?;
            Some(Bound { expr: given.clone(), ..held.clone() })
        })
    }

    /// Whether the key is an entry that a loop over all of them found: `for name in os.environ: os.environ[name]`. The
    /// loop itself is the read then.
    pub(super) fn names_own_entry(&self, catalog: &Catalog, row: &ReaderRow, frame: Frame) -> bool {
        let arg = slot(&row.key, &self.site(frame).args);
        let element = match arg.map(|arg| &arg.value) {
            Some(Expr::Part(element, 0)) => element,
            Some(element) => element,
            None => return false,
        };
        let Expr::Element(list) = element else { return false };
        let (mut file, mut at) = (frame.file, (**list).clone());
        for _ in 0..8 {
            at = match at {
                Expr::Method(object, ..) => *object,
                // `[name for name in os.environ if …]`
                Expr::List(mut many) if many.len() == 1 => match many.pop() {
                    Some(Expr::Element(inner)) => *inner,
                    _ => return false,
                },
                Expr::Path(path) | Expr::Call(path, ..) => match self.resolve(file, &path) {
                    Target::Value(in_file, value) => {
                        file = in_file;
                        value
                    }
                    Target::External(name) => return gives_all(catalog, &name),
                    _ => return false,
                },
                _ => return false,
            };
        }
        false
    }

    /// Whether the object was made to ask something else: `Config(environ={…})`.
    pub(super) fn asks_elsewhere(&self, row: &ReaderRow, frame: Frame) -> bool {
        let reader = &self.site(frame).callee.rest;
        if row.unless_called.iter().any(|call| reader.contains(&format!(".{call}()"))) {
            return true;
        }
        if row.unless_made_with.is_empty() {
            return false;
        }
        let made = self.made(frame.file, &self.site(frame).callee);
        made.is_some_and(|made| {
            made.args.iter().any(|arg| match arg {
                Expr::Keyword(name, _) => row.unless_made_with.contains(name),
                _ => false,
            })
        })
    }

    /// What stands before the key: the entries that lead to it, the section that it is in.
    pub(super) fn dress(&self, chain: &mut Chain<'_>, file: usize, args: &[Arg]) {
        let row = chain.row;
        let is_skipped = |key: &String| {
            let plain = if row.lower { key.to_lowercase() } else { key.clone() };
            let is_flag = row.flags_in.as_ref().is_some_and(|kept| kept.flag(key).is_some());
            !is_flag && row.skip.iter().any(|glob| crate::model::glob::matches(glob, &plain))
        };
        chain.keys.retain(|key| !is_skipped(key));
        let mut before = chain.way.clone();
        if let Some(section) = slot(&chain.row.section, args) {
            match &self.texts(&bound(section, file, chain.given[0].clone()))[..] {
                [one] => before.push(one.clone()),
                _ => before.push(HOLE.to_string()),
            }
        }
        if row.upper {
            before = before.iter().map(|part| part.to_uppercase()).collect();
        }
        if let Some(separator) = &row.separator {
            let plain = |text: &mut String| *text = text.replace(separator.as_str(), ".");
            before.iter_mut().for_each(plain);
            chain.keys.iter_mut().for_each(plain);
        }
        for key in &mut chain.keys {
            if let Some(plain) = row.negated_by.as_ref().and_then(|sign| key.strip_prefix(sign)) {
                *key = plain.to_owned();
                chain.inverted = !row.inverted;
            }
            if row.lower {
                *key = key.to_lowercase();
            }
            if row.upper {
                *key = key.to_uppercase();
            }
            if let Some(text) = &row.before {
                key.insert_str(0, text);
            }
            key.extend(row.behind.as_deref());
            if !before.is_empty() {
                let joint = row.section_joined_by.as_deref().unwrap_or(".");
                *key = format!("{}{joint}{key}", before.join(joint));
            }
        }
    }

    /// The object itself was made for one key.
    pub(super) fn name_by_instance(&self, chain: &mut Chain<'_>) {
        let frame = chain.frames[0];
        let Some(made) = self.made(frame.file, &self.site(frame).callee) else { return };
        let Some(value) = given(&chain.row.of_instance, &made.args) else { return };
        let range = self.site(frame).range;
        let bound =
            |value: &Expr| Bound { expr: value.clone(), file: made.file, range, given: None };
        let value = bound(value);
        chain.keys = self.texts(&value);
        chain.named = true;
        if let Some(entry) = given(&chain.row.instance_entry, &made.args) {
            let entries = self.texts(&bound(entry));
            let entry = if let [one] = &entries[..] { one.clone() } else { HOLE.to_string() };
            chain.keys.iter_mut().for_each(|key| *key = format!("{key}.{entry}"));
        }
        if let Some(default) = given(&chain.row.instance_default, &made.args) {
            chain.instance =
                Some(Instance { default: Some(bound(default)), ..Instance::default() });
        }
    }

    /// The key stands in a call that the reader is handed: `evaluate(Request(flag_key="x"))`, also by way of a name.
    fn name_inside(&self, chain: &mut Chain<'_>) {
        let frame = chain.frames[0];
        let Some(arg) = slot(&chain.row.inside_of, &self.site(frame).args) else { return };
        let held = bound(arg, frame.file, chain.given[0].clone());
        let held = match &held.expr {
            Expr::Path(path) => match self.resolve(frame.file, path) {
                Target::Value(file, expr) => Bound { expr, file, ..held },
                // A request that is made once for the whole module.
                Target::External(_) => match self.made(frame.file, path) {
                    Some(made) => {
                        Bound { expr: Expr::List(made.args), file: made.file, ..held.clone() }
                    }
                    None => return,
                },
                _ => return,
            },
            _ => held,
        };
        let mut keys = Vec::new();
        inner_keys(&held.expr, &chain.row.key, MAX_INSIDE, &mut keys);
        let Some(key) = keys.first() else { return };
        let value = Bound { expr: (*key).clone(), ..held.clone() };
        let all = keys.iter().map(|key| Bound { expr: (*key).clone(), ..held.clone() });
        chain.keys = all.flat_map(|key| self.texts(&key)).collect();
        chain.keys.dedup();
        self.dress(chain, frame.file, &[]);
        chain.written = Some(value);
    }

    /// Lets the instance behind the reader put its prefix before the keys.
    pub(super) fn ask_instance(&self, chain: &mut Chain<'_>) {
        let first = chain.keys.first().map(String::as_str).unwrap_or_default();
        let instance = self.instance(chain.row, &chain.reader, chain.frames[0], first);
        if let Some(prefix) = instance.as_ref().map(|one| &one.prefix).filter(|p| !p.is_empty()) {
            for key in &mut chain.keys {
                key.insert_str(0, prefix);
            }
        }
        chain.instance = instance;
    }

    /// Whether the function fills the object with something that is no file: `parser.read_string(upload)`.
    pub(super) fn holds_other(&self, file: usize, site: &Site, row: &ReaderRow) -> bool {
        if row.unless.is_empty() || site.function.is_none() {
            return false;
        }
        let sites = &self.files[file].facts.sites;
        sites
            .iter()
            .filter(|other| other.function == site.function)
            .any(|other| row.unless.iter().any(|method| method == other.callee.last()))
    }

    /// `getattr(settings, "X")` asks the object that it is given.
    pub(in crate::link) fn of_object(&self, file: usize, site: &Site, name: &str) -> String {
        let is_builtin = matches!(name, "getattr" | "hasattr" | "setattr");
        let object = site.args.first().filter(|_| is_builtin).map(|arg| &arg.value);
        match object {
            Some(Expr::Path(path)) => match self.resolve(file, path) {
                Target::External(object) => format!("{name}({object})"),
                _ => name.to_owned(),
            },
            _ => name.to_owned(),
        }
    }

    pub(super) fn list_texts(&self, value: &Bound) -> Vec<String> {
        let Expr::List(many) = &value.expr else { return Vec::new() };
        many.iter()
            .flat_map(|one| self.texts(&Bound { expr: one.clone(), ..value.clone() }))
            .collect()
    }
}

/// Calls inside calls deeper than this are not looked into for a key.
const MAX_INSIDE: usize = 4;

/// The keys of the calls in a value: of `Batch(requests=[Request(flag_key="x"), Request(flag_key="y")])` both.
fn inner_keys<'e>(value: &'e Expr, slot: &Slot, depth: usize, found: &mut Vec<&'e Expr>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let args = match value {
        Expr::Call(_, args, _) | Expr::List(args) => args,
        Expr::Keyword(_, inner) => return inner_keys(inner, slot, depth, found),
        _ => return,
    };
    match given(slot, args) {
        Some(key) => found.push(key),
        None => args.iter().for_each(|arg| inner_keys(arg, slot, depth, found)),
    }
}

/// The argument in a slot among values: by keyword, else by position among those without one.
fn given<'e>(slot: &Slot, args: &'e [Expr]) -> Option<&'e Expr> {
    let keyword = args.iter().find_map(|arg| match arg {
        Expr::Keyword(name, value) if slot.keywords.contains(name) => Some(&**value),
        _ => None,
    });
    let mut positional = args.iter().filter(|arg| !matches!(arg, Expr::Keyword(..)));
    keyword.or_else(|| positional.nth(slot.position?))
}

/// Whether a name, or what it is a member of, holds all entries of the environment.
fn gives_all(catalog: &Catalog, name: &str) -> bool {
    let whole = name.rsplit_once('.').map_or(name, |(whole, _)| whole);
    [name, whole].into_iter().any(|name| {
        catalog.get(name, Form::Iterate).is_some() || catalog.get(name, Form::Index).is_some()
    })
}
