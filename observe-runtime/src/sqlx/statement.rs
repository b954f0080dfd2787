//! What may be said about a statement: what it does, to which tables, and its text without its data.

use super::lexer::{Dialect, Lexer, Piece, Token};
use crate::http::is_plain_word;
use crate::redact::scrub::scrub;

/// The longest summary, as the conventions say.
const LONGEST_SUMMARY: usize = 255;

/// The longest text; what is longer is cut.
const LONGEST_TEXT: usize = 2048;

/// Words that a statement begins with, and may be called after.
const VERBS: &[&str] = &[
    "ALTER",
    "ANALYZE",
    "ATTACH",
    "BEGIN",
    "CALL",
    "COMMENT",
    "COMMIT",
    "COPY",
    "CREATE",
    "DEALLOCATE",
    "DELETE",
    "DETACH",
    "DISCARD",
    "DO",
    "DROP",
    "END",
    "EXEC",
    "EXECUTE",
    "EXPLAIN",
    "GRANT",
    "INSERT",
    "LISTEN",
    "LOCK",
    "MERGE",
    "NOTIFY",
    "OPTIMIZE",
    "PRAGMA",
    "PREPARE",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "REPLACE",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "SHOW",
    "START",
    "TRUNCATE",
    "UNLISTEN",
    "UPDATE",
    "USE",
    "VACUUM",
    "VALUES",
];

/// What stands between a word that a table follows and the table.
const BEFORE_A_TABLE: &[&str] = &[
    "ABORT",
    "CONCURRENTLY",
    "EXISTS",
    "FAIL",
    "FROM",
    "IF",
    "IGNORE",
    "INTO",
    "LATERAL",
    "LOW_PRIORITY",
    "NOT",
    "ONLY",
    "OR",
    "REPLACE",
    "ROLLBACK",
    "TABLE",
];

/// What can be created besides tables.
const OBJECTS: &[&str] =
    &["DATABASE", "FUNCTION", "INDEX", "PROCEDURE", "ROLE", "SCHEMA", "SEQUENCE", "TRIGGER", "TYPE", "USER", "VIEW"];

/// What may be said about a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Its verb in capitals, `SELECT`; empty where it is none that is known.
    pub(super) operation: &'static str,
    /// The same in small letters, as a label; `other` where it is none that is known.
    pub(super) operation_label: String,
    /// The table that it is about first; empty where there is none.
    pub(super) table: String,
    /// Its verbs and tables in their order; empty where there are none.
    pub(super) summary: String,
    /// Its text with `?` in the place of each literal; `None` where the database's rules are not known.
    pub(super) text: Option<String>,
}

impl Statement {
    pub(super) fn read(sql: &str, dialect: Dialect) -> Self {
        let mut reader = Reader::new(sql, dialect);
        while let Some(piece) = reader.lexer.next() {
            reader.see(piece);
        }
        reader.finish()
    }
}

/// What is known inside of one pair of brackets.
#[derive(Default)]
struct Frame {
    /// Whether a statement has begun: only in one does FROM mean a table.
    has_verb: bool,
    /// Whether the next comma comes before another table.
    is_list: bool,
    /// Whether the names of its WITH are being given.
    is_with: bool,
}

/// What the next name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Nothing,
    Table,
    /// The same, unless it is a function, as it may be behind FROM.
    Source,
    /// The name of a query, behind WITH.
    Query,
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    dialect: Dialect,
    frames: Vec<Frame>,
    expected: Expected,
    /// The word before, in capitals where it is a short one.
    before: String,
    verb: &'static str,
    /// The first verb of all, whether it is the statement's or that of a part.
    any_verb: &'static str,
    operation: &'static str,
    table: String,
    any_table: String,
    queries: Vec<&'a str>,
    summary: String,
    text: String,
    is_text_cut: bool,
}

impl<'a> Reader<'a> {
    fn new(sql: &'a str, dialect: Dialect) -> Self {
        Self {
            lexer: Lexer::new(sql, dialect),
            dialect,
            frames: vec![Frame::default()],
            expected: Expected::Nothing,
            before: String::new(),
            verb: "",
            any_verb: "",
            operation: "",
            table: String::new(),
            any_table: String::new(),
            queries: Vec::new(),
            summary: String::new(),
            text: String::new(),
            is_text_cut: false,
        }
    }

    fn finish(mut self) -> Statement {
        let operation = if self.operation.is_empty() { self.any_verb } else { self.operation };
        let table = if self.table.is_empty() { self.any_table } else { self.table };
        if self.lexer.is_cut || self.is_text_cut {
            self.text.push('…');
        }
        let operation_label = if operation.is_empty() { "other".to_owned() } else { operation.to_ascii_lowercase() };
        let text = (self.dialect != Dialect::Other).then(|| scrub(&self.text).into_owned());
        Statement { operation, operation_label, table, summary: self.summary, text }
    }

    fn see(&mut self, piece: Piece<'a>) {
        let is_place = matches!(self.expected, Expected::Table | Expected::Source);
        self.write(piece, is_place);
        match piece.token {
            Token::Word(word) => self.word(word),
            Token::Name(name) | Token::Quoted(name) => {
                self.before.clear();
                self.name(&name[1..name.len() - 1]);
            }
            Token::Mark(mark) => self.mark(mark),
            Token::Literal | Token::Parameter(_) => {
                self.before.clear();
                self.expected = Expected::Nothing;
            }
        }
    }

