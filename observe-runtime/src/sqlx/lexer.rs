//! Takes an SQL statement apart, as far as it takes to tell its data from its words.
//!
//! What can't be told for certain ends the reading: a statement is shown in part rather than with a literal in it.

/// The rules by which literals and names are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
    /// Unknown rules: names of tables can be found, and nothing else is shown.
    Other,
}

/// A piece of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword, or a name that is not quoted.
    Word(&'a str),
    /// A name in the quotes of names, with them.
    Name(&'a str),
    /// In double quotes, with them: a name to some databases, a text to others.
    Quoted(&'a str),
    /// A text or a number.
    Literal,
    /// `?`, `$1`, `:name`, `@name`.
    Parameter(&'a str),
    /// An operator or a bracket.
    Mark(&'a str),
}

/// A piece, and whether white space or a comment is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) token: Token<'a>,
    pub(super) spaced: bool,
}

/// Reads a statement piece by piece.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    dialect: Dialect,
    /// Whether the reading ended before the statement did.
    pub(super) is_cut: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(statement: &'a str, dialect: Dialect) -> Self {
        Self { rest: statement, dialect, is_cut: false }
    }

    /// Whether the next piece is this mark.
    pub(super) fn is_before(&self, mark: char) -> bool {
        self.rest.trim_start().starts_with(mark)
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    /// Nothing of what follows is read.
    fn cut(&mut self) {
        (self.rest, self.is_cut) = ("", true);
    }

    /// Whether a comment begins that is a part of the statement to some versions of the server.
    fn is_before_code_in_comment(&self) -> bool {
        let begins = |mark| self.rest.starts_with(mark);
        self.dialect == Dialect::MySql && (begins("/*!") || begins("/*M!"))
    }

    /// Passes white space and comments; whether there was any.
    fn skip(&mut self) -> bool {
        let before = self.rest.len();
        loop {
            self.rest = self.rest.trim_start();
            let is_line = match self.dialect {
                // There `5--3` is a sum.
                Dialect::MySql => {
                    self.rest.starts_with('#')
                        || self.rest.strip_prefix("--").is_some_and(|rest| {
                            rest.chars().next().is_none_or(|next| next.is_whitespace() || next.is_control())
                        })
                }
                _ => self.rest.starts_with("--"),
            };
            if is_line {
                let ends = |letter| letter == '\n' || letter == '\r' && self.dialect == Dialect::Postgres;
                self.rest = self.rest.find(ends).map_or("", |end| &self.rest[end..]);
            } else if self.is_before_code_in_comment() {
                self.cut();
            } else if self.rest.starts_with("/*") {
                self.skip_comment();
            } else {
                return self.rest.len() < before;
            }
        }
    }

    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.rest.starts_with("/*") && (depth == 0 || self.dialect == Dialect::Postgres) {
                depth += 1;
                self.take(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.take(2);
            } else {
                let next = self.rest.chars().next().map_or(0, char::len_utf8);
                self.take(next);
            }
            if depth == 0 || self.rest.is_empty() {
                return;
            }
        }
    }

    /// Everything up to the closing quote, of which two stand for one; the cursor is on the opening one.
    fn quoted(&mut self, quote: char, has_escapes: bool) -> Option<&'a str> {
        let text = self.rest;
        let mut backslashes = 0;
        let mut letters = text.char_indices().skip(1).peekable();
        while let Some((at, letter)) = letters.next() {
            let is_escaped = backslashes % 2 == 1;
            if letter == '\\' {
                backslashes += 1;
                continue;
            }
            backslashes = 0;
            if letter != quote || (is_escaped && has_escapes) {
                continue;
            }
            if is_escaped {
                // A setting of the server decides whether this is the end.
                break;
            }
            if letters.next_if(|(_, next)| *next == quote).is_none() {
                return Some(self.take(at + quote.len_utf8()));
            }
        }
        self.cut();
        None
    }

    fn literal(&mut self, has_escapes: bool) -> Token<'a> {
        self.quoted('\'', has_escapes);
        Token::Literal
    }

    fn name(&mut self, quote: char, token: fn(&'a str) -> Token<'a>) -> Token<'a> {
        self.quoted(quote, false).map_or(Token::Literal, token)
    }

    fn number(&mut self) -> Token<'a> {
        let mut before = ' ';
        let is_hexadecimal = self.rest.starts_with("0x") || self.rest.starts_with("0X");
        let end = self.rest.find(|letter: char| {
            let is_sign = matches!(letter, '+' | '-') && matches!(before, 'e' | 'E') && !is_hexadecimal;
            before = letter;
            !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') || is_sign)
        });
        self.take(end.unwrap_or(self.rest.len()));
        Token::Literal
    }

    fn word(&mut self) -> Token<'a> {
        let end = self.rest.find(|letter| !is_part_of_word(letter)).unwrap_or(self.rest.len());
        let (word, behind) = self.rest.split_at(end);
        let is_prefix = matches!(word, "b" | "B" | "e" | "E" | "n" | "N" | "x" | "X");
        self.take(end);
        if is_prefix && behind.starts_with('\'') {
            return self.literal(self.dialect == Dialect::Postgres && word.eq_ignore_ascii_case("e"));
        }
        Token::Word(word)
    }

    /// `$1`, `$name`, and what a database may take for the beginning of a text, `$$` and `$tag$`. Where it
    /// has no such texts, what is between two of these is hidden too.
    fn dollar(&mut self) -> Token<'a> {
        let behind = &self.rest[1..];
        let end = behind.find(|letter| !is_part_of_word(letter) || letter == '$').unwrap_or(behind.len());
        let is_number = behind.starts_with(|letter: char| letter.is_ascii_digit());
        if is_number || !behind[end..].starts_with('$') {
            return Token::Parameter(self.take(1 + end));
        }
        let tag = self.take(end + 2);
        match self.rest.find(tag) {
            Some(close) => drop(self.take(close + tag.len())),
            None => self.cut(),
        }
        Token::Literal
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let spaced = self.skip();
        let mut letters = self.rest.chars();
        let first = letters.next()?;
        let second = letters.next().unwrap_or(' ');
        let token = match first {
            '\'' => self.literal(false),
            '"' => self.name('"', Token::Quoted),
            '`' => self.name('`', Token::Name),
            '[' if matches!(self.dialect, Dialect::Sqlite | Dialect::Other) => match self.rest.find(']') {
                Some(end) => Token::Name(self.take(end + 1)),
                None => {
                    self.cut();
                    Token::Literal
                }
            },
            '0'..='9' => self.number(),
            '.' if second.is_ascii_digit() => self.number(),
            '$' => self.dollar(),
            '?' => {
                let digits = self.rest[1..].find(|letter: char| !letter.is_ascii_digit());
                Token::Parameter(self.take(digits.map_or(self.rest.len(), |digits| 1 + digits)))
            }
            ':' if second == ':' => Token::Mark(self.take(2)),
            // In front of a digit they are operators: `list[1:2]`, `@ -5`.
            ':' | '@' if is_part_of_word(second) && !second.is_ascii_digit() || second == '@' => {
                let end = self.rest[1..].find(|letter| !is_part_of_word(letter) && letter != '@');
                Token::Parameter(self.take(end.map_or(self.rest.len(), |end| 1 + end)))
            }
            letter if is_part_of_word(letter) => self.word(),
            letter => Token::Mark(self.take(letter.len_utf8())),
        };
        Some(Piece { token, spaced })
    }
}

