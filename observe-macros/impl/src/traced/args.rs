//! `args = all`, `unchecked = "…"`, `skip(…)` and `skip_all`: which arguments are recorded without
//! being named.

use super::{Field, Form};
use crate::diag::Ctxt;
use crate::function::Function;
use crate::syntax::{Arg, ArgValue, expect_flag, expect_group, expect_word, parse_list};
use crate::workspace;
use observe_rules::span::RESERVED_FIELDS;
use observe_rules::{Code, privacy, suggest};
use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, FnArg, Lit, Pat};

/// The way into the unchecked form, as it is written.
const UNCHECKED: &str = "args = all, unchecked = \"why any argument may be seen\"";

/// What the options about arguments say.
pub(super) struct Args {
    all: bool,
    /// Whether a value that doesn't say how it is recorded is recorded by its `Debug`.
    pub(super) unchecked: bool,
    /// Why, where it is.
    pub(super) reason: String,
    skip_all: bool,
    skipped: Vec<Ident>,
}

impl Args {
    /// Reads the options about arguments ahead of all others, some of which say more in the unchecked form.
    pub(super) fn parse(ctxt: &Ctxt, args: &[Arg], function: &Function) -> Self {
        let mut read =
            Self { all: false, unchecked: false, reason: String::new(), skip_all: false, skipped: Vec::new() };
        for arg in args {
            match arg.name.to_string().as_str() {
                "args" => read.all |= expect_word(ctxt, arg, &["all"]).is_some(),
                "unchecked" => {
                    read.unchecked = true;
                    read.reason = expect_reason(ctxt, arg);
                }
                "skip" => read.skipped.extend(parse_skipped(ctxt, arg, function)),
                "skip_all" => read.skip_all |= expect_flag(ctxt, arg).is_some(),
                _ => {}
            }
        }
        if let Some(arg) = args.iter().find(|arg| arg.name == "unchecked").filter(|_| !read.all) {
            let message = "`unchecked` is about arguments, and none is recorded without being named";
            ctxt.error(&arg.name, Code::Obs0606, message, format!("write `{UNCHECKED}`, or remove it"));
        }
        read
    }

    /// The fields of the arguments, and behind them those that are named; a named one takes the place
    /// of the argument of its name.
    pub(super) fn fields(&self, ctxt: &Ctxt, function: &Function, named: Vec<Field>) -> Vec<Field> {
        let mut fields = Vec::new();
        if self.all && !self.skip_all {
            let is_named = |name: &str| named.iter().any(|field| field.name == name);
            let arguments = arguments(function).into_iter().filter(|argument| !self.skipped.contains(argument));
            let arguments = arguments.filter(|argument| !is_named(&argument.unraw().to_string()));
            fields.extend(arguments.filter_map(|argument| self.field(ctxt, &argument)));
        }
        fields.extend(named);
        fields
    }

