//! `ret` and `err`: what is said about a call's end beside its status.
//!
//! ```text
//! ret = "ret" | "ret" "=" ( "scrub" | "hash" | "clear" ) | "ret" "(" [ said ] ")"
//! err = "err" | "err" "=" "off"                          | "err" "(" [ said ] ")"
//! said = [ "level" "=" level ] [ "," ] [ form ]
//! ```

use super::args::refuse_checked;
use super::level::{Level, expect_level};
use super::{Field, Form};
use crate::diag::Ctxt;
use crate::function::Function;
use crate::syntax::{Arg, ArgValue, Known, expect_flag, expect_word, or_list, parse_args};
use observe_rules::Code;
use proc_macro2::{Ident, Span, TokenStream};

/// The attribute that a returned value is recorded in.
pub(super) const RETURN: &str = "return";

/// What becomes of the returned value.
pub(crate) struct Ret {
    pub(crate) form: Form,
    /// The level of the event that says it; `None` where it is an attribute of the span.
    pub(crate) event: Option<EventLevel>,
    /// Where to underline a value that doesn't say how it is recorded.
    pub(crate) span: Span,
}

/// What becomes of a returned error, beside the span's status.
#[derive(Default)]
pub(crate) struct Failure {
    /// Whether it is no failure of the span.
    pub(crate) is_expected: bool,
    /// The level of the event that says it, and whether that is by its `Debug`.
    pub(crate) event: Option<(EventLevel, bool)>,
    span: Option<Span>,
}

/// The level of an event.
#[derive(Clone)]
pub(crate) enum EventLevel {
    /// That of the function's span.
    OfSpan,
    Own(Level),
}

impl Ret {
    pub(super) fn parse(ctxt: &Ctxt, arg: &Arg, unchecked: bool) -> Option<Self> {
        let span = arg.name.span();
        let usual = if unchecked { Form::Debug } else { Form::Typed };
        let said = match &arg.value {
            ArgValue::Flag => Said::default(),
            ArgValue::Group(group) => Said::parse(ctxt, arg, group.stream(), unchecked, RET_FORMS)?,
            ArgValue::Expr(_) => {
                let form = expect_word(ctxt, arg, &["scrub", "hash", "clear"])?;
                return Some(Self { form: form_of(form), event: None, span });
            }
        };
        let is_event = unchecked || said.level.is_some();
        let event = is_event.then(|| said.level.map_or(EventLevel::OfSpan, EventLevel::Own));
        Some(Self { form: said.form.unwrap_or(usual), event, span })
    }

    /// Declares the attribute, which has a value when the call has ended.
    pub(super) fn declare(&self, ctxt: &Ctxt, fields: &mut Vec<Field>) {
        if self.event.is_some() {
            return;
        }
        if fields.iter().any(|field| field.name == RETURN) {
            let message = format!("field `{RETURN}` is what `ret` records");
            ctxt.error(Ident::new("ret", self.span), Code::Obs0605, message, "give the field another name");
            return;
        }
        fields.push(Field::new(
            RETURN.to_owned(),
            Form::Typed,
            syn::parse_quote!(::core::option::Option::None::<bool>),
        ));
    }

    /// Refuses a function whose value can't be looked at.
    pub(super) fn check(ctxt: &Ctxt, arg: &Arg, function: &Function) {
        let why = if function.never_returns() {
            "never returns"
        } else if function.sig.asyncness.is_none() && function.attribute("track_caller").is_some() {
            "keeps its caller's location, so its value can't be looked at"
        } else {
            return;
        };
        let message = format!("`{}` {why}", function.name());
        ctxt.error(&arg.name, Code::Obs0608, message, "remove `ret`");
    }
}

impl Failure {
    /// Where to underline an error that can't be shown.
    pub(super) fn span(&self) -> Span {
        self.span.unwrap_or_else(Span::call_site)
    }

    pub(super) fn parse(ctxt: &Ctxt, arg: &Arg, unchecked: bool) -> Self {
        let span = Some(arg.name.span());
        let said = match &arg.value {
            ArgValue::Flag => Some(Said::default()),
            ArgValue::Group(group) => Said::parse(ctxt, arg, group.stream(), unchecked, ERR_FORMS),
            ArgValue::Expr(_) => {
                let is_expected = expect_word(ctxt, arg, &["off"]).is_some();
                return Self { is_expected, event: None, span };
            }
        };
        let Some(said) = said else { return Self::default() };
        let is_event = unchecked || said.level.is_some();
        let level = EventLevel::Own(said.level.unwrap_or(Level::Named("error")));
        Self { is_expected: false, event: is_event.then_some((level, said.form == Some(Form::Debug))), span }
    }
}

const RET_FORMS: &[&str] = &["level", "scrub", "hash", "clear", "Debug", "Display"];
const ERR_FORMS: &[&str] = &["level", "Debug", "Display"];

/// What stands in the parentheses.
#[derive(Default)]
struct Said {
    level: Option<Level>,
    form: Option<Form>,
}

impl Said {
    fn parse(
        ctxt: &Ctxt,
        arg: &Arg,
        inside: TokenStream,
        unchecked: bool,
        allowed: &'static [&'static str],
    ) -> Option<Self> {
        let (option, mut said) = (arg.name.to_string(), Self::default());
        let mut known = Known::new("traced", allowed);
        for entry in parse_args(ctxt, "traced", inside) {
            let word = entry.name.to_string();
            if !allowed.contains(&word.as_str()) {
                let help = format!("it may be {}", or_list(allowed.iter().copied()));
                ctxt.error(&entry.name, Code::Obs0703, format!("`{word}` is no part of option `{option}`"), help);
                return None;
            }
            if !known.admit(ctxt, &entry) {
                continue;
            }
            if word == "level" {
                said.level = Some(expect_level(ctxt, &entry)?);
                continue;
            }
            expect_flag(ctxt, &entry)?;
            if said.form.replace(form_of(&word)).is_some() {
                let message = format!("option `{option}` has two forms");
                ctxt.error(&entry.name, Code::Obs0702, message, "remove one of them");
            }
            // The text of an error is its `Display`, scrubbed, in any case.
            if !unchecked && (word == "Debug" || (word == "Display" && option == "ret")) {
                let instead = if option == "ret" { "`ret = scrub`" } else { "`err`" };
                refuse_checked(ctxt, &entry.name, &format!("`{option}({word})`"), instead);
                return None;
            }
        }
        Some(said)
    }
}

fn form_of(word: &str) -> Form {
    match word {
        "hash" => Form::Hash,
        "clear" => Form::Clear,
        "Debug" => Form::Debug,
        _ => Form::Scrub,
    }
}