    fn mark(&mut self, mark: &str) {
        self.before.clear();
        self.expected = Expected::Nothing;
        let depth = self.frames.len();
        match mark {
            "(" => self.frames.push(Frame::default()),
            ")" if depth > 1 => drop(self.frames.pop()),
            "," => {
                let frame = self.frame();
                self.expected = match () {
                    () if frame.is_with && !frame.has_verb => Expected::Query,
                    () if frame.is_list => Expected::Source,
                    () => Expected::Nothing,
                };
            }
            ";" if depth == 1 => self.frames = vec![Frame::default()],
            _ => {}
        }
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn word(&mut self, word: &'a str) {
        let upper = if word.len() <= 16 { word.to_ascii_uppercase() } else { String::new() };
        let before = std::mem::replace(&mut self.before, upper.clone());
        let upper = upper.as_str();
        let has_verb = self.frame().has_verb;
        if upper == "SELECT" || !has_verb && self.begins(upper) {
            return self.verb(upper);
        }
        match self.expected {
            Expected::Query if upper == "RECURSIVE" => return,
            Expected::Table | Expected::Source if BEFORE_A_TABLE.contains(&upper) => return,
            Expected::Nothing => {}
            _ => return self.name(word),
        }
        let defines = matches!(self.verb, "CREATE" | "ALTER" | "DROP");
        match upper {
            "WITH" if !has_verb => {
                self.frame().is_with = true;
                self.expected = Expected::Query;
            }
            "FROM" if has_verb && before != "DISTINCT" => {
                self.frame().is_list = true;
                self.expected = Expected::Source;
            }
            "JOIN" if has_verb => self.expected = Expected::Source,
            "INTO" if has_verb => self.expected = Expected::Table,
            "USING" if self.verb == "MERGE" => self.expected = Expected::Source,
            "TABLE" if defines || self.verb == "LOCK" => {
                self.summarize(upper);
                self.expected = Expected::Table;
            }
            "ON" if defines && self.summary.ends_with("INDEX") => self.expected = Expected::Table,
            _ if defines && OBJECTS.contains(&upper) && VERBS.contains(&self.summary.as_str()) => {
                self.summarize(upper);
            }
            "WHERE" | "GROUP" | "ORDER" | "HAVING" | "LIMIT" | "OFFSET" | "FETCH" | "SET" | "RETURNING" | "WINDOW"
            | "FOR" | "VALUES" | "UNION" | "EXCEPT" | "INTERSECT" => self.frame().is_list = false,
            _ => {}
        }
    }

    /// Whether a statement may begin with this word here: in brackets only one that reads or writes.
    fn begins(&self, upper: &str) -> bool {
        let is_whole = self.frames.len() == 1 && !self.frames.iter().any(|frame| frame.is_with);
        match upper {
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" => true,
            "VALUES" => self.before.is_empty() || is_whole,
            upper => is_whole && VERBS.contains(&upper),
        }
    }

    fn verb(&mut self, upper: &str) {
        let Some(verb) = VERBS.iter().find(|verb| **verb == upper) else { return };
        self.verb = verb;
        let is_outer = self.frames.len() == 1;
        let frame = self.frame();
        // What is explained comes behind.
        frame.has_verb = *verb != "EXPLAIN" && *verb != "ANALYZE";
        (frame.is_list, frame.is_with) = (false, false);
        if self.any_verb.is_empty() {
            self.any_verb = verb;
        }
        if is_outer && self.operation.is_empty() {
            self.operation = verb;
        }
        self.summarize(verb);
        self.expected = match *verb {
            "UPDATE" | "TRUNCATE" | "COPY" => Expected::Table,
            _ => Expected::Nothing,
        };
    }

    /// A name where one is expected, and what it is a part of: `schema.table`.
    fn name(&mut self, first: &'a str) {
        let expected = std::mem::replace(&mut self.expected, Expected::Nothing);
        match expected {
            Expected::Nothing => return,
            Expected::Query => return self.queries.push(first),
            Expected::Table | Expected::Source => {}
        }
        let mut parts = vec![first];
        while self.lexer.is_before('.') {
            for _ in 0..2 {
                let Some(piece) = self.lexer.next() else { break };
                self.write(piece, true);
                match piece.token {
                    Token::Word(part) => parts.push(part),
                    Token::Name(part) | Token::Quoted(part) => parts.push(&part[1..part.len() - 1]),
                    _ => {}
                }
            }
        }
        let is_function = expected == Expected::Source && self.lexer.is_before('(');
        let is_query = parts.len() == 1 && self.queries.iter().any(|query| query.eq_ignore_ascii_case(first));
        let table = parts.join(".");
        if is_function || is_query || !is_plain_word(&table) {
            return;
        }
        if self.any_table.is_empty() {
            self.any_table.clone_from(&table);
        }
        if self.frames.len() == 1 && self.table.is_empty() {
            self.table.clone_from(&table);
        }
        self.summarize(&table);
    }

    fn summarize(&mut self, word: &str) {
        let space = usize::from(!self.summary.is_empty());
        if self.summary.len() + space + word.len() > LONGEST_SUMMARY {
            return;
        }
        if space == 1 {
            self.summary.push(' ');
        }
        self.summary.push_str(word);
    }

    fn write(&mut self, piece: Piece<'a>, is_place: bool) {
        if self.dialect == Dialect::Other || self.text.len() > LONGEST_TEXT {
            self.is_text_cut = true;
            return;
        }
        let shown = match piece.token {
            Token::Word(text) | Token::Parameter(text) | Token::Mark(text) => text,
            Token::Quoted(_) if !is_place && self.dialect != Dialect::Postgres => "?",
            Token::Name(text) | Token::Quoted(text) if is_plain_word(&text[1..text.len() - 1]) => text,
            Token::Name(_) | Token::Quoted(_) | Token::Literal => "?",
        };
        // A list of data says as much when it is one.
        if shown == "?" && self.text.ends_with("?,") {
            self.text.pop();
            return;
        }
        if piece.spaced && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(shown);
    }
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
