//! What a metric must not be. What only the compiler knows is checked by constants; see `expand`.

use super::attr::{LabelList, Metric};
use super::item::{MetricType, Static, shown};
use crate::diag::Ctxt;
use crate::family::presets_in;
use crate::workspace;
use observe_rules::metric::{Kind, check_declared, check_help};
use observe_rules::{Code, case};
use quote::{ToTokens, quote};
use syn::Type;
use syn::ext::IdentExt;

pub(super) fn check(ctxt: &Ctxt, metric: &Metric<'_>, item: &Static) {
    let name = metric.name_tokens(item);
    let violations = check_declared(metric.kind, &metric.name.value);
    ctxt.violations(&name, &violations);
    if let Err(violation) = check_help(&metric.help) {
        let at = metric.help_literal.as_ref().map_or_else(|| item.ident.to_token_stream(), ToTokens::to_token_stream);
        ctxt.violation(at, &violation);
    }
    label_names(ctxt, metric);
    if metric.kind == Kind::Info {
        facts(ctxt, metric);
    } else {
        label_types(ctxt, &metric.ty, metric.label_list.as_ref());
    }
    // A name that is wrong may be wrong about the unit.
    let asks_for_bounds = metric.kind == Kind::Histogram && !metric.has_buckets && violations.is_empty();
    if asks_for_bounds && presets_in(metric.unit).next().is_none() {
        let message =
            format!("histogram `{}` has no bounds, and there is no preset for what it counts", metric.name.value);
        ctxt.error(name, Code::Obs0402, message, "give between 1 and 64 of them: `buckets = [1.0, 10.0, 100.0]`");
    }
    if let Some(read) = &metric.read
        && (metric.ty.labels.is_some_and(|ty| !types_of(ty).is_empty()) || metric.label_list.is_some())
    {
        let message = format!("`{}` has labels, and one function says one number", item.ident);
        let help = format!("remove it, and give each series its own: `{}.with(…).read_with(…)`", item.ident);
        ctxt.error(read, Code::Obs0706, message, help);
    }
}

/// The types of the labels, where the type says them one by one: a struct counts as one.
pub(super) fn types_of(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Group(group) => types_of(&group.elem),
        Type::Paren(paren) => types_of(&paren.elem),
        ty => vec![ty],
    }
}

fn label_names(ctxt: &Ctxt, metric: &Metric<'_>) {
    for (at, ident) in metric.label_names().iter().enumerate() {
        let name = ident.unraw().to_string();
        ctxt.violations(ident, &workspace::check_label(&name));
        if metric.label_names()[..at].contains(ident) {
            let message = format!("label `{name}` is named twice");
            ctxt.error(ident, Code::Obs0308, message, "remove one of them, or give it another name");
        }
    }
}

fn facts(ctxt: &Ctxt, metric: &Metric<'_>) {
    let is_known = !metric.ty.has_surplus && metric.label_list.as_ref().is_none_or(|list| list.is_readable);
    if is_known && metric.label_names().is_empty() {
        let help = "name its facts: `#[metric(labels(version, commit))]`";
        ctxt.error(metric.ty.name, Code::Obs0107, "an info is nothing but its labels, and has none", help);
    }
}

/// Each name has a type, and each type a name. Says nothing of what could not be read.
pub(super) fn label_types(ctxt: &Ctxt, ty: &MetricType<'_>, list: Option<&LabelList>) {
    if ty.has_surplus || list.is_some_and(|list| !list.is_readable) {
        return;
    }
    let types = ty.labels.map(types_of).unwrap_or_default();
    let (kind, names) = (ty.name, LabelList::names(list));
    if list.is_none() {
        let is_tuple = matches!(ty.labels, Some(Type::Tuple(tuple)) if !tuple.elems.is_empty());
        if is_tuple {
            let message = "the labels of a metric have names, and these have types only";
            let help = format!("name them in the attribute: `#[metric(labels({}))]`", suggested(&types).join(", "));
            ctxt.error(ty.labels, Code::Obs0107, message, help);
        }
        return;
    }
    if let Some(surplus) = names.get(types.len()) {
        let all: Vec<String> = types.iter().map(|ty| shown(&quote!(#ty))).chain(["Type".to_owned()]).collect();
        let example = if all.len() == 1 { all[0].clone() } else { format!("({})", all.join(", ")) };
        let message = match types.len() {
            0 => format!("label `{}` has no type, and only a type says how many values there are", surplus.unraw()),
            known => format!("label `{}` has no type: the static's type has {known}, and no more", surplus.unraw()),
        };
        ctxt.error(surplus, Code::Obs0704, message, format!("add it to the type of the static: `{kind}<{example}>`"));
    } else if let Some(surplus) = types.get(names.len()) {
        let mut all: Vec<String> = names.iter().map(|name| name.unraw().to_string()).collect();
        all.extend(suggested(&types[names.len()..]));
        let message = format!("`{}` is the type of a label that has no name", shown(&quote!(#surplus)));
        ctxt.error(surplus, Code::Obs0107, message, format!("name it in the attribute: `labels({})`", all.join(", ")));
    }
}

/// Names that the types would have.
fn suggested(types: &[&Type]) -> Vec<String> {
    let name = |ty: &&Type| match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| case::snake(&segment.ident.to_string())),
        _ => None,
    };
    types.iter().map(|ty| name(ty).unwrap_or_else(|| "label".to_owned())).collect()
}
