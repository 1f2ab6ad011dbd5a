//! The bytes of a text file: without its byte order mark, and with every line end recognized.

use std::io::BufRead;

use crate::error::{Error, Result};

/// What comes next in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Byte {
    Of(u8),
    /// The end of a line, as it is written: LF, CRLF or CR.
    LineEnd(&'static [u8]),
    /// The end of the file.
    End,
}

/// Reads byte by byte.
pub(super) struct Bytes<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> Bytes<R> {
    /// Skips the byte order mark.
    ///
    /// # Errors
    /// `BadRequest` for a file in UTF-16.
    pub(super) fn new(mut reader: R) -> Result<Self> {
        let start = reader.fill_buf().map_err(|error| unreadable(1, &error))?;
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(Error::bad_request("the file is UTF-16; save it as UTF-8"));
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            reader.consume(3);
        }
        Ok(Self { reader, line: 1 })
    }

    /// The line of the next byte; the first line is 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn next(&mut self) -> Result<Byte> {
        let Some(byte) = self.peek()? else { return Ok(Byte::End) };
        self.reader.consume(1);
        let line_end: &[u8] = match byte {
            b'\n' => b"\n",
            b'\r' if self.peek()? == Some(b'\n') => {
                self.reader.consume(1);
                b"\r\n"
            }
            b'\r' => b"\r",
            byte => return Ok(Byte::Of(byte)),
        };
        self.line += 1;
        Ok(Byte::LineEnd(line_end))
    }

    /// The bytes up to the end of the line; none at the end of the file.
    pub(super) fn next_line(&mut self, most: usize) -> Result<Option<Vec<u8>>> {
        let (mut text, line) = (Vec::new(), self.line());
        loop {
            match self.next()? {
                Byte::End if text.is_empty() => return Ok(None),
                Byte::End | Byte::LineEnd(_) => return Ok(Some(text)),
                Byte::Of(byte) => text.push(byte),
            }
            if text.len() > most {
                return Err(Error::bad_request(format!("line {line} is longer than {most} bytes")));
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        let line = self.line;
        self.reader.fill_buf().map(|bytes| bytes.first().copied()).map_err(|error| unreadable(line, &error))
    }
}

fn unreadable(line: u64, error: &std::io::Error) -> Error {
    Error::bad_request(format!("line {line}: {error}"))
}
