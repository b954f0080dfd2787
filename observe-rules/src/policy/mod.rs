//! What a workspace decides for all of its crates: `observe.toml` beside the `Cargo.toml` of its root.
//!
//! ```toml
//! [privacy]
//! sensitive = ["case_number"]
//!
//! [privacy.harmless]
//! patient_count_bucket = "a range, the same for every patient"
//! ```
//!
//! The macros read it while a crate compiles, tools read it for the whole workspace.

mod toml;

use crate::privacy::{Names, is_name};
use crate::suggest::nearest;
use crate::{Code, Violation};
use std::fmt;
use toml::{Entry, Value};

/// The file's name.
pub const FILE: &str = "observe.toml";

/// What a workspace decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    names: Names,
    harmless: Vec<Harmless>,
}

/// A name that sounds sensitive and is not, on the workspace's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harmless {
    /// The name.
    pub name: String,
    /// Why it may be seen.
    pub reason: String,
    /// Where it is said, counted from 1.
    pub line: usize,
}

/// What is wrong with the file, and in which line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the mistake begins.
    pub line: usize,
    /// The rule that was broken.
    pub violation: Violation,
}

/// `observe.toml, line 3: ` and the violation.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.violation.clone().within(&format!("{FILE}, line {}", self.line)))
    }
}

const PRIVACY: &[&str] = &["sensitive", "harmless"];
const TABLES: &[&str] = &["privacy", "privacy.harmless"];
/// What begins with these is the tool's, and read by it alone: what the workspace checks and generates.
const OF_THE_TOOL: &[&str] =
    &["metrics", "check", "diff", "retention", "alerts", "slo", "alertmanager", "generate", "stack"];

fn is_of_the_tool(path: &[String]) -> bool {
    path.first().is_some_and(|first| OF_THE_TOOL.contains(&first.as_str()))
}

impl Policy {
    /// Reads a policy. What is wrong is left out and said; the rest holds.
    ///
    /// ```
    /// # use observe_rules::policy::Policy;
    /// let (policy, problems) = Policy::parse("[privacy]\nsensitive = [\"case_number\"]\n");
    /// assert!(problems.is_empty() && policy.names().is_sensitive("caseNumber"));
    ///
    /// let (_, problems) = Policy::parse("[privacy]\nsensitve = []\n");
    /// assert_eq!(problems[0].line, 2);
    /// assert!(problems[0].to_string().contains("a similar key is `sensitive`"));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let (tables, entries, mut problems) = toml::read(text);
        let is_known = |path: &[String]| is_of_the_tool(path) || TABLES.contains(&path.join(".").as_str());
        for table in tables.iter().filter(|table| !is_known(&table.path)) {
            let path = table.path.join(".");
            let known = [TABLES, OF_THE_TOOL].concat();
            problems.push(unknown(table.line, &format!("table `[{path}]` is not known"), &path, "table", &known));
        }
        // What stands in a table that is not known is not looked at: one mistake is said once.
        let is_lost = |entry: &Entry| {
            tables.iter().rev().find(|table| table.line < entry.line).is_some_and(|table| !is_known(&table.path))
        };
        let mut sensitive = Vec::new();
        let mut harmless = Vec::new();
        for entry in entries.into_iter().filter(|entry| !is_lost(entry)) {
            let path: Vec<&str> = entry.path.iter().map(String::as_str).collect();
            let read = match path[..] {
                _ if is_of_the_tool(&entry.path) => Ok(()),
                ["privacy", "sensitive"] => names(&entry).map(|names| sensitive.extend(names)),
                ["privacy", "harmless", name] => reason(&entry, name).map(|entry| harmless.push(entry)),
                ["privacy", "harmless"] => Err(explained(&entry)),
                ["privacy", key, ..] => {
                    Err(unknown(entry.line, &format!("`{key}` is no key of `[privacy]`"), key, "key", PRIVACY))
                }
                _ => {
                    let message = format!("`{}` is not known", path.join("."));
                    Err(unknown(entry.line, &message, path[0], "key", &["privacy.sensitive", "privacy.harmless"]))
                }
            };
            problems.extend(read.err());
        }
        problems.sort_by_key(|problem| problem.line);
        let names = Names::new(sensitive, harmless.iter().map(|harmless: &Harmless| harmless.name.clone()));
        (Self { names, harmless }, problems)
    }

    /// The names that the workspace has of its own.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Its harmless names with their reasons.
    #[must_use]
    pub fn harmless(&self) -> &[Harmless] {
        &self.harmless
    }
}

fn unknown(line: usize, message: &str, name: &str, what: &str, known: &[&str]) -> Problem {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("a similar {what} is `{near}`"),
        None => format!("remove it; known are {}", known.join(", ")),
    };
    Problem { line, violation: Violation::new(Code::Obs0902, message, help) }
}

fn wrong(line: usize, message: String, help: impl Into<String>) -> Problem {
    Problem { line, violation: Violation::new(Code::Obs0903, message, help) }
}

