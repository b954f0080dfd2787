//! One line of a text: what it is, and what it says.

use super::number::{number, timestamp};
use super::{Exemplar, Format, Labels};

/// What a line may be.
pub(super) enum Line<'a> {
    Help {
        family: &'a str,
        help: String,
    },
    Type {
        family: &'a str,
        word: &'a str,
    },
    Unit {
        family: &'a str,
        unit: &'a str,
    },
    Sample(Sample<'a>),
    Eof,
    /// Only the format 0.0.4 has comments and empty lines.
    Comment,
}

/// A sample whose family is not known yet.
pub(super) struct Sample<'a> {
    pub(super) name: &'a str,
    pub(super) labels: Labels,
    pub(super) value: f64,
    pub(super) timestamp: Option<f64>,
    pub(super) exemplar: Option<Exemplar>,
}

type Result<T> = std::result::Result<T, &'static str>;

/// The most characters that the labels of an exemplar have together.
const MAX_EXEMPLAR: usize = 128;

/// Reads a line, without its line break.
pub(super) fn parse(line: &str, format: Format) -> Result<Line<'_>> {
    match (format, line) {
        (Format::OpenMetrics, "# EOF") => return Ok(Line::Eof),
        (Format::OpenMetrics, "") => return Err("no line is empty"),
        (Format::Prometheus, "") => return Ok(Line::Comment),
        _ => {}
    }
    let Some(description) = line.strip_prefix('#') else {
        return sample(line, format).map(Line::Sample);
    };
    // To the older format, UNIT is a comment as any other.
    let words: &[&str] = if format == Format::OpenMetrics { &[" HELP", " TYPE", " UNIT"] } else { &[" HELP", " TYPE"] };
    let Some(word) = words.iter().find(|word| description.starts_with(**word)) else {
        return match format {
            Format::OpenMetrics => Err("a line that begins with # is HELP, TYPE, UNIT or EOF"),
            Format::Prometheus => Ok(Line::Comment),
        };
    };
    let mut cursor = Cursor { rest: &description[word.len()..], format };
    cursor.expect(" ", "a description names its family after one blank")?;
    let family = cursor.metric_name()?;
    cursor.expect(" ", "a description says something after one blank")?;
    match *word {
        // The grammar would have a quote in HELP escaped; the cases of its own project accept a bare one.
        " HELP" => Ok(Line::Help { family, help: cursor.escaped(None)? }),
        " TYPE" => Ok(Line::Type { family, word: cursor.rest }),
        _ if cursor.rest.chars().all(is_name_part) => Ok(Line::Unit { family, unit: cursor.rest }),
        _ => Err("a unit is one word"),
    }
}

fn sample(line: &str, format: Format) -> Result<Sample<'_>> {
    let mut cursor = Cursor { rest: line, format };
    let name = cursor.metric_name()?;
    let labels = if cursor.rest.starts_with('{') { cursor.labels()? } else { Labels::new() };
    cursor.expect(" ", "one blank stands before the value")?;
    let value = number(cursor.word()).ok_or("the value is a number")?;
    let mut at = None;
    if cursor.rest.starts_with(' ') && !cursor.is_exemplar() {
        cursor.expect(" ", "")?;
        at = Some(timestamp(cursor.word(), format).ok_or("a timestamp is a finite number")?);
    }
    let exemplar = if cursor.is_exemplar() { Some(cursor.exemplar()?) } else { None };
    if !cursor.rest.is_empty() {
        return Err("nothing stands after a sample");
    }
    Ok(Sample { name, labels, value, timestamp: at, exemplar })
}

fn is_name_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_:".contains(letter)
}

/// The part of a line that is still to be read.
struct Cursor<'a> {
    rest: &'a str,
    format: Format,
}

impl<'a> Cursor<'a> {
    fn expect(&mut self, text: &str, rule: &'static str) -> Result<()> {
        self.rest = self.rest.strip_prefix(text).ok_or(rule)?;
        Ok(())
    }

    /// All letters until the first that is not of this kind.
    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn word(&mut self) -> &'a str {
        self.take(|letter| letter != ' ')
    }

    fn metric_name(&mut self) -> Result<&'a str> {
        let name = self.take(is_name_part);
        if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
            return Err("a metric's name has ASCII letters, digits, underscores and colons, and begins with no digit");
        }
        Ok(name)
    }

    fn labels(&mut self) -> Result<Labels> {
        let mut labels = Labels::new();
        self.expect("{", "labels stand in braces")?;
        if self.expect("}", "").is_ok() {
            return Ok(labels);
        }
        loop {
            let (name, value) = self.label()?;
            if labels.iter().any(|(known, _)| *known == name) {
                return Err("each label has a name of its own");
            }
            labels.push((name, value));
            if self.expect("}", "").is_ok() {
                return Ok(labels);
            }
            self.expect(",", "one comma, and nothing else, stands between two labels")?;
        }
    }

    fn label(&mut self) -> Result<(String, String)> {
        let name = self.take(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
            return Err("a label's name has ASCII letters, digits and underscores, and begins with no digit");
        }
        if name.starts_with("__") || (name.starts_with('_') && self.format == Format::OpenMetrics) {
            return Err("labels that begin with an underscore are reserved");
        }
        self.expect("=\"", "a label's value stands in double quotes, right after the equals sign")?;
        Ok((name.to_owned(), self.escaped(Some('"'))?))
    }

    /// A text with its escapes undone, up to the closing quote or to the end of the line.
    fn escaped(&mut self, end: Option<char>) -> Result<String> {
        let mut text = String::new();
        let mut letters = self.rest.chars();
        loop {
            match (letters.next(), end) {
                (letter, end) if letter == end => {
                    self.rest = letters.as_str();
                    return Ok(text);
                }
                (None, _) => return Err("a label's value ends with a double quote"),
                (Some('\\'), _) => match (letters.next(), self.format) {
                    (Some('n'), _) => text.push('\n'),
                    (Some('\\'), _) => text.push('\\'),
                    (Some('"'), format) if end.is_some() || format == Format::OpenMetrics => text.push('"'),
                    (Some(other), Format::OpenMetrics) => text.extend(['\\', other]),
                    _ => return Err("a backslash escapes a letter that may be escaped"),
                },
                (Some(letter), _) => text.push(letter),
            }
        }
    }

    fn is_exemplar(&self) -> bool {
        self.format == Format::OpenMetrics && self.rest.starts_with(" # ")
    }

    fn exemplar(&mut self) -> Result<Exemplar> {
        self.expect(" # ", "")?;
        let labels = self.labels()?;
        let characters: usize = labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
        if characters > MAX_EXEMPLAR {
            return Err("the labels of an exemplar have at most 128 characters together");
        }
        self.expect(" ", "one blank stands before the value of an exemplar")?;
        let value = number(self.word()).ok_or("the value of an exemplar is a number")?;
        let mut at = None;
        if self.expect(" ", "").is_ok() {
            at = Some(timestamp(self.word(), self.format).ok_or("the timestamp of an exemplar is a finite number")?);
        }
        Ok(Exemplar { labels, value, timestamp: at })
    }
}
