//! What maps and lists hold.
//!
//! A template can nest them without end, so what lies in them is dropped one by one and not by a call in a call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use super::value::{Data, Slot, Value};

/// The entries of a map.
#[derive(Debug, Default)]
pub(in crate::assemble) struct Entries(pub(super) RefCell<BTreeMap<Rc<str>, Slot>>);

/// The items of a list.
#[derive(Debug, Default)]
pub(in crate::assemble) struct Items(pub(super) Vec<Value>);

impl Deref for Entries {
    type Target = RefCell<BTreeMap<Rc<str>, Slot>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Deref for Items {
    type Target = [Value];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        let slots = std::mem::take(self.0.get_mut());
        drop_all(slots.into_values().map(|slot| slot.value).collect());
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        drop_all(std::mem::take(&mut self.0));
    }
}

fn drop_all(mut values: Vec<Value>) {
    while let Some(mut value) = values.pop() {
        match &mut value.data {
            Data::List(items) => {
                if let Some(items) = Rc::get_mut(items) {
                    values.append(&mut items.0);
                }
            }
            Data::Map(map) => {
                if let Some(map) = Rc::get_mut(map) {
                    let slots = std::mem::take(map.0.get_mut());
                    values.extend(slots.into_values().map(|slot| slot.value));
                }
            }
            _ => {}
        }
    }
}