fn is_part_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$') || !letter.is_ascii() && !letter.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(statement: &str, dialect: Dialect) -> Vec<Token<'_>> {
        Lexer::new(statement, dialect).map(|piece| piece.token).collect()
    }

    #[test]
    fn data_is_told_from_words() {
        use Token::{Literal, Mark, Parameter, Word};
        let all = tokens("a='it''s' -- 'x'\n+1.5e-3*.5/*c*/ b::t $1 $$x'$$ e'\\'s' :n @v ?2 0xFF", Dialect::Postgres);
        let expected = [
            Word("a"),
            Mark("="),
            Literal,
            Mark("+"),
            Literal,
            Mark("*"),
            Literal,
            Word("b"),
            Mark("::"),
            Word("t"),
            Parameter("$1"),
            Literal,
            Literal,
            Parameter(":n"),
            Parameter("@v"),
            Parameter("?2"),
            Literal,
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_may_end_in_two_places_ends_the_reading() {
        for statement in [r"a = 'it\' or 'jane'", "a = 'jane", "a = $$jane", "a = \"jane", r"a = 'x\\\' jane'"] {
            let mut lexer = Lexer::new(statement, Dialect::Postgres);
            let last = lexer.by_ref().last().unwrap();
            assert!(lexer.is_cut && last.token == Token::Literal, "{statement}: {last:?}");
        }
        // Here both readings end at the same place.
        let all = tokens(r"'a\\' b", Dialect::MySql);
        assert_eq!(all, [Token::Literal, Token::Word("b")]);
    }

    #[test]
    fn comments_are_those_of_the_database() {
        let nested = "/* a /* b */ jane */ x";
        assert_eq!(tokens(nested, Dialect::Postgres), [Token::Word("x")]);
        assert_eq!(tokens("x # jane", Dialect::MySql), [Token::Word("x")]);
        assert_eq!(tokens("5--'jane\njane'", Dialect::MySql).last(), Some(&Token::Literal));
        assert_eq!(tokens("/* jane", Dialect::Sqlite), []);
    }

    #[test]
    fn what_only_some_servers_take_for_a_comment_ends_the_reading() {
        for statement in ["SELECT /*!99999 it's */ 'jane'", "SELECT /*M!100 'a */ jane' */", "a /*!jane*/"] {
            let mut lexer = Lexer::new(statement, Dialect::MySql);
            assert_eq!(lexer.by_ref().count(), 1, "{statement}");
            assert!(lexer.is_cut);
        }
        // A line ends there, and what comes next may begin a text that the next line is in.
        let all = tokens("a -- b\r'c\njane'", Dialect::Postgres);
        assert_eq!(all, [Token::Word("a"), Token::Literal]);
    }

    #[test]
    fn an_operator_in_front_of_a_number_is_no_parameter() {
        let all = tokens("a[1:4155550132] + @4155550132", Dialect::Postgres);
        assert!(!all.iter().any(|token| matches!(token, Token::Parameter(_))), "{all:?}");
        assert_eq!(tokens("@@x @y :z", Dialect::MySql), ["@@x", "@y", ":z"].map(Token::Parameter));
    }

    /// Else the rest is searched again for each of them.
    #[test]
    fn a_bracket_that_nobody_closes_ends_the_reading() {
        let many = "[".repeat(1 << 20);
        let mut lexer = Lexer::new(&many, Dialect::Sqlite);
        assert_eq!(lexer.by_ref().collect::<Vec<_>>().len(), 1);
        assert!(lexer.is_cut);
    }

    #[test]
    fn no_text_makes_it_panic() {
        for statement in ["", "'", "\\", "é'ü", "$", "$é$", "?", "[", ":", "@", "/*", "--", "1e", "\u{0}", "`", "e'"]
        {
            for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite, Dialect::Other] {
                assert!(tokens(statement, dialect).len() <= 3, "{statement}");
            }
        }
    }
}
