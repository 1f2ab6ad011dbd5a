//! Writes what serde_json writes, as YAML in block style. Scalars and keys keep their JSON spelling, which YAML
//! 1.2 reads alike.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// A document as YAML.
pub(super) fn to_string<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, Block::default()))?;
    out.push(b'\n');
    String::from_utf8(out).map_err(serde::ser::Error::custom)
}

/// Where the writer stands: how deep, and whether the innermost collection has an entry yet.
#[derive(Default)]
struct Block {
    depth: usize,
    filled: bool,
}

impl Block {
    fn open(&mut self) {
        self.depth += 1;
        self.filled = false;
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, empty: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.filled {
            out.write_all(empty)?;
        }
        self.filled = true;
        Ok(())
    }

    fn line<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.filled = true;
        // The very first line of the document needs no break before it.
        if self.depth > 1 || !first {
            out.write_all(b"\n")?;
        }
        for _ in 1..self.depth {
            out.write_all(b"  ")?;
        }
        Ok(())
    }
}

impl Formatter for Block {
    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.open();
        Ok(())
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"{}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.open();
        Ok(())
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)?;
        out.write_all(b"- ")
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"[]")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn blocks() {
        let value = json!({
            "a": {"b": 1, "c": []},
            "d": [{"e": "x: \"y\"\n"}, [true, null], {}],
        });
        let yaml = super::to_string(&value).expect("YAML");
        let expected = concat!(
            "\"a\": \n  \"b\": 1\n  \"c\": []\n",
            "\"d\": \n  - \n    \"e\": \"x: \\\"y\\\"\\n\"\n  - \n    - true\n    - null\n  - {}\n",
        );
        assert_eq!(yaml, expected);
    }
}
