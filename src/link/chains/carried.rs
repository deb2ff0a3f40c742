//! Answers of a library as a text that code parses itself: `json.loads(client.get_latest_configuration(…)["Configuration"].read())`.
//!
//! What is asked of the parsed text is asked of the library, where a row names the whole way to the text. Cannot see a text that a
//! parameter hands over.

use super::super::documents::lookup_path;
use super::super::program::{Program, Target};
use crate::facts::code::{Base, Expr, Form, Path, Site};
use crate::lang::catalog::Catalog;

impl Program<'_> {
    /// The name that a site asks by, where what it asks is a parsed text of a library: that of the library in the parser's place.
    pub(super) fn carried(
        &self,
        catalog: &Catalog,
        file: usize,
        site: &Site,
        name: String,
    ) -> String {
        let Some((parser, rest)) = name.split_once("()") else { return name };
        if catalog.entry(&format!("{parser}()"), Form::Index).is_none() {
            return name;
        }
        let text = self.parsed(file, site).and_then(|(file, text)| {
            let path = lookup_path(whole(&text))?;
            match self.resolve(file, &path) {
                Target::External(text) => Some(text),
                _ => None,
            }
        });
        match text.map(|text| format!("{text}{rest}")) {
            Some(carried) if catalog.get(&carried, site.form).is_some() => carried,
            _ => name,
        }
    }

    /// The text that a parser was handed, and the file that it is written in.
    fn parsed(&self, file: usize, site: &Site) -> Option<(usize, Expr)> {
        let handed = |value: &Expr| match value {
            Expr::Call(_, args, _) => args.first().cloned(),
            _ => None,
        };
        if let Some(Expr::List(values)) = site.load.as_deref().map(|load| &load.object)
            && let Some(text) = values.first().and_then(handed)
        {
            return Some((file, text));
        }
        if let Some(made) = self.made(file, &site.callee) {
            return Some((made.file, made.args.first()?.clone()));
        }
        let (head, _) = site.callee.rest.split_once("()")?;
        let head = Path { base: site.callee.base, rest: head.to_owned() };
        if matches!(head.base, Base::Unknown | Base::Param(_)) {
            return None;
        }
        match self.resolve(file, &head) {
            Target::Function(file, place) => {
                handed(&self.files[file].facts.functions[place].gives).map(|text| (file, text))
            }
            _ => None,
        }
    }
}

/// A text before methods change its form: `content.decode("utf-8")`.
fn whole(text: &Expr) -> &Expr {
    let mut at = text;
    while let Expr::Method(inner, ..) = at {
        at = inner;
    }
    at
}
