//! How much code scanning takes of one upload: so many results, and so many bytes when they are packed.
//!
//! <https://docs.github.com/code-security/code-scanning/troubleshooting-sarif/results-exceed-limit> refuses a log that has
//! more, with everything in it.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

/// The most results that code scanning takes of a run.
const RESULTS: usize = 25_000;

/// It takes 10 MB, and whoever uploads may pack less tightly than we do.
const BYTES: usize = 9_000_000;

/// What is left of both.
pub(super) struct Budget {
    results: usize,
    packed: GzEncoder<Counted>,
    bytes: usize,
}

impl Budget {
    /// All of it.
    pub(super) fn new() -> Self {
        Self::of(RESULTS, BYTES)
    }

    fn of(results: usize, bytes: usize) -> Self {
        Self { results, packed: GzEncoder::new(Counted(0), Compression::fast()), bytes }
    }

    /// Whether one more result has room, which it then takes. From the first that has none on, none has.
    pub(super) fn takes(&mut self, result: &impl Serialize) -> io::Result<bool> {
        if self.results == 0 {
            return Ok(false);
        }
        serde_json::to_writer_pretty(&mut self.packed, result)?;
        self.packed.write_all(b"\n")?;
        self.results = if self.packed.get_ref().0 > self.bytes { 0 } else { self.results - 1 };
        Ok(self.packed.get_ref().0 <= self.bytes)
    }
}

/// A writer that only counts.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn results_are_counted() {
        let mut budget = Budget::of(2, 1_000);
        let taken: Vec<bool> = (0..4).map(|number| budget.takes(&number).unwrap()).collect();
        assert_eq!(taken, [true, true, false, false]);
    }

    #[test]
    fn packed_bytes_are_counted() {
        let mut budget = Budget::of(1_000_000, 10_000);
        // Digests of numbers do not pack well.
        let digest = |number: u32| blake3::hash(&number.to_le_bytes()).to_hex().to_string();
        let taken = (0..100_000).take_while(|number| budget.takes(&digest(*number)).unwrap());
        let taken = taken.count();
        // 32 bytes of chance in each, and what the encoder has not let go of yet.
        assert!((300..3_000).contains(&taken), "{taken}");
        assert!(!budget.takes(&"small").unwrap());
    }
}
