//! Quoted words of HCL: what their escapes stand for.

/// The text of a quoted word after its escapes.
pub(super) fn unquoted(raw: &str) -> String {
    let body = raw.strip_prefix('"').unwrap_or(raw);
    let body = body.strip_suffix('"').unwrap_or(body);
    if !body.contains(['\\', '$', '%']) {
        return body.to_owned();
    }
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' => escape(rest, &mut text),
            // `$${` and `%%{` stand for a dollar or percent sign before a brace.
            '$' | '%' if rest.starts_with("$${") || rest.starts_with("%%{") => {
                text.push(next);
                2
            }
            _ => {
                text.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or("");
    }
    text
}

/// Adds what the escape at the beginning of `rest` stands for, and gives its length.
fn escape(rest: &str, text: &mut String) -> usize {
    let mut signs = rest.chars().skip(1);
    let Some(sign) = signs.next() else {
        text.push('\\');
        return 1;
    };
    let digits = match sign {
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    let code = rest.get(2..2 + digits).filter(|code| !code.is_empty());
    if let Some(code) = code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return 2 + digits;
    }
    text.push(match sign {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    });
    1 + sign.len_utf8()
}
