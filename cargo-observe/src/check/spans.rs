//! Spans and their attributes.

use super::{Finding, Group, Level, Location, Workspace};
use crate::catalogue::{Field, How, Span};
use observe_rules::convention::{self, Stability};
use observe_rules::{Code, suggest};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group = Group {
    name: "spans",
    rules: &[
        (Code::Obs1029, Level::Warning),
        (Code::Obs1030, Level::Warning),
        (Code::Obs1031, Level::Error),
        (Code::Obs1032, Level::Warning),
        (Code::Obs1033, Level::Warning),
        (Code::Obs1034, Level::Error),
    ],
    check: |workspace| Ok(check(workspace)),
};

/// Attributes that the conventions have given up, and those that came after them.
const RENAMED: &[(&str, &str)] = &[
    ("db.cassandra.table", "db.collection.name"),
    ("db.mongodb.collection", "db.collection.name"),
    ("db.name", "db.namespace"),
    ("db.operation", "db.operation.name"),
    ("db.sql.table", "db.collection.name"),
    ("db.statement", "db.query.text"),
    ("db.system", "db.system.name"),
    ("enduser.id", "user.id"),
    ("gen_ai.system", "gen_ai.provider.name"),
    ("gen_ai.usage.completion_tokens", "gen_ai.usage.output_tokens"),
    ("gen_ai.usage.prompt_tokens", "gen_ai.usage.input_tokens"),
    ("http.client_ip", "client.address"),
    ("http.host", "server.address"),
    ("http.method", "http.request.method"),
    ("http.request_content_length", "http.request.body.size"),
    ("http.response_content_length", "http.response.body.size"),
    ("http.scheme", "url.scheme"),
    ("http.status_code", "http.response.status_code"),
    ("http.target", "url.path"),
    ("http.url", "url.full"),
    ("http.user_agent", "user_agent.original"),
    ("messaging.destination", "messaging.destination.name"),
    ("messaging.operation", "messaging.operation.type"),
    ("net.host.name", "server.address"),
    ("net.host.port", "server.port"),
    ("net.peer.name", "server.address"),
    ("net.peer.port", "server.port"),
];

/// What a template of a name may stand for, beside the conventions' own names of operations: a word out of few.
const FEW: &[&str] = &["http.route", "http.request.method", "url.template"];

/// The conventions' attributes of which each call may have another.
const MANY: &[&str] = &[convention::db::QUERY_TEXT, convention::USER];

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let spans = &workspace.catalogue.spans;
    let mut findings = same_name(spans);
    findings.extend(spans.iter().filter_map(placeholder_of_many));
    findings.extend(spans.iter().filter_map(name_without_words));
    findings.extend(attributes_of_old(spans));
    findings.extend(classified_twice(spans));
    findings
}

fn share_a_program(one: &Span, other: &Span) -> bool {
    one.programs.iter().any(|program| other.programs.contains(program))
}

/// Two functions of one program whose spans nobody can tell apart, though they are different operations.
fn same_name(spans: &[Span]) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        by_name.entry(&span.name).or_default().push(span);
    }
    let mut findings = Vec::new();
    for (name, spans) in by_name {
        let one = spans[0];
        let differs = |other: &&Span| other.function != one.function && share_a_program(one, other);
        let mut differ = |code, other: &Span, what: String, help: &str| {
            findings.push(
                Finding::new(code, name, format!("two spans are called `{name}`, {what}"))
                    .help(help)
                    .at(&other.place)
                    .at(Location::from(&one.place).label(format!("the one of `{}`", one.function))),
            );
        };
        let others = spans.iter().copied().filter(|span| differs(span));
        if let Some(other) = others.clone().find(|other| other.kind != one.kind) {
            let what = format!("one {} and one {}", one.kind, other.kind);
            differ(
                Code::Obs1029,
                other,
                what,
                "name each after what it does: a call and its answer are two operations",
            );
        } else if let Some(other) = others.clone().find(|other| have_little_in_common(one, other)) {
            let what = format!("with the fields {} and with {}", names(one), names(other));
            differ(Code::Obs1030, other, what, "name each after what it does: `#[traced(name = \"...\")]`");
        }
    }
    findings
}

fn have_little_in_common(one: &Span, other: &Span) -> bool {
    let names = |span: &Span| span.fields.iter().map(|field| field.name.clone()).collect::<BTreeSet<_>>();
    let (one, other) = (names(one), names(other));
    !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
}

