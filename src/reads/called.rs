//! Functions that something may call without naming them: under a mark that registers them, or members of what others call.

use super::names::Names;
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    /// The items behind a decorator or an attribute that may hand them to something.
    pub(super) fn marked(&self, statements: &[NodeId]) -> Vec<NodeId> {
        let (mut is_marked, mut found) = (false, Vec::new());
        for statement in statements {
            match self.tree.shape(*statement) {
                Shape::Attribute { .. } | Shape::Decorator(_) => {
                    is_marked |= !self.mark(*statement).is_some_and(|mark| {
                        let last = mark.path.last();
                        self.handlers.plain_marks.iter().any(|known| known == last)
                    });
                }
                Shape::Pass => {}
                _ if std::mem::take(&mut is_marked) => found.push(*statement),
                _ => {}
            }
        }
        found
    }

    /// Whether what a function stands in may call it: another function, a trait, a class with bases.
    pub(super) fn is_of_others(&self, id: NodeId) -> bool {
        let around = self.tree.ancestors(id).find(|at| {
            let shape = self.tree.shape(*at);
            matches!(shape, Shape::Function(_) | Shape::Class { .. } | Shape::Module { .. })
        });
        let Some(around) = around else { return false };
        match self.tree.shape(around) {
            Shape::Function(_) => true,
            Shape::Class { name, bases, .. } => {
                let start = self.tree.range(around).start as usize;
                let header = self.text.get(start..name.start as usize).unwrap_or_default();
                let mut words = self.handlers.calling_headers.iter();
                let is_based = bases
                    .iter()
                    .any(|base| base.name.is_none() && self.slice(base.value) != "object");
                let own = self.item_name(id);
                let is_private = own.rsplit('.').next().is_some_and(|name| name.starts_with('_'));
                words.any(|word| header.contains(word.as_str())) || is_based && !is_private
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::reads::Engine;
    use crate::text::{File, FileId};

    /// The functions that something may call unnamed, of a file with a read in it.
    fn called_unnamed(path: &str, text: &str) -> Vec<String> {
        let engine = Engine::new(&Config::default()).expect("our own tables");
        let file = File::new(path, text);
        let mut found = engine.scan(&[(FileId(0), &file)], false);
        let functions = found.pop().expect("a file").1.functions.into_iter();
        functions.filter(|one| one.is_called_unnamed).map(|one| one.name).collect()
    }

    #[test]
    fn what_a_framework_or_a_base_calls_is_told_in_python() {
        let text = "import os\nURL = os.environ[\"URL\"]\n\n\n@cache\ndef sift(x):\n    pass\n\n\n\
                    @app.get(\"/flour\")\ndef flour():\n    pass\n\n\nclass Mill:\n    @staticmethod\n    \
                    def grind():\n        pass\n\n\nclass Old(object):\n    def stone(self):\n        pass\n\n\n\
                    class Wheel(View):\n    def turn(self):\n        def inner():\n            pass\n\n    \
                    def _oil(self):\n        pass\n\n\nif URL:\n    def rye():\n        pass\n";
        assert_eq!(called_unnamed("mill.py", text), ["flour", "Wheel.turn", "Wheel.turn.inner"]);
    }

    #[test]
    fn what_a_trait_or_an_attribute_calls_is_told_in_rust() {
        let text = "fn url() -> String { std::env::var(\"URL\").unwrap() }\n#[inline]\nfn sift() {}\n\
                    #[tokio::main]\nasync fn main() {}\nimpl Mill { #[must_use] pub fn grind(&self) {} }\n\
                    impl<'a, F: for<'b> Fn(&'b u8)> Wheel<F> { fn oil(&self) {} }\n\
                    impl Sieve for Mill { fn shake(&self) {} }\npub trait Sieve { fn rest(&self) {} }\n\
                    mod stones { pub fn turn() {} }\n";
        assert_eq!(called_unnamed("mill.rs", text), ["main", "Mill.shake", "Sieve.rest"]);
    }
}
