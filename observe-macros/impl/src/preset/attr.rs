//! What a preset says, read.
//!
//! ```text
//! preset = word [ "(" [ entry { "," entry } ] ")" ]
//! entry  = key [ "=" value ] | "metrics" "=" "off"
//! ```
//!
//! A value is that of a field, and under the same rules.

use super::table::{Key, Kind, Name, SPECS, Spec, Tells};
use crate::diag::Ctxt;
use crate::function::Function;
use crate::syntax::{Arg, ArgValue, or_list, path_word};
use crate::traced::{Field, Form, parse_fields};
use observe_rules::convention::{cache, db, gen_ai, messaging};
use observe_rules::{Code, span, suggest};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::{Expr, ExprLit, Lit};

/// A preset of a function.
pub(crate) struct Preset {
    pub(super) spec: &'static Spec,
    /// What it is counted by, in the order of the table.
    pub(super) labels: Vec<Option<Expr>>,
    /// The type of the user, of a call of a model.
    pub(super) user_type: Option<Expr>,
    pub(super) counts: bool,
    /// The function of the runtime that begins it.
    pub(super) begin: &'static str,
    /// Where it is said that it is one.
    pub(super) span: Span,
    /// The span's name, where all of it is written out.
    pub(crate) name: Option<String>,
    /// The span's kind.
    pub(crate) kind: &'static str,
    /// The span's attributes.
    pub(crate) fields: Vec<Field>,
}

impl Preset {
    /// The option of `#[traced]` that it is.
    pub(crate) fn word(&self) -> &'static str {
        self.spec.word
    }

    /// Reads the preset among the options; more than one is reported.
    pub(crate) fn parse(ctxt: &Ctxt, options: &[Arg], function: &Function) -> Option<Self> {
        let spec = |arg: &Arg| SPECS.iter().find(|spec| arg.name == spec.word);
        let mut found = options.iter().filter_map(|arg| Some((arg, spec(arg)?)));
        let (arg, spec) = found.next()?;
        for (second, other) in found.filter(|(_, other)| other.word != spec.word) {
            let message = format!("`{}` stands beside `{}`, and a function is one operation", other.word, spec.word);
            let help =
                format!("remove one of them, or move the part that is `{}` to a function of its own", other.word);
            ctxt.error(&second.name, Code::Obs0609, message, help);
        }
        let inside = match &arg.value {
            ArgValue::Flag => TokenStream::new(),
            ArgValue::Group(group) => group.stream(),
            ArgValue::Expr(_) => {
                let message = format!("preset `{}` expects a list in parentheses", spec.word);
                ctxt.error(arg, Code::Obs0703, message, format!("write `{}`", example(spec)));
                return None;
            }
        };
        Some(Self::read(ctxt, spec, arg, &inside, function))
    }

    fn read(ctxt: &Ctxt, spec: &'static Spec, arg: &Arg, inside: &TokenStream, function: &Function) -> Self {
        let mut given = parse_fields(ctxt, inside.clone(), None);
        let counts = metrics(ctxt, spec, &mut given);
        check(ctxt, spec, arg, inside, &given);
        let value = |key: &str| given.iter().find(|field| field.name == key).map(|field| field.value.clone());
        let text = |key: &str| value(key).as_ref().and_then(written_out);
        let mut preset = Self {
            spec,
            labels: spec.labels.iter().map(|key| value(key)).collect(),
            user_type: if spec.tells == Tells::Usage { value("user_type") } else { None },
            counts,
            begin: begin(spec, text("system").as_deref()),
            span: arg.name.span(),
            name: name(spec, text),
            kind: kind(spec, text),
            fields: Vec::new(),
        };
        let more = more(spec, text, preset.name.as_deref(), function);
        preset.fields = given.into_iter().filter_map(|field| attribute(spec, field)).chain(more).collect();
        preset
    }
}

/// `metrics = off`, taken out of what is given.
fn metrics(ctxt: &Ctxt, spec: &Spec, given: &mut Vec<Field>) -> bool {
    let Some(at) = given.iter().position(|field| field.name == "metrics") else { return true };
    let value = given.remove(at).value;
    if path_word(&value).is_none_or(|word| word != "off") {
        let message = format!("option `metrics` of preset `{}` expects `off`", spec.word);
        ctxt.error(value, Code::Obs0703, message, "write `metrics = off`, or leave it out");
    }
    false
}

/// Refuses keys that the preset doesn't have, words that it doesn't know, and the lack of what it needs.
fn check(ctxt: &Ctxt, spec: &Spec, arg: &Arg, inside: &TokenStream, given: &[Field]) {
    for field in given {
        let (written, is_literal) = written_at(inside, &field.name);
        let Some(key) = spec.keys.iter().find(|key| key.name == field.name) else {
            let message = format!("unknown option `{}` for preset `{}`", field.name, spec.word);
            ctxt.error(written, Code::Obs0701, message, similar(&field.name, spec.keys.iter().map(|key| key.name)));
            continue;
        };
        let is_label = spec.labels.contains(&key.name) || key.attribute == gen_ai::USER_TYPE;
        if is_label && field.form == Form::Hash {
            let message = format!("`{}` is a label of a metric, and a hash would be a series each", key.name);
            ctxt.error(&field.value, Code::Obs0703, message, "write the value itself, as `scrub(…)` or `clear(…)`");
        }
        if let (true, Some(word)) = (is_literal, written_out(&field.value)) {
            check_word(ctxt, spec, key, field, &word);
        }
    }
    let lacks = |key: &&Key| key.required && given.iter().all(|field| field.name != key.name);
    for key in spec.keys.iter().filter(lacks) {
        let message = format!("preset `{}` lacks its `{}`", spec.word, key.name);
        ctxt.error(&arg.name, Code::Obs0703, message, format!("write `{}`", example(spec)));
    }
}

