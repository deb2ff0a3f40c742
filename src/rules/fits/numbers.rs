//! Numbers as texts: whole, in other bases, with `_` between their digits. Knows no types of code.

use std::cmp::Ordering;

use crate::model::Limits;

/// Whether a text is a number.
pub(super) fn is_number(text: &str, limits: &Limits) -> bool {
    let plain = if limits.plain_numbers { text.to_owned() } else { text.replace('_', "") };
    plain.parse::<f64>().is_ok()
}

/// Whether a text is a whole number.
pub(super) fn is_int(text: &str, limits: &Limits) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if limits.plain_numbers {
        return is_plain(digits);
    }
    let digits = digits.replace('_', "");
    is_plain(&digits) || whole(&digits).is_some()
}

/// A whole number, with `_` between its digits and in other bases too.
pub(super) fn whole(text: &str) -> Option<i128> {
    let text = text.trim().replace('_', "");
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (if text.starts_with('-') { -1 } else { 1 }, digits),
        None => (1, text.as_str()),
    };
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let marked = bases.iter().find_map(|(mark, base)| Some((digits.strip_prefix(mark)?, *base)));
    let (digits, base) = marked.unwrap_or((digits, 10));
    let is_digit = digits.starts_with(|first: char| first.is_ascii_alphanumeric());
    i128::from_str_radix(digits, base).ok().filter(|_| is_digit).map(|number| sign * number)
}

/// Which of two numbers is greater, however they are written.
pub(super) fn compared(one: &str, two: &str) -> Option<Ordering> {
    if let (Some(one), Some(two)) = (whole(one), whole(two)) {
        return Some(one.cmp(&two));
    }
    let number = |text: &str| text.replace('_', "").parse::<f64>().ok();
    number(one)?.partial_cmp(&number(two)?)
}
