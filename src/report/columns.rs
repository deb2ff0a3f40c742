//! Lines in columns: each as wide as its widest cell, the last one as long as it is. Knows characters, not how wide a
//! terminal shows them.

use std::io;

use anstyle::Style;

/// A column that is wider than this is not waited for by the others.
const WIDEST: usize = 64;

/// A piece of a line.
#[derive(PartialEq)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

/// A cell as it is.
pub(super) fn plain(text: impl Into<String>) -> Cell {
    styled(text, Style::new())
}

/// A cell with a style.
pub(super) fn styled(text: impl Into<String>, style: Style) -> Cell {
    Cell { text: text.into(), style }
}

/// Writes lines behind `indent` spaces. A line may have fewer cells than another.
pub(super) fn write(lines: &[Vec<Cell>], indent: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = lines.iter().filter(|line| at + 1 < line.len()).map(|line| &line[at]);
        let widths = cells.map(|cell| cell.text.chars().count());
        widths.filter(|width| *width <= WIDEST).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for line in lines {
        let mut pad = indent;
        for (cell, width) in line.iter().zip(&widths) {
            let shown = cell.text.chars().count();
            if shown > 0 {
                let style = cell.style;
                write!(out, "{:pad$}{style}{}{style:#}", "", cell.text)?;
                pad = 0;
            }
            if *width > 0 || shown > 0 {
                pad += width.saturating_sub(shown) + 2;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{plain, write};

    #[test]
    fn columns_stand_under_each_other() {
        let lines = [
            vec![plain("staging"), plain("\"5\""), plain("dotenv")],
            vec![plain(""), plain("absent")],
            vec![plain("prod"), plain(""), plain("x")],
        ];
        let mut out = Vec::new();
        write(&lines, 2, &mut out).expect("memory takes it");
        let text = String::from_utf8(out).expect("is text");
        assert_eq!(text, "  staging  \"5\"  dotenv\n           absent\n  prod          x\n");
    }
}
