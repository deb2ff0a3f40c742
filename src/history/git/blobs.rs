//! Texts of a history, one repository handle per thread.

use git2::{Oid, Repository};

use super::super::Error;
use super::Git;
use super::line::Id;

/// What became of a look at an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::history) enum Seen<T> {
    Is(T),
    /// Larger than is looked at.
    Large,
    /// Not here.
    Lost,
}

/// Reads objects.
#[derive(Clone, Copy)]
pub(in crate::history) struct Blobs<'a>(&'a Repository);

impl Git {
    /// Does something with objects, on this thread.
    pub(in crate::history) fn blobs<T>(
        &self,
        act: impl FnOnce(Blobs<'_>) -> T,
    ) -> Result<T, Error> {
        self.with(|git| Ok(act(Blobs(git))))
    }
}

impl Blobs<'_> {
    /// What `act` makes of the bytes of an object.
    pub(in crate::history) fn look<T>(
        self,
        id: &Id,
        limit: usize,
        act: impl FnOnce(&[u8]) -> T,
    ) -> Seen<T> {
        let Ok(id) = Oid::from_bytes(id) else { return Seen::Lost };
        // The size of what is packed is told without unpacking it.
        let size = self.0.odb().and_then(|odb| odb.read_header(id));
        match size {
            Err(_) => Seen::Lost,
            Ok((size, _)) if size > limit => Seen::Large,
            Ok(_) => match self.0.find_blob(id) {
                Ok(blob) => Seen::Is(act(blob.content())),
                Err(_) => Seen::Lost,
            },
        }
    }
}
