//! What is shown in clear, and why.

use crate::context::Context;
use crate::error::Result;
use crate::source::Source;
use crate::terminal;
use observe_rules::catalogue::{Kind, Record};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

/// List what is shown in clear, with its reason and its place
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe privacy
  cargo observe privacy --json --from-binary target/release/app")]
pub(crate) struct Args {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let programs = args.source.programs(context)?;
    let records: Vec<Record> = programs.into_iter().flat_map(|program| program.records).collect();
    let escapes = escapes(&records);
    terminal::print(&if args.json { json(&escapes) + "\n" } else { text(&escapes) });
    Ok(ExitCode::SUCCESS)
}

/// One way around the rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Escape {
    kind: Kind,
    /// With the module in front: `app::model::Question.id`.
    name: String,
    reason: String,
    /// `src/model.rs:12:5`.
    place: String,
}

/// Each once, by kind and name: several programs share the code that they are made of.
fn escapes(records: &[Record]) -> Vec<Escape> {
    let mut escapes: Vec<Escape> = records.iter().filter(|record| record.kind.is_exception()).map(escape).collect();
    escapes.sort();
    escapes.dedup();
    escapes
}

fn escape(record: &Record) -> Escape {
    let (name, place) = match record.kind {
        // It holds for the whole workspace, and its place is in the policy.
        Kind::HarmlessName => (record.text("name").to_owned(), record.text("place").to_owned()),
        _ => (
            format!("{}::{}", record.module, record.text("name")),
            format!("{}:{}:{}", record.file, record.line, record.column),
        ),
    };
    Escape { kind: record.kind, name, reason: record.text("reason").to_owned(), place }
}

/// How many there are of each kind.
fn totals(escapes: &[Escape]) -> BTreeMap<Kind, usize> {
    let mut totals = BTreeMap::new();
    for escape in escapes {
        *totals.entry(escape.kind).or_default() += 1;
    }
    totals
}

fn text(escapes: &[Escape]) -> String {
    let mut text = String::new();
    for (kind, total) in totals(escapes) {
        let _ = writeln!(text, "{} ({total})", kind.name());
        for escape in escapes.iter().filter(|escape| escape.kind == kind) {
            let reason = if escape.reason.is_empty() { "no reason given" } else { &escape.reason };
            let _ = writeln!(text, "  {}\n    {reason}\n    {}", escape.name, escape.place);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{} shown in clear", escapes.len());
    text
}

fn json(escapes: &[Escape]) -> String {
    let shown = |escape: &Escape| {
        json!({
            "kind": escape.kind.name(),
            "name": escape.name,
            "reason": escape.reason,
            "place": escape.place,
        })
    };
    let escapes: Vec<_> = escapes.iter().map(shown).collect();
    json!({ "total": escapes.len(), "escapes": escapes }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: Kind, texts: &[(&str, &str)]) -> Record {
        let texts = texts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Record {
            kind,
            texts,
            references: Vec::new(),
            numbers: Vec::new(),
            list: Vec::new(),
            module: "app".to_owned(),
            file: "src/main.rs".to_owned(),
            line: 3,
            column: 9,
        }
    }

    fn example() -> Vec<Escape> {
        let clear = record(Kind::ClearField, &[("name", "Question.id"), ("reason", "a number of ours")]);
        let harmless = record(
            Kind::HarmlessName,
            &[("name", "card"), ("reason", "a card of the page"), ("place", "observe.toml:5")],
        );
        escapes(&[harmless, clear.clone(), record(Kind::Runtime, &[]), clear])
    }

    #[test]
    fn each_is_said_once_with_reason_and_place() {
        let text = text(&example());
        let expected = "clear field (1)\n  app::Question.id\n    a number of ours\n    src/main.rs:3:9\n\nharmless name (1)\n  card\n    a card of the page\n    observe.toml:5\n\n2 shown in clear\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn json_has_the_same() {
        let read: serde_json::Value = serde_json::from_str(&json(&example())).unwrap_or_default();
        assert_eq!(read["total"], 2);
        assert_eq!(read["escapes"][0]["name"], "app::Question.id");
        assert_eq!(read["escapes"][1]["place"], "observe.toml:5");
    }

    #[test]
    fn nothing_is_said_too() {
        assert_eq!(text(&[]), "0 shown in clear\n");
    }
}
