use super::{Domain, Kind, NAME, NOTE_TYPE, Record, Reference, VERSION, checksum};
use std::fmt;

/// The order of bytes of the machine that a binary is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// The lowest byte first.
    Little,
    /// The highest byte first.
    Big,
}

/// Why a section can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It was made by another release.
    Version(u32),
    /// It is damaged, from this byte on.
    Damaged(usize),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => {
                write!(
                    f,
                    "a record has version {version} and this tool reads version {VERSION}; install the tool of the release that the program is built with"
                )
            }
            Self::Damaged(at) => write!(f, "the records are damaged from byte {at} on"),
        }
    }
}

/// All records of a section, in order.
///
/// # Errors
///
/// Where anything in it is not a record, or one of another version: a report that leaves something out would
/// be believed.
pub fn read(section: &[u8], endian: Endian) -> Result<Vec<Record>, Unreadable> {
    let mut records = Vec::new();
    let mut bytes = Bytes { rest: section, endian };
    loop {
        // Linkers put zeros between records.
        while bytes.rest.first() == Some(&0) && bytes.rest.get(..4).is_none_or(|word| word == [0; 4]) {
            bytes.rest = bytes.rest.get(4..).unwrap_or_default();
        }
        if bytes.rest.is_empty() {
            return Ok(records);
        }
        let at = section.len() - bytes.rest.len();
        records.push(bytes.record().map_err(|problem| problem.unwrap_or(Unreadable::Damaged(at)))?);
    }
}

struct Bytes<'a> {
    rest: &'a [u8],
    endian: Endian,
}

/// `None` is damage.
type Read<T> = Result<T, Option<Unreadable>>;

impl<'a> Bytes<'a> {
    fn take(&mut self, len: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(None)?;
        self.rest = rest;
        Ok(taken)
    }

    fn word(&mut self) -> Read<u32> {
        let bytes = self.take(4)?.try_into().map_err(|_| None)?;
        Ok(match self.endian {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        })
    }

    fn len(&mut self) -> Read<usize> {
        usize::try_from(self.word()?).map_err(|_| None)
    }

    fn text(&mut self, len: usize) -> Read<String> {
        std::str::from_utf8(self.take(len)?).map(str::to_owned).map_err(|_| None)
    }

    fn record(&mut self) -> Read<Record> {
        let (name_len, len, kind) = (self.len()?, self.len()?, self.word()?);
        if name_len != NAME.len() || kind != NOTE_TYPE || self.take(NAME.len())? != NAME {
            return Err(None);
        }
        let mut inside = Bytes { rest: self.take(len.next_multiple_of(4))?, endian: self.endian };
        let version = inside.word()?;
        if version != VERSION {
            return Err(Some(Unreadable::Version(version)));
        }
        let sum = inside.word()?;
        let (literal, module, before) = (inside.len()?, inside.len()?, inside.len()?);
        let mut before = Bytes { rest: inside.take(before)?, endian: self.endian };
        let literal = inside.take(literal)?;
        if checksum(literal) != sum {
            return Err(None);
        }
        let module = inside.take(module)?;
        let end = module.iter().position(|byte| *byte == 0).unwrap_or(module.len());
        // Where it is cut, it may be within a character.
        let module = String::from_utf8_lossy(&module[..end]).into_owned();
        let mut literal = Bytes { rest: literal, endian: Endian::Little };
        let kind = *Kind::ALL.get(literal.short()?).ok_or(None)?;
        let (references, numbers) = (literal.short()?, literal.short()?);
        let (line, column, file) = (literal.word()?, literal.word()?, literal.short_text()?);
        let texts = literal.texts()?;
        let (references, numbers) = (before.all(references, Self::reference)?, before.all(numbers, Self::number)?);
        let list = before.rest.len() / size_of::<f64>();
        let list = before.all(list, Self::number)?;
        if !before.rest.is_empty() {
            return Err(None);
        }
        Ok(Record { kind, texts, references, numbers, list, module, file, line, column })
    }

    /// So many, none of which is made before the bytes are there.
    fn all<T>(&mut self, count: usize, one: fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(one(self)?);
        }
        Ok(all)
    }

    fn reference(&mut self) -> Read<Reference> {
        let id = self.take(16)?.try_into().map_err(|_| None)?;
        let domain = Domain { id, none: self.word()?, cap: self.word()? };
        Ok(Reference { domain, cardinality: self.word()? })
    }

    fn number(&mut self) -> Read<f64> {
        let bytes = self.take(8)?.try_into().map_err(|_| None)?;
        Ok(match self.endian {
            Endian::Little => f64::from_le_bytes(bytes),
            Endian::Big => f64::from_be_bytes(bytes),
        })
    }

    fn short(&mut self) -> Read<usize> {
        let bytes = self.take(2)?.try_into().map_err(|_| None)?;
        Ok(usize::from(u16::from_le_bytes(bytes)))
    }

    fn short_text(&mut self) -> Read<String> {
        let len = self.short()?;
        self.text(len)
    }

    /// All that is left.
    fn texts(&mut self) -> Read<Vec<(String, String)>> {
        let mut texts = Vec::new();
        for _ in 0..self.short()? {
            texts.push((self.short_text()?, self.short_text()?));
        }
        if self.rest.is_empty() { Ok(texts) } else { Err(None) }
    }
}