fn names(span: &Span) -> String {
    span.fields.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
}

/// What stands in braces in a name.
fn placeholders(name: &str) -> impl Iterator<Item = &str> {
    name.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn placeholder_of_many(span: &Span) -> Option<Finding> {
    let is_few = |name: &str| {
        let is_conventional = convention::GROUPS.iter().any(|group| group.attributes.contains(&name));
        FEW.contains(&name) || (is_conventional && !MANY.contains(&name))
    };
    let name = placeholders(&span.name).find(|name| !is_few(name))?;
    let message = format!("the span `{}` has `{name}` in its name, of which there may be many", span.name);
    Some(
        Finding::new(Code::Obs1031, &span.name, message)
            .help("name the operation, with a route or a table at most, and make the rest a field")
            .at(&span.place),
    )
}

/// `loadUser`, `app::load`: a name as code has it, and not as people say it.
fn name_without_words(span: &Span) -> Option<Finding> {
    // What a preset names follows the conventions, such as `SELECT users`.
    if span.preset.is_some() || span.name.contains('{') {
        return None;
    }
    let is_camel = |word: &str| {
        let mut letters = word.chars().zip(word.chars().skip(1));
        letters.any(|(one, next)| one.is_lowercase() && next.is_uppercase())
    };
    let fact = if span.name.contains("::") {
        "is a path of code"
    } else if span.name.split_whitespace().any(is_camel) {
        "is written as code is"
    } else if span.name.trim() != span.name || span.name.contains("  ") {
        "has spaces that nobody sees"
    } else {
        return None;
    };
    Some(
        Finding::new(Code::Obs1032, &span.name, format!("the span `{}` {fact}", span.name))
            .help("name the operation in lower-case words, such as `load user`")
            .at(&span.place),
    )
}

/// The name that the conventions have for what this attribute was meant for.
fn conventional(name: &str) -> Option<&'static str> {
    if let Some((_, now)) = RENAMED.iter().find(|(old, _)| *old == name) {
        return Some(now);
    }
    let (namespace, _) = name.split_once('.')?;
    let official = convention::GROUPS.iter().filter(|group| group.stability != Stability::Own);
    let names: Vec<&'static str> = official.flat_map(|group| group.attributes.iter().copied()).collect();
    let in_namespace = names.iter().filter(|known| known.split('.').next() == Some(namespace));
    // A plural or a slip of the hand; what is further off may be a name of the program's own.
    let near = suggest::nearest(name, in_namespace.copied())?;
    let is_slip = name.len().abs_diff(near.len()) <= 1 && name.len() > namespace.len() + 5;
    (is_slip && !names.contains(&name)).then_some(near)
}

fn attributes_of_old(spans: &[Span]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for span in spans {
        for field in &span.fields {
            if let Some(now) = conventional(&field.name) {
                let message =
                    format!("field `{}` of the span `{}` is `{now}` in the conventions", field.name, span.name);
                findings.push(
                    Finding::new(Code::Obs1033, format!("{}.{}", span.name, field.name), message)
                        .help(format!("write `{now}`, by which dashboards and trace views look for it"))
                        .at(&span.place),
                );
            }
        }
    }
    findings
}

/// An attribute that one span hides and another shows.
fn classified_twice(spans: &[Span]) -> Vec<Finding> {
    let hides = |field: &Field| matches!(field.how, How::Hashed | How::Scrubbed);
    let shows = |field: &Field| matches!(field.how, How::Clear | How::Unchecked);
    let mut hidden: BTreeMap<&str, &Span> = BTreeMap::new();
    for span in spans {
        for field in span.fields.iter().filter(|field| hides(field)) {
            hidden.entry(&field.name).or_insert(span);
        }
    }
    let mut findings = Vec::new();
    for span in spans {
        for field in span.fields.iter().filter(|field| shows(field)) {
            let Some(one) = hidden.get(field.name.as_str()) else { continue };
            let message =
                format!("field `{}` is hidden in the span `{}`, and `{}` shows it", field.name, one.name, span.name);
            findings.push(
                Finding::new(Code::Obs1034, format!("{}.{}", span.name, field.name), message)
                    .help("hide it in both, or give what may be seen another name")
                    .at(&span.place)
                    .at(Location::from(&one.place).label("hidden here")),
            );
        }
    }
    findings
}
