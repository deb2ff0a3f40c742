//! Every text of a scan, read once.
//!
//! The one place that opens files for reading. Keeps the ranges that hold secrets and hands out lines only with those
//! ranges blanked, so that no reporter can print a secret by showing a source line.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::{FileId, LineIndex, Position, Span, TextRange};

/// A text file of the scan.
#[derive(Debug)]
pub struct File {
    /// Relative to the root it was found under, with `/`.
    pub path: String,
    /// The place of its root on the command line, from 0.
    pub root: u16,
    /// Whether version control leaves it out: somebody's own, not the project's.
    pub ignored: bool,
    /// What it holds.
    pub text: Arc<str>,
    lines: OnceLock<LineIndex>,
    blanks: Vec<TextRange>,
}

impl File {
    /// A file with no blanked ranges.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.into(),
            root: 0,
            ignored: false,
            text: text.into(),
            lines: OnceLock::new(),
            blanks: Vec::new(),
        }
    }

    /// The same file under root number `root`.
    #[must_use]
    pub fn under(mut self, root: u16) -> Self {
        self.root = root;
        self
    }

    /// The same file, left out of version control or not.
    #[must_use]
    pub fn left_out(mut self, ignored: bool) -> Self {
        self.ignored = ignored;
        self
    }

    /// The last segment of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The line index, built at first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Where `offset` is.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// From now on the bytes of `range` are shown as `*`.
    pub fn blank(&mut self, range: TextRange) {
        self.blanks.push(range);
    }

    /// The lines that hold `range` with secrets blanked: the text, its first byte in the file, its first line from 1.
    /// The text has the same length in bytes as the source, so ranges still fit.
    pub fn excerpt(&self, range: TextRange) -> (String, u32, usize) {
        let first = self.lines().line(range.start);
        let last = self.lines().line(range.end.max(range.start + 1) - 1);
        let start = self.lines().line_start(first) as usize;
        let end = if last + 1 < self.line_count() {
            self.lines().line_start(last + 1) as usize
        } else {
            self.text.len()
        };
        let range = TextRange::new(start, end);
        (self.shown(range), range.start, first + 1)
    }

    /// The bytes of `range` with secrets blanked, in the same length.
    pub fn shown(&self, range: TextRange) -> String {
        let (start, end) = (range.start as usize, range.end as usize);
        let mut bytes = self.text.as_bytes().get(start..end).unwrap_or_default().to_vec();
        for blank in &self.blanks {
            let from = (blank.start as usize).clamp(start, end) - start;
            let to = (blank.end as usize).clamp(start, end) - start;
            for byte in bytes.iter_mut().take(to).skip(from).filter(|byte| **byte != b'\n') {
                *byte = b'*';
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn line_count(&self) -> usize {
        self.lines().line(u32::try_from(self.text.len()).unwrap_or(u32::MAX)) + 1
    }
}

/// The files of a scan, by id.
#[derive(Debug, Default)]
pub struct Files {
    files: Vec<File>,
    /// The links to folders, by root and path.
    links: BTreeMap<(u16, String), String>,
}

/// The most links that are followed one after another.
const MOST_LINKS: usize = 8;

impl Files {
    /// Adds a file and gives its id. Ids follow the order of adding.
    pub fn add(&mut self, file: File) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// Notes that `path` under a root is a link to the folder `to` of the same root.
    pub fn link(&mut self, root: u16, path: String, to: String) {
        self.links.insert((root, path), to);
    }

    /// Where what is called `path` really stands: every folder on the way that is a link is the one to which it leads.
    pub fn behind_links(&self, root: u16, path: &str) -> String {
        let mut at = path.to_owned();
        for _ in 0..MOST_LINKS {
            let ends = at.match_indices('/').map(|(end, _)| end).chain([at.len()]);
            let led = ends.into_iter().find_map(|end| {
                let to = self.links.get(&(root, at[..end].to_owned()))?;
                Some(format!("{to}{}", &at[end..]))
            });
            match led {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The file of an id that this table gave.
    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// From now on the bytes of `span` are shown as `*`.
    pub fn blank(&mut self, span: Span) {
        if let Some(file) = self.files.get_mut(span.file.0 as usize) {
            file.blank(span.range);
        }
    }

    /// Where a span begins and ends.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let file = self.get(span.file);
        (file.position(span.range.start), file.position(span.range.end))
    }

    /// Every file with its id, in id order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Why a file gave no text.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The system refused.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The history of the project does not hold it.
    #[error("is not in the history that is here: {0}")]
    Lost(String),
    /// Not text.
    #[error("is not text")]
    Binary,
    /// Larger than this many bytes: no configuration and no source.
    #[error("is larger than {} MB and was not read", .0 / 1_000_000)]
    TooLarge(u64),
}

/// Reads a file that a command printed, which PowerShell writes in UTF-16. Nobody edits it: its places are those of the
/// text, not of the file.
pub fn read_printed(path: &Path, limit: u64) -> Result<(Arc<str>, bool), Unreadable> {
    decode(in_eights(bytes(path, limit)?))
}

/// Bytes of UTF-16 with its mark as those of UTF-8; others as they are.
fn in_eights(bytes: Vec<u8>) -> Vec<u8> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2) {
        Some([0xFF, 0xFE]) => u16::from_le_bytes,
        Some([0xFE, 0xFF]) => u16::from_be_bytes,
        _ => return bytes,
    };
    let units = bytes[2..].chunks(2).map(|pair| unit([pair[0], pair.get(1).copied().unwrap_or(0)]));
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

/// Reads a regular file as text. A byte-order mark stays, invalid UTF-8 is replaced and reported by the flag.
pub fn read(path: &Path, limit: u64) -> Result<(Arc<str>, bool), Unreadable> {
    decode(bytes(path, limit)?)
}

/// Reads a regular file as it is.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable> {
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Err(Unreadable::TooLarge(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes as text. A byte-order mark stays, invalid UTF-8 is replaced and reported by the flag.
pub fn decode(bytes: Vec<u8>) -> Result<(Arc<str>, bool), Unreadable> {
    if bytes.iter().take(8192).any(|byte| *byte == 0) {
        return Err(Unreadable::Binary);
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => (text.into(), false),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).as_ref().into(), true),
    })
}

#[cfg(test)]
mod tests {
    use super::{decode, in_eights};

    #[test]
    fn what_powershell_prints_is_text() {
        let text = "[{\"key\": \"rye–bread\"}]";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little = units.iter().flat_map(|unit| unit.to_le_bytes());
        let big = units.iter().flat_map(|unit| unit.to_be_bytes());
        for bytes in [
            [0xFF, 0xFE].into_iter().chain(little).collect(),
            [0xFE, 0xFF].into_iter().chain(big).collect(),
        ] {
            let bytes: Vec<u8> = bytes;
            assert!(decode(bytes.clone()).is_err());
            assert_eq!(&*decode(in_eights(bytes)).unwrap().0, text);
        }
        assert_eq!(in_eights(b"OVEN=1".to_vec()), b"OVEN=1");
    }
}
