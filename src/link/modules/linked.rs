//! Modules behind links: `modules/web` where `modules` is a link to the folder that all environments share.
//!
//! Linked folders are read where they are, so a call leads there, whatever the way on which it gets there is called.

use super::Facts;
use crate::facts::module::Receiver;
use crate::text::relative::{folder, joined};
use crate::text::{File, Files};

/// Makes calls of modules behind links calls of the folders to which these lead.
pub(super) fn resolve(facts: &mut Facts, files: &Files) {
    for (id, all) in facts.iter_mut() {
        let file = files.get(*id);
        for source in all.iter_mut() {
            for call in &mut source.module.calls {
                lead(&mut call.path, file, files);
            }
            for given in &mut source.module.given {
                if let Receiver::Module(path) = &mut given.to {
                    lead(path, file, files);
                }
            }
        }
    }
}

fn lead(path: &mut String, file: &File, files: &Files) {
    let Some(named) = joined(folder(&file.path), path) else { return };
    let real = files.behind_links(file.root, &named);
    if real != named {
        *path = format!("{}{real}", "../".repeat(file.path.matches('/').count()));
    }
}
