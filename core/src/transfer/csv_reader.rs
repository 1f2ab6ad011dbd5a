//! CSV (RFC 4180) as spreadsheets and databases write it: with or without a byte order mark, lines that end in LF, CRLF or
//! CR, quoted cells that hold line ends. It tells a quoted empty cell from an empty one, as PostgreSQL's `COPY` does.

use std::io::{BufReader, Read};

use crate::error::{Error, Result};
use crate::transfer::line_ends::{self, Byte};

/// The longest row, in bytes: one must fit in memory.
const MAX_ROW_BYTES: usize = 64 * 1024 * 1024;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// The rows of a CSV file.
pub(super) struct CsvReader<R> {
    bytes: line_ends::Bytes<BufReader<R>>,
}

/// Where the reader is in a cell.
enum Position {
    Start,
    Plain,
    Quoted,
    /// After a quote in a quoted cell: its end, or half of an escaped quote.
    AfterQuote,
}

impl<R: Read> CsvReader<R> {
    pub(super) fn new(file: R) -> Result<Self> {
        Ok(Self { bytes: line_ends::Bytes::new(BufReader::new(file))? })
    }

    /// The next row with the line it begins on; none at the end of the file. Empty lines are no rows.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Vec<Cell>)>> {
        loop {
            let line = self.bytes.line();
            let Some(row) = self.row(line)? else { return Ok(None) };
            let is_empty_line = matches!(row.as_slice(), [Cell { text, quoted: false }] if text.is_empty());
            if !is_empty_line {
                return Ok(Some((line, row)));
            }
        }
    }

    fn row(&mut self, line: u64) -> Result<Option<Vec<Cell>>> {
        let fail = |reason: &str| Err(Error::bad_request(format!("line {line}: {reason}")));
        let (mut row, mut cell, mut position, mut length) =
            (Vec::new(), Vec::new(), Position::Start, 0_usize);
        let mut is_quoted = false;
        loop {
            let byte = self.bytes.next()?;
            length += 1;
            if length > MAX_ROW_BYTES {
                return fail(&format!("is longer than {MAX_ROW_BYTES} bytes"));
            }
            match (&position, byte) {
                (Position::Start, Byte::End) if row.is_empty() => return Ok(None),
                (Position::Quoted, Byte::End) => return fail("has a quote that is not closed"),
                (Position::Quoted, Byte::Of(b'"')) => position = Position::AfterQuote,
                (Position::Quoted, Byte::Of(byte)) => cell.push(byte),
                (Position::Quoted, Byte::LineEnd(written)) => cell.extend_from_slice(written),
                (Position::AfterQuote, Byte::Of(b'"')) => {
                    cell.push(b'"');
                    position = Position::Quoted;
                }
                (Position::Start, Byte::Of(b'"')) => (position, is_quoted) = (Position::Quoted, true),
                (_, Byte::Of(b',')) => {
                    row.push(finished(std::mem::take(&mut cell), is_quoted, line)?);
                    (position, is_quoted) = (Position::Start, false);
                }
                (_, Byte::End | Byte::LineEnd(_)) => {
                    row.push(finished(cell, is_quoted, line)?);
                    return Ok(Some(row));
                }
                (Position::AfterQuote, Byte::Of(_)) => {
                    return fail("has a text after a closing quote; a quote in a cell is written twice");
                }
                (Position::Start | Position::Plain, Byte::Of(byte)) => {
                    cell.push(byte);
                    position = Position::Plain;
                }
            }
        }
    }
}

fn finished(bytes: Vec<u8>, quoted: bool, line: u64) -> Result<Cell> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::bad_request(format!("line {line}: is not valid UTF-8")))?;
    Ok(Cell { text, quoted })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<(u64, Vec<String>)>> {
        let mut reader = CsvReader::new(text.as_bytes())?;
        let mut rows = Vec::new();
        while let Some((line, row)) = reader.next()? {
            let spelt = |cell: Cell| if cell.quoted { format!("<{}>", cell.text) } else { cell.text };
            rows.push((line, row.into_iter().map(spelt).collect()));
        }
        Ok(rows)
    }

    #[test]
    fn every_line_end_ends_a_line_and_stays_in_a_quoted_cell() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("\u{feff}a,b{end}1,\"x{end}\"\"y\"\"\"{end}{end}\"\",{end}3,4");
            let quoted = format!("<x{end}\"y\">");
            let expected: [(u64, [&str; 2]); 4] =
                [(1, ["a", "b"]), (2, ["1", &quoted]), (5, ["<>", ""]), (6, ["3", "4"])];
            let expected: Vec<_> =
                expected.map(|(line, row)| (line, row.map(str::to_owned).to_vec())).to_vec();
            assert_eq!(rows(&text).unwrap(), expected, "{end:?}");
        }
        assert_eq!(rows("").unwrap(), []);
        assert_eq!(rows("\u{feff}").unwrap(), []);
    }

    #[test]
    fn what_cannot_be_read_names_its_line() {
        for (text, reason) in [
            ("a\n\"b", "line 2: has a quote that is not closed"),
            ("a\n\"b\"c", "line 2: has a text after a closing quote"),
        ] {
            assert!(rows(text).unwrap_err().to_string().starts_with(reason), "{text}");
        }
        let mut reader = CsvReader::new(&b"a\n\xff"[..]).unwrap();
        reader.next().unwrap();
        assert_eq!(reader.next().unwrap_err().to_string(), "line 2: is not valid UTF-8");
        let utf16 = CsvReader::new(&b"\xff\xfea\0"[..]).map(drop).unwrap_err();
        assert!(utf16.to_string().contains("UTF-16"));
    }
}