/// The names of a list; one without a letter would be found everywhere.
fn names(entry: &Entry) -> Result<Vec<String>, Problem> {
    let help = "write `sensitive = [\"case_number\"]`";
    let Value::List(names) = &entry.value else {
        return Err(wrong(
            entry.line,
            format!("`sensitive` takes a list of names, and not {}", entry.value.kind()),
            help,
        ));
    };
    match names.iter().find(|name| !is_name(name)) {
        Some(name) => Err(wrong(entry.line, format!("`{name}` is no name of a field"), help)),
        None => Ok(names.clone()),
    }
}

fn reason(entry: &Entry, name: &str) -> Result<Harmless, Problem> {
    let help = format!("say it in words: `{name} = \"why it may be seen\"`");
    match &entry.value {
        _ if !is_name(name) => Err(wrong(entry.line, format!("`{name}` is no name of a field"), help)),
        Value::Text(reason) if !reason.trim().is_empty() => {
            Ok(Harmless { name: name.to_owned(), reason: reason.clone(), line: entry.line })
        }
        _ => Err(wrong(entry.line, format!("`{name}` is harmless for no reason that is given"), help)),
    }
}

fn explained(entry: &Entry) -> Problem {
    let name = match &entry.value {
        Value::List(names) => names.first().map_or("name", String::as_str),
        Value::Text(name) => name,
        Value::Integer(_) => "name",
    };
    let help = format!("write a table: `[privacy.harmless]`, and in it `{name} = \"why it may be seen\"`");
    wrong(entry.line, "each harmless name has a reason of its own".to_owned(), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<(usize, Code)> {
        Policy::parse(text).1.iter().map(|problem| (problem.line, problem.violation.code())).collect()
    }

    #[test]
    fn names_of_both_kinds_are_read() {
        let text = "[privacy]\nsensitive = [\"case_number\", \"ward\"]\n\n[privacy.harmless]\ncard = \"a card of the page\"\n\"user.id\" = \"of machines\"\n";
        let (policy, problems) = Policy::parse(text);
        assert_eq!(problems, []);
        assert!(policy.names().is_sensitive("caseNumber") && policy.names().is_sensitive("ward"));
        assert!(!policy.names().is_sensitive("card") && !policy.names().is_sensitive("user.id"));
        let lines: Vec<_> = policy.harmless().iter().map(|name| (name.reason.as_str(), name.line)).collect();
        assert_eq!(lines, [("a card of the page", 5), ("of machines", 6)]);
    }

    #[test]
    fn nothing_is_a_policy_too() {
        assert_eq!(Policy::parse(""), (Policy::default(), Vec::new()));
        assert_eq!(Policy::parse("[privacy]\n"), (Policy::default(), Vec::new()));
    }

    #[test]
    fn what_nobody_knows_is_refused_once() {
        assert_eq!(problems("[privcy]\nsensitive = []\nx = 1"), [(1, Code::Obs0902)]);
        assert_eq!(problems("[privacy]\nsensitve = []"), [(2, Code::Obs0902)]);
        assert_eq!(problems("sensitive = []"), [(1, Code::Obs0902)]);
        assert_eq!(problems("[privacy.sensitive]\nx = \"y\""), [(1, Code::Obs0902)]);
        assert_eq!(problems("metric.budget = 5"), [(1, Code::Obs0902)]);
    }

    #[test]
    fn what_is_the_tools_is_left_to_it() {
        assert_eq!(problems("[metrics]\nmax_series = 5\n[alerts.HighErrorRate]\nthreshold = \"5%\""), []);
        assert_eq!(problems("[check.exceptions]\n\"OBS1001 x\" = \"a reason\""), []);
        assert_eq!(problems("[check]\nqueries = 1.5"), [(2, Code::Obs0901)]);
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        assert_eq!(problems("[privacy]\nsensitive = \"case\""), [(2, Code::Obs0903)]);
        assert_eq!(problems("[privacy]\nsensitive = [\"\"]"), [(2, Code::Obs0903)]);
        assert_eq!(problems("[privacy]\nsensitive = [\"case number\"]"), [(2, Code::Obs0903)]);
        assert_eq!(problems("[privacy]\nharmless = [\"card\"]"), [(2, Code::Obs0903)]);
        assert_eq!(problems("[privacy.harmless]\ncard = \" \""), [(2, Code::Obs0903)]);
        assert_eq!(problems("[privacy.harmless]\ncard = 1"), [(2, Code::Obs0903)]);
    }

    #[test]
    fn what_is_right_holds_beside_what_is_wrong() {
        let (policy, problems) = Policy::parse("[privacy]\nsensitive = [\"case\"]\nother = true\n");
        assert!(policy.names().is_sensitive("case"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].to_string().starts_with("OBS0901: observe.toml, line 3: "), "{}", problems[0]);
    }
}
