//! A file of rows in memory, as it was sent: which fields it names, and the same rows under other names, or only some of them.

use serde_json::{Map, Value as Json};

use crate::error::{Error, Result};
use crate::transfer::FileFormat;
use crate::transfer::csv_reader::{Cell, CsvReader};
use crate::transfer::line_ends;
use crate::types::{shorten, strict_json};

/// The column of reasons in a file of refused rows. It is never imported.
const REASONS: &str = "_errors";
/// The longest line of JSON, in bytes.
const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

/// A file of rows.
pub(crate) struct Sheet {
    format: FileFormat,
    /// What the file names: the cells of its first line, or the members of its objects.
    names: Vec<String>,
    rows: Vec<SheetRow>,
}

enum SheetRow {
    Cells(Vec<Cell>),
    Members(Vec<(String, Json)>),
    /// A line that is no JSON object, as it is.
    Line(Vec<u8>),
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// `BadRequest` with the line for a file that is not of the format.
    pub(crate) fn read(format: FileFormat, text: &[u8]) -> Result<Self> {
        match format {
            FileFormat::Csv => Self::of_csv(text),
            FileFormat::Jsonl => Self::of_json_lines(text),
        }
    }

    fn of_csv(text: &[u8]) -> Result<Self> {
        let mut reader = CsvReader::new(text)?;
        let Some((_, head)) = reader.next()? else {
            return Err(Error::bad_request("the file is empty; its first line must name the fields"));
        };
        let names: Vec<String> = head.into_iter().map(|cell| cell.text.trim().to_owned()).collect();
        let mut rows = Vec::new();
        while let Some((line, row)) = reader.next()? {
            if row.len() != names.len() {
                let (cells, names) = (row.len(), names.len());
                let message = format!("line {line}: has {cells} cells; the first line has {names}");
                return Err(Error::bad_request(message));
            }
            rows.push(SheetRow::Cells(row));
        }
        Ok(Self { format: FileFormat::Csv, names, rows })
    }

