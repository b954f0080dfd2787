//! Sorts lines into families: descriptions first, each once, and no family twice.

use super::line::{self, Line};
use super::{Family, Format, Kind, Sample, point};
use std::collections::HashSet;

/// What is wrong, after the number of the line.
pub(super) type Result<T> = std::result::Result<T, (usize, &'static str)>;

pub(super) fn read(text: &str, format: Format) -> Result<Vec<Family>> {
    let mut reader = Reader { format, families: Vec::new(), taken: HashSet::new() };
    let mut ended = false;
    let ends_with_break = text.ends_with('\n');
    let mut number = 0;
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        number += 1;
        if ended {
            return Err((number, "nothing comes after EOF"));
        }
        match line::parse(line, format).map_err(|rule| (number, rule))? {
            Line::Eof => ended = true,
            Line::Comment => {}
            Line::Sample(sample) => reader.sample(sample, number)?,
            Line::Help { family, help } => {
                let family = reader.described(family, number)?;
                once(family.help.replace(help).is_none(), number)?;
            }
            Line::Unit { family, unit } => {
                let family = reader.described(family, number)?;
                once(family.unit.replace(unit.to_owned()).is_none(), number)?;
            }
            Line::Type { family, word } => {
                let kind = Kind::named(word, format).ok_or((number, "TYPE names a type of this format"))?;
                let family = reader.described(family, number)?;
                once(!family.typed, number)?;
                (family.typed, family.kind) = (true, kind);
            }
        }
    }
    if format == Format::OpenMetrics && !ended {
        return Err((number, "the last line is EOF"));
    }
    if format == Format::Prometheus && !text.is_empty() && !ends_with_break {
        return Err((number, "the last line ends with a line break"));
    }
    reader.close()?;
    Ok(reader.families)
}

fn once(is_first: bool, line: usize) -> Result<()> {
    if is_first { Ok(()) } else { Err((line, "a family has each description once")) }
}

struct Reader {
    format: Format,
    /// The last one is still open.
    families: Vec<Family>,
    /// The names of closed families, with every suffix that their types allow and without.
    taken: HashSet<String>,
}

impl Reader {
    /// The family that a description is about.
    fn described(&mut self, name: &str, line: usize) -> Result<&mut Family> {
        let is_open = self.families.last().is_some_and(|family| family.name == name);
        if is_open && self.families.last().is_some_and(|family| !family.samples.is_empty()) {
            return Err((line, "descriptions come before samples"));
        }
        if !is_open {
            self.open(name, line)?;
        }
        self.last(line)
    }

    fn sample(&mut self, sample: line::Sample<'_>, line: usize) -> Result<()> {
        let suffix = match self.families.last().and_then(|family| self.suffix(family, sample.name)) {
            Some(suffix) => suffix,
            None => {
                self.open(sample.name, line)?;
                ""
            }
        };
        let line::Sample { name, labels, value, timestamp, exemplar } = sample;
        let name = name.to_owned();
        let family = self.last(line)?;
        if exemplar.is_some() && !family.kind.has_exemplars(suffix) {
            return Err((line, "only totals of counters and buckets have exemplars"));
        }
        family.samples.push(Sample { name, labels, value, timestamp, exemplar, suffix, line });
        Ok(())
    }

    /// The suffix that makes this the name of one of the family's samples.
    fn suffix(&self, family: &Family, name: &str) -> Option<&'static str> {
        let rest = name.strip_prefix(family.name.as_str())?;
        family.kind.suffixes(self.format).iter().find(|suffix| **suffix == rest).copied()
    }

    fn open(&mut self, name: &str, line: usize) -> Result<()> {
        if self.families.last().is_some_and(|family| family.name == name) {
            return Err((line, "the type of the family asks for a suffix"));
        }
        self.close()?;
        if self.taken.contains(name) {
            return Err((line, "the name belongs to an earlier family: all lines of a family stand together"));
        }
        if name.starts_with('_') && self.format == Format::OpenMetrics {
            return Err((line, "families that begin with an underscore are reserved"));
        }
        let kind = Kind::Unknown;
        let (name, samples) = (name.to_owned(), Vec::new());
        self.families.push(Family { name, kind, help: None, unit: None, samples, line, typed: false });
        Ok(())
    }

    fn last(&mut self, line: usize) -> Result<&mut Family> {
        self.families.last_mut().ok_or((line, "there is no family"))
    }

    /// Judges the last family as a whole.
    fn close(&mut self) -> Result<()> {
        let Some(family) = self.families.last() else { return Ok(()) };
        let mut names = HashSet::from([family.name.clone()]);
        names.extend(family.kind.suffixes(self.format).iter().map(|suffix| format!("{}{suffix}", family.name)));
        if !names.is_disjoint(&self.taken) {
            return Err((family.line, "a sample of this family could have the name of another family's"));
        }
        if let Some(unit) = family.unit.as_ref().filter(|unit| !unit.is_empty()) {
            if matches!(family.kind, Kind::Info | Kind::StateSet) {
                return Err((family.line, "info and stateset have no unit"));
            }
            if !family.name.ends_with(&format!("_{unit}")) {
                return Err((family.line, "the name of a family ends with its unit"));
            }
        }
        point::check(family, self.format)?;
        self.taken.extend(names);
        Ok(())
    }
}
