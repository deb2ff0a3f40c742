//! Numbers and texts as bytes, and back: small numbers take one byte.
//!
//! Reading never fails badly: what is cut off or too large gives `None`.

/// Adds a number.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Adds a number that may be below zero.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Adds bytes with their length.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Adds numbers that are sorted.
pub(super) fn put_sorted(out: &mut Vec<u8>, numbers: &[u32]) {
    put(out, numbers.len() as u64);
    let mut last = 0;
    for number in numbers {
        put(out, u64::from(number.wrapping_sub(last)));
        last = *number;
    }
}

/// Takes numbers and texts off the front of bytes.
#[derive(Clone, Copy)]
pub(super) struct Unpack<'a>(pub(super) &'a [u8]);

impl<'a> Unpack<'a> {
    /// A number.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number of a table.
    pub(super) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A number that may be below zero.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    /// How many things follow, of at least `least` bytes each.
    pub(super) fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count.checked_mul(least)? <= self.0.len()).then_some(count)
    }

    /// Bytes with their length.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.count(1)?;
        self.raw(length)
    }

    /// So many bytes.
    pub(super) fn raw(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Sorted numbers, each handed on.
    pub(super) fn sorted(&mut self, mut each: impl FnMut(u32)) -> Option<()> {
        let mut last = 0_u32;
        for _ in 0..self.count(1)? {
            last = last.wrapping_add(self.small()?);
            each(last);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Unpack, put, put_bytes, put_signed, put_sorted};

    #[test]
    fn what_is_put_in_comes_out() {
        let mut bytes = Vec::new();
        for number in [0, 127, 128, u64::MAX] {
            put(&mut bytes, number);
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            put_signed(&mut bytes, number);
        }
        put_sorted(&mut bytes, &[3, 9, 1000]);
        put_bytes(&mut bytes, b"rye");
        let mut all = Unpack(&bytes);
        assert_eq!([(); 4].map(|()| all.number()), [0, 127, 128, u64::MAX].map(Some));
        assert_eq!([(); 4].map(|()| all.signed()), [0, -1, i64::MIN, i64::MAX].map(Some));
        let mut sorted = Vec::new();
        all.sorted(|number| sorted.push(number)).expect("three");
        assert_eq!((sorted.as_slice(), all.bytes()), (&[3, 9, 1000][..], Some(&b"rye"[..])));
        assert_eq!(all.number(), None);
        let endless = [0xff; 11];
        assert_eq!((Unpack(&endless).number(), Unpack(&[200, 1, 5]).bytes()), (None, None));
    }
}