    fn of_json_lines(text: &[u8]) -> Result<Self> {
        let mut bytes = line_ends::Bytes::new(std::io::BufReader::new(text))?;
        let (mut names, mut rows) = (Vec::<String>::new(), Vec::new());
        while let Some(line) = bytes.next_line(MAX_LINE_BYTES)? {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let Ok(members) = strict_json::members(&line) else {
                rows.push(SheetRow::Line(line.trim_ascii().to_vec()));
                continue;
            };
            for (name, _) in &members {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            rows.push(SheetRow::Members(members));
        }
        match rows.is_empty() {
            true => Err(Error::bad_request("the file is empty; each of its lines must be a JSON object")),
            false => Ok(Self { format: FileFormat::Jsonl, names, rows }),
        }
    }

    /// What the file names; not the reasons that were added to it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str).filter(|name| *name != REASONS)
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The first cells of a name, as text.
    pub(crate) fn examples(&self, name: &str, most: usize) -> Vec<String> {
        let position = self.names.iter().position(|known| known == name);
        let of = |row: &SheetRow| match row {
            SheetRow::Cells(cells) => position.and_then(|at| cells.get(at)).map(|cell| cell.text.clone()),
            SheetRow::Members(members) => {
                let (_, value) = members.iter().find(|(known, _)| known == name)?;
                Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            }
            SheetRow::Line(_) => None,
        };
        let texts = self.rows.iter().filter_map(of).filter(|text| !text.is_empty());
        texts.take(most).map(|text| shorten(&text, 40).into_owned()).collect()
    }

    /// The rows for which `keep` is true, with the fields that `renamed` names, under these names.
    pub(crate) fn renamed(
        &self,
        renamed: impl Fn(&str) -> Option<&'static str>,
        keep: impl Fn(u64) -> bool,
    ) -> Vec<u8> {
        let columns = self.names.iter().enumerate();
        let columns = columns.filter(|(_, name)| *name != REASONS);
        let columns: Vec<(usize, &'static str)> =
            columns.filter_map(|(at, name)| Some((at, renamed(name)?))).collect();
        let mut out = Vec::new();
        if self.format == FileFormat::Csv {
            line(columns.iter().map(|(_, name)| quoted(name, false)), &mut out);
        }
        for row in self.kept(keep) {
            match row {
                SheetRow::Cells(cells) => {
                    // A line with nothing in it would be no row.
                    let alone = columns.len() == 1;
                    let cell = |at: usize| {
                        quoted(&cells[at].text, cells[at].quoted || (alone && cells[at].text.is_empty()))
                    };
                    line(columns.iter().map(|(at, _)| cell(*at)), &mut out);
                }
                SheetRow::Members(members) => {
                    let member = |(name, value): &(String, Json)| {
                        let name = renamed(name).filter(|_| name != REASONS)?;
                        Some((name.to_owned(), value.clone()))
                    };
                    json_line(members.iter().filter_map(member), &mut out);
                }
                SheetRow::Line(text) => {
                    out.extend_from_slice(text);
                    out.push(b'\n');
                }
            }
        }
        out
    }

    /// The rows for which there is a reason, as they were sent, with the reasons.
    pub(crate) fn refused<'r>(&self, reason: impl Fn(u64) -> Option<&'r str>) -> Vec<u8> {
        let own: Vec<usize> = (0..self.names.len()).filter(|at| self.names[*at] != REASONS).collect();
        let mut out = Vec::new();
        if self.format == FileFormat::Csv {
            let names = own.iter().map(|at| quoted(&self.names[*at], false));
            line(names.chain([REASONS.to_owned()]), &mut out);
        }
        for (row, reason) in (0..).zip(&self.rows).filter_map(|(at, row)| Some((row, reason(at)?))) {
            match row {
                SheetRow::Cells(cells) => {
                    let cells = own.iter().map(|at| quoted(&cells[*at].text, cells[*at].quoted));
                    line(cells.chain([quoted(reason, true)]), &mut out);
                }
                SheetRow::Members(members) => {
                    let members = members.iter().filter(|(name, _)| name != REASONS).cloned();
                    json_line(members.chain([(REASONS.to_owned(), Json::from(reason))]), &mut out);
                }
                SheetRow::Line(text) => {
                    out.extend_from_slice(text);
                    out.push(b'\n');
                }
            }
        }
        out
    }

    fn kept(&self, keep: impl Fn(u64) -> bool) -> impl Iterator<Item = &SheetRow> {
        (0..).zip(&self.rows).filter(move |(at, _)| keep(*at)).map(|(_, row)| row)
    }
}

fn json_line(members: impl Iterator<Item = (String, Json)>, out: &mut Vec<u8>) {
    out.extend_from_slice(Json::Object(Map::from_iter(members)).to_string().as_bytes());
    out.push(b'\n');
}

fn line(cells: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    out.extend_from_slice(cells.collect::<Vec<_>>().join(",").as_bytes());
    out.push(b'\n');
}

/// A cell; one that was quoted stays so, since that tells an empty text from none.
fn quoted(text: &str, was_quoted: bool) -> String {
    match was_quoted || text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Sheet;
    use crate::transfer::FileFormat;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn rows_of_csv_keep_what_their_cells_say() {
        let file = b"Name,Nothing,_errors\n\"a,\"\"b\",\"\",x\nc,,y\n";
        let sheet = Sheet::read(FileFormat::Csv, file).unwrap();
        assert_eq!(sheet.names().collect::<Vec<_>>(), ["Name", "Nothing"]);
        let renamed = |name: &str| (name != "other").then_some(if name == "Name" { "name" } else { "note" });
        assert_eq!(text(sheet.renamed(renamed, |_| true)), "name,note\n\"a,\"\"b\",\"\"\nc,\n");
        assert_eq!(text(sheet.renamed(renamed, |row| row == 1)), "name,note\nc,\n");
        let refused = sheet.refused(|row| (row == 0).then_some("Name is taken."));
        assert_eq!(text(refused), "Name,Nothing,_errors\n\"a,\"\"b\",\"\",\"Name is taken.\"\n");
        let one = sheet.renamed(|name| (name == "Nothing").then_some("note"), |_| true);
        assert_eq!(text(one), "note\n\"\"\n\"\"\n", "no row is lost");
        assert!(Sheet::read(FileFormat::Csv, b"a,b\n1\n").is_err());
        assert!(Sheet::read(FileFormat::Csv, b"").is_err());
    }

    #[test]
    fn json_lines_keep_numbers_and_lines_that_are_none() {
        let file = b"{\"a\":1.10,\"b\":null}\n\nnothing\n{\"c\":12345678901234567890}\n";
        let sheet = Sheet::read(FileFormat::Jsonl, file).unwrap();
        assert_eq!(sheet.names().collect::<Vec<_>>(), ["a", "b", "c"]);
        let renamed = |name: &str| match name {
            "a" => Some("x"),
            "c" => Some("c"),
            _ => None,
        };
        assert_eq!(
            text(sheet.renamed(renamed, |_| true)),
            "{\"x\":1.10}\nnothing\n{\"c\":12345678901234567890}\n"
        );
        assert_eq!(text(sheet.refused(|row| (row == 1).then_some("no"))), "nothing\n");
    }
}