fn check_word(ctxt: &Ctxt, spec: &Spec, key: &Key, field: &Field, word: &str) {
    if key.words.is_empty() || key.words.contains(&word) {
        return;
    }
    let (word_of, name) = (spec.word, key.name);
    let message = format!("`{word}` is no {name} that preset `{word_of}` knows");
    let another = format!("one that is really called so is written `{name} = fixed(\"{word}\")`");
    let same = key.words.iter().copied().find(|known| known.eq_ignore_ascii_case(word));
    let help = match same.or_else(|| suggest::nearest(&word.to_lowercase(), key.words.iter().copied())) {
        Some(near) => format!("a similar one is `{near}`; {another}"),
        // A list of databases would be longer than the message.
        None if key.words.len() > 20 => another,
        None => format!("it may be {}; {another}", or_list(key.words.iter().copied())),
    };
    ctxt.error(&field.value, Code::Obs0610, message, help);
}

fn similar<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let list = or_list(known.clone().chain(["metrics"]));
    match suggest::nearest(name, known) {
        Some(near) => format!("a similar option is `{near}`; it may be {list}"),
        None => format!("it may be {list}"),
    }
}

/// The name of a key as it is written, and whether a literal stands behind it.
fn written_at(inside: &TokenStream, key: &str) -> (TokenStream, bool) {
    let tokens: Vec<TokenTree> = inside.clone().into_iter().collect();
    let is =
        |at: usize, punct: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == punct);
    let at = (0..tokens.len()).find(|at| {
        let begins = at.checked_sub(1).is_none_or(|before| is(before, ','));
        begins && matches!(&tokens[*at], TokenTree::Ident(ident) if is_key(ident, key))
    });
    let Some(at) = at else { return (inside.clone(), false) };
    let is_literal = is(at + 1, '=') && matches!(tokens.get(at + 2), Some(TokenTree::Literal(_)));
    (tokens[at].clone().into(), is_literal)
}

/// A dotted name begins with the word too.
fn is_key(ident: &Ident, key: &str) -> bool {
    key.split('.').next().is_some_and(|first| ident == first)
}

/// How the preset is written.
fn example(spec: &Spec) -> String {
    let needed = spec.keys.iter().filter(|key| key.required);
    let entries: Vec<String> =
        needed.map(|key| format!("{} = \"{}\"", key.name, key.words.first().unwrap_or(&"…"))).collect();
    format!("{}({})", spec.word, entries.join(", "))
}

/// The text of a literal.
fn written_out(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The name by the conventions, where the values that it is made of are written out. Without the last of them it is
/// still a name.
fn name(spec: &Spec, text: impl Fn(&str) -> Option<String>) -> Option<String> {
    let name = match spec.name {
        Name::Fixed(name) => name.to_owned(),
        Name::Joined(keys, between) => {
            let first = if spec.word == gen_ai::CHAT { Some(gen_ai::CHAT.to_owned()) } else { text(keys[0]) };
            let rest = keys[1..].iter().filter_map(|key| text(key));
            first.into_iter().chain(rest).collect::<Vec<_>>().join(between)
        }
    };
    span::check_name(&name).is_ok().then_some(name)
}

fn kind(spec: &Spec, text: impl Fn(&str) -> Option<String>) -> &'static str {
    match spec.kind {
        Kind::Internal => "internal",
        Kind::Messaging => messaging::kind(&text("operation").unwrap_or_default()),
        Kind::Cache if text("system").is_some_and(|system| cache::IN_PROCESS.contains(&system.as_str())) => "internal",
        Kind::Client | Kind::Cache => "client",
    }
}

/// The attribute that a key is.
fn attribute(spec: &Spec, field: Field) -> Option<Field> {
    let key = spec.keys.iter().find(|key| key.name == field.name)?;
    let form = if key.is_user() { Form::Hash } else { field.form };
    Some(Field { name: key.attribute.to_owned(), form, ..field })
}

/// Attributes that follow from the others.
fn more(spec: &Spec, text: impl Fn(&str) -> Option<String>, name: Option<&str>, function: &Function) -> Vec<Field> {
    let fixed = |attribute: &str, text: &str| Field::new(attribute.to_owned(), Form::Fixed, syn::parse_quote!(#text));
    let mut more: Vec<Field> = spec.always.iter().map(|(attribute, text)| fixed(attribute, text)).collect();
    match (spec.word, name) {
        ("db", Some(summary)) if text("operation").is_some() => more.push(fixed(db::QUERY_SUMMARY, summary)),
        ("messaging", _) => more.extend(text("operation").map(|word| fixed(messaging::OPERATION_TYPE, &word))),
        _ => {}
    }
    if spec.tells == Tells::Usage && function.returns_stream() {
        more.push(Field::new(gen_ai::STREAMED.to_owned(), Form::Typed, syn::parse_quote!(true)));
    }
    more
}

/// Redis has metrics of its own: where it is written out which cache it is, no other ones are linked.
fn begin(spec: &Spec, system: Option<&str>) -> &'static str {
    match (spec.begin, system) {
        ("cache", Some(cache::REDIS)) => "redis_cache",
        ("cache", Some(_)) => "other_cache",
        (begin, _) => begin,
    }
}