    fn field(&self, ctxt: &Ctxt, argument: &Ident) -> Option<Field> {
        let name = argument.unraw().to_string();
        if RESERVED_FIELDS.contains(&name.as_str()) {
            let message = format!("argument `{name}` has the name of a field that observe sets itself");
            ctxt.error(argument, Code::Obs0604, message, format!("leave it out with `skip({name})`"));
            return None;
        }
        let is_sensitive = workspace::is_sensitive(&name);
        let form = match (self.unchecked, is_sensitive) {
            (true, true) => Form::Hidden,
            (true, false) => Form::Unchecked,
            // A receiver is everything that a method can reach.
            (false, _) if name == "self" => return None,
            (false, false) => Form::Typed,
            (false, true) if privacy::is_somebody(&name) => Form::Somebody,
            (false, true) => {
                let message = format!("argument `{name}` is named after personal data or a secret");
                let help = format!("write `fields({name} = hash({name}))`, or leave it out with `skip({name})`");
                ctxt.error(argument, Code::Obs0507, message, help);
                return None;
            }
        };
        Some(Field::new(name, form, syn::parse_quote!(#argument)))
    }
}

/// Refuses what only the unchecked form can record.
pub(super) fn refuse_checked(ctxt: &Ctxt, at: impl ToTokens, what: &str, instead: &str) {
    let message = format!("{what} records whatever a value shows of itself, and the default is private");
    ctxt.error(at, Code::Obs0606, message, format!("write {instead}, or `{UNCHECKED}` beside it"));
}

/// Whether the function has an argument of this name.
pub(super) fn is_argument(function: &Function, name: &Ident) -> bool {
    arguments(function).contains(name)
}

fn expect_reason(ctxt: &Ctxt, arg: &Arg) -> String {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Str(reason), .. }) = &**expr
        && !reason.value().trim().is_empty()
    {
        return reason.value();
    }
    let message = "`unchecked` records what nobody has looked at, and gives no reason for it";
    ctxt.error(arg, Code::Obs0606, message, format!("write `{UNCHECKED}`"));
    String::new()
}

/// The names in `skip(…)`, each of them an argument's.
fn parse_skipped(ctxt: &Ctxt, arg: &Arg, function: &Function) -> Vec<Ident> {
    let Some(inside) = expect_group(ctxt, arg, "argument") else { return Vec::new() };
    let names = parse_list(
        inside,
        |input| Ok(input.call(Ident::parse_any)?),
        |entry, why| ctxt.unreadable(entry, why, "write `skip(argument, another)`"),
    );
    let known = arguments(function);
    let (skipped, unknown): (Vec<Ident>, Vec<Ident>) = names.into_iter().partition(|name| known.contains(name));
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    for name in unknown {
        let message = format!("`{}` has no argument `{name}` that could be skipped", function.name());
        let help = match suggest::nearest(&name.to_string(), known.iter().map(String::as_str)) {
            Some(near) => format!("a similar argument is `{near}`"),
            None => "remove it".to_owned(),
        };
        ctxt.error(name, Code::Obs0607, message, help);
    }
    skipped
}

/// The names that a function's body has for its arguments; of a pattern, all that it binds.
fn arguments(function: &Function) -> Vec<Ident> {
    let mut names = Vec::new();
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => names.push(Ident::new("self", receiver.self_token.span)),
            FnArg::Typed(typed) => bindings(&typed.pat, &mut names),
        }
    }
    names
}

fn bindings(pattern: &Pat, names: &mut Vec<Ident>) {
    match pattern {
        Pat::Ident(binding) => {
            names.push(binding.ident.clone());
            if let Some((_, inner)) = &binding.subpat {
                bindings(inner, names);
            }
        }
        Pat::Reference(reference) => bindings(&reference.pat, names),
        Pat::Paren(paren) => bindings(&paren.pat, names),
        Pat::Type(typed) => bindings(&typed.pat, names),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|pattern| bindings(pattern, names)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|pattern| bindings(pattern, names)),
        Pat::Slice(slice) => slice.elems.iter().for_each(|pattern| bindings(pattern, names)),
        Pat::Struct(structure) => structure.fields.iter().for_each(|field| bindings(&field.pat, names)),
        // Every alternative binds the same names.
        Pat::Or(or) => or.cases.iter().take(1).for_each(|pattern| bindings(pattern, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::Attribute;
    use quote::quote;

    #[test]
    fn all_names_that_a_pattern_binds_are_arguments() {
        let ctxt = Ctxt::default();
        let item = quote! {
            fn f(&mut self, (a, mut b): P, &C { c, d: [e, ..] }: &C, whole @ D(f, _): D, r#type: u8) {}
        };
        let function = Function::parse(&ctxt, Attribute::Traced, &item);
        let names: Vec<String> = function.iter().flat_map(arguments).map(|name| name.to_string()).collect();
        assert_eq!(names, ["self", "a", "b", "c", "e", "whole", "f", "r#type"]);
    }
}
