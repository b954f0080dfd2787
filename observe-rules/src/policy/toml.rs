//! The part of TOML that a policy is written in: tables, strings, integers, lists of strings.
//!
//! Everything else that TOML has is refused with its line, never skipped: a rule that is not read would be a
//! rule that nobody notices is missing.

use super::Problem;
use crate::{Code, Violation};

/// One `key = value`, with the names of its table in front of the key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: Vec<String>,
    pub(super) value: Value,
    pub(super) line: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    List(Vec<String>),
}

impl Value {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::List(_) => "a list of strings",
        }
    }
}

/// A header, with its line: a table may be empty, and its name wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// Reads all of it; a line that can't be read is a problem, and the next one is read again.
pub(super) fn read(text: &str) -> (Vec<Table>, Vec<Entry>, Vec<Problem>) {
    let mut reader = Reader { rest: text, line: 1 };
    let (mut tables, mut entries, mut problems) = (Vec::<Table>::new(), Vec::<Entry>::new(), Vec::new());
    let mut table = Vec::new();
    loop {
        reader.skip_blank();
        if reader.rest.is_empty() {
            return (tables, entries, problems);
        }
        let line = reader.line;
        match reader.statement() {
            Ok(Statement::Table(path)) => {
                if tables.iter().any(|known| known.path == path) {
                    problems.push(problem(line, &format!("table `[{}]` is there twice", path.join("."))));
                }
                table.clone_from(&path);
                tables.push(Table { path, line });
            }
            Ok(Statement::Entry(key, value)) => {
                let path: Vec<String> = table.iter().cloned().chain(key).collect();
                if entries.iter().any(|known| known.path == path) {
                    problems.push(problem(line, &format!("`{}` is there twice", path.join("."))));
                } else {
                    entries.push(Entry { path, value, line });
                }
            }
            Err(what) => {
                problems.push(problem(reader.line, &what));
                reader.skip_line();
            }
        }
    }
}

fn problem(line: usize, what: &str) -> Problem {
    let help = "write tables, strings, integers and lists of strings: `sensitive = [\"case_number\"]`";
    Problem { line, violation: Violation::new(Code::Obs0901, what, help) }
}

enum Statement {
    Table(Vec<String>),
    Entry(Vec<String>, Value),
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    /// Everything up to the end of the line.
    fn skip_line(&mut self) {
        self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
    }

    fn skip_spaces(&mut self) {
        self.take(self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len());
    }

    /// White space, ends of lines and comments.
    fn skip_blank(&mut self) {
        loop {
            self.take(self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\r', '\n']).len());
            if !self.rest.starts_with('#') {
                return;
            }
            self.skip_line();
        }
    }

    fn eat(&mut self, sign: char) -> bool {
        let is_there = self.rest.starts_with(sign);
        if is_there {
            self.take(sign.len_utf8());
        }
        is_there
    }

    fn statement(&mut self) -> Result<Statement, String> {
        let statement = if self.eat('[') {
            if self.rest.starts_with('[') {
                return Err("lists of tables are not read here".to_owned());
            }
            let path = self.path()?;
            if !self.eat(']') {
                return Err("the name of a table ends with `]`".to_owned());
            }
            Statement::Table(path)
        } else {
            let key = self.path()?;
            if !self.eat('=') {
                return Err(format!("behind `{}` comes `=` and a value", key.join(".")));
            }
            self.skip_spaces();
            Statement::Entry(key, self.value()?)
        };
        self.skip_spaces();
        match self.rest.chars().next() {
            None | Some('\n' | '\r' | '#') => Ok(statement),
            Some(sign) => Err(format!("`{sign}` stands where the line should end")),
        }
    }

    /// `a.b."c d"`, with spaces around.
    fn path(&mut self) -> Result<Vec<String>, String> {
        let mut path = Vec::new();
        loop {
            self.skip_spaces();
            path.push(if self.rest.starts_with(['"', '\'']) { self.string()? } else { self.bare_key()? });
            self.skip_spaces();
            if !self.eat('.') {
                return Ok(path);
            }
        }
    }

    fn bare_key(&mut self) -> Result<String, String> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        let len = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        match self.take(len) {
            "" => Err("a line begins with a key or with `[table]`".to_owned()),
            key => Ok(key.to_owned()),
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        match self.rest.chars().next() {
            Some('"' | '\'') => self.string().map(Value::Text),
            Some('[') => self.list().map(Value::List),
            Some('0'..='9' | '+' | '-') => self.integer().map(Value::Integer),
            None | Some('\n' | '\r' | '#') => Err("a value is missing behind `=`".to_owned()),
            Some(_) => Err("a value is a string, an integer or a list of strings".to_owned()),
        }
    }

    fn integer(&mut self) -> Result<i64, String> {
        let len = self.rest.find([' ', '\t', '\r', '\n', '#', ',', ']']).unwrap_or(self.rest.len());
        let text = self.take(len);
        let digits = text.trim_start_matches(['+', '-']);
        let is_plain = !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
        let has_zero = digits.len() > 1 && digits.starts_with('0');
        let number = text.replace('_', "").parse().ok().filter(|_| is_plain && !has_zero);
        number.ok_or_else(|| format!("`{text}` is no integer"))
    }

    fn list(&mut self) -> Result<Vec<String>, String> {
        self.eat('[');
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            if self.eat(']') {
                return Ok(items);
            }
            if !self.rest.starts_with(['"', '\'']) {
                return Err("a list holds strings, with commas between them, and ends with `]`".to_owned());
            }
            items.push(self.string()?);
            self.skip_blank();
            if !self.eat(',') && !self.rest.starts_with(']') {
                return Err("a list holds strings, with commas between them, and ends with `]`".to_owned());
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let quote = if self.eat('\'') { '\'' } else { '"' };
        if quote == '"' {
            self.eat('"');
        }
        if self.rest.starts_with([quote; 2].iter().collect::<String>().as_str()) {
            return Err("strings of several lines are not read here".to_owned());
        }
        let mut text = String::new();
        loop {
            let Some(letter) = self.rest.chars().next().filter(|letter| !matches!(letter, '\n' | '\r')) else {
                return Err(format!("a string ends with `{quote}`, on the same line"));
            };
            self.take(letter.len_utf8());
            match letter {
                _ if letter == quote => return Ok(text),
                '\\' if quote == '"' => text.push(self.escaped()?),
                _ => text.push(letter),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, String> {
        let letter = self.rest.chars().next().unwrap_or(' ');
        self.take(letter.len_utf8());
        let digits = match letter {
            'n' => return Ok('\n'),
            't' => return Ok('\t'),
            'r' => return Ok('\r'),
            'b' => return Ok('\u{8}'),
            'f' => return Ok('\u{C}'),
            '"' | '\\' => return Ok(letter),
            'u' => 4,
            'U' => 8,
            _ => return Err(format!("`\\{letter}` stands for nothing")),
        };
        let code = self.rest.get(..digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        let letter = code.and_then(char::from_u32).ok_or_else(|| format!("`\\{letter}` takes {digits} digits"))?;
        self.take(digits);
        Ok(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, Value)> {
        let (_, entries, problems) = read(text);
        assert_eq!(problems, [], "{text}");
        entries.into_iter().map(|entry| (entry.path.join("."), entry.value)).collect()
    }

    #[track_caller]
    fn assert_refused(text: &str, line: usize) {
        let (_, _, problems) = read(text);
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [line], "{text:?}: {problems:?}");
    }

    #[test]
    fn tables_strings_integers_and_lists_are_read() {
        let text = "# a policy\r\ntop = 1_000\r\n[a . \"b c\"] # here\nx = 'a\\b' # not \"this\"\n\"y\".z = \"\\\"\\u00e9\\n\"\nlist = [ # one\n  \"a\", 'b',\n]\n";
        let list = Value::List(vec!["a".to_owned(), "b".to_owned()]);
        let expected = [
            ("top", Value::Integer(1000)),
            ("a.b c.x", Value::Text("a\\b".to_owned())),
            ("a.b c.y.z", Value::Text("\"é\n".to_owned())),
            ("a.b c.list", list),
        ];
        assert_eq!(values(text), expected.map(|(path, value)| (path.to_owned(), value)));
        assert_eq!(
            values("a = -5\nb = []\nc = \"\""),
            [
                ("a".to_owned(), Value::Integer(-5)),
                ("b".to_owned(), Value::List(Vec::new())),
                ("c".to_owned(), Value::Text(String::new())),
            ]
        );
        assert_eq!(values(""), []);
    }

    #[test]
    fn what_is_not_read_is_refused_with_its_line() {
        for value in [
            "true",
            "1.5",
            "2026-01-02",
            "{ a = 1 }",
            "[1]",
            "[\"a\" \"b\"]",
            "\"\"\"a\"\"\"",
            "'''a'''",
            "007",
            "0x1F",
            "1__0",
            "\"a",
            "'a",
            "",
            "\"\\q\"",
            "\"\\ud800\"",
            "\"\\u12\"",
            "\"a\" b",
            "inf",
        ] {
            assert_refused(&format!("# first\nkey = {value}\n"), 2);
        }
        for line in ["[[table]]", "[table", "[]", "key", "= 1", "key 1", "[a.]", "ключ = 1", "[a] b = 1"] {
            assert_refused(&format!("\n\n{line}\nfine = 1"), 3);
        }
    }

    #[test]
    fn nothing_is_said_twice() {
        assert_refused("a = 1\na = 2", 2);
        assert_refused("[a]\n[b]\n[a]", 3);
        assert_refused("[a]\nb.c = 1\n[a.b]\nc = 2", 4);
    }

    #[test]
    fn lines_behind_a_problem_are_read() {
        let (tables, entries, problems) = read("a = true\nb = 2\n[c\nd = 'x'\n[e]");
        assert_eq!((tables.len(), entries.len(), problems.len()), (1, 2, 2));
        assert_eq!(tables[0].line, 5);
    }
}
