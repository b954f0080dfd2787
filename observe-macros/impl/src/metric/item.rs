//! A static as the attribute sees it, and what its type says.

use super::attr::Metric;
use crate::diag::Ctxt;
use crate::function::is_ours;
use crate::syntax::{keyword_of, or_list};
use observe_rules::metric::Kind;
use observe_rules::{Code, suggest};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{
    AngleBracketedGenericArguments, Attribute, GenericArgument, PathArguments, PathSegment, StaticMutability, Token,
    Type, Visibility,
};

/// The types that a metric may have, as users write them.
const TYPES: &[(&str, Counted)] = &[
    ("Counter", Counted::Values(Kind::Counter)),
    ("Gauge", Counted::Values(Kind::Gauge)),
    ("Histogram", Counted::Values(Kind::Histogram)),
    ("Summary", Counted::Values(Kind::Summary)),
    ("Info", Counted::Values(Kind::Info)),
    ("Calls", Counted::Calls),
];

/// What a metric counts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Counted {
    /// Values, in one family of this kind.
    Values(Kind),
    /// Calls, in the families that `#[metered]` makes.
    Calls,
}

/// A static without a value.
pub(super) struct Static {
    pub(super) attrs: Vec<Attribute>,
    vis: Visibility,
    mutability: StaticMutability,
    pub(super) ident: Ident,
    ty: Type,
    /// What follows the `=`, where there is one.
    value: Option<TokenStream>,
}

/// What the static's type says.
pub(super) struct MetricType<'a> {
    pub(super) counted: Counted,
    /// The type without what is in its angle brackets.
    pub(super) name: &'a Ident,
    /// The type of the labels: one, a tuple, or a struct; none where there are no labels.
    pub(super) labels: Option<&'a Type>,
    /// The type that a counter counts in, where it is named.
    pub(super) value: Option<&'a Type>,
    /// Whether there are more types than this kind has.
    pub(super) has_surplus: bool,
}

impl Static {
    /// Reads the item; one that is no static is reported.
    pub(super) fn parse(ctxt: &Ctxt, item: &TokenStream) -> Option<Self> {
        match parse_static.parse2(item.clone()) {
            Ok(mut item) => {
                item.check(ctxt);
                Some(item)
            }
            Err(error) => {
                let (keyword, what) = keyword_of(item);
                let message = match what {
                    "a static" => format!("the static can't be read: {error}"),
                    what => format!("`#[metric]` stands on a static, and this is {what}"),
                };
                ctxt.error(keyword, Code::Obs0705, message, "write `#[metric] static CACHE_HITS_TOTAL: Counter;`");
                None
            }
        }
    }

    fn check(&mut self, ctxt: &Ctxt) {
        let ident = &self.ident;
        if let StaticMutability::Mut(mutability) = &self.mutability {
            let message = format!("`{ident}` is a `static mut`, and a metric is counted through a shared reference");
            ctxt.error(mutability, Code::Obs0705, message, "remove `mut`");
        }
        if let Some(value) = &self.value
            && counted_by(&self.ty).is_some()
        {
            let ty = &self.ty;
            let message = format!("`#[metric]` gives `{ident}` its value, and it has one already");
            let help = format!("end it behind the type: `static {ident}: {};`", shown(&quote!(#ty)));
            ctxt.error(value, Code::Obs0705, message, help);
        }
        if let Some(at) = self.attrs.iter().position(|attr| is_ours(attr, "metric")) {
            let again = self.attrs.remove(at);
            let message = format!("`#[metric]` is on `{}` twice", self.name());
            ctxt.error(again.path(), Code::Obs0702, message, "remove one of them");
        }
    }

    /// The static's name, without the `r#` of a raw one.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// What the type says; one that is no metric is reported.
    pub(super) fn metric_type(&self, ctxt: &Ctxt) -> Option<MetricType<'_>> {
        let names = TYPES.iter().map(|(name, _)| *name);
        let segment = last_segment(&self.ty);
        let Some((segment, counted)) = segment.zip(counted_by(&self.ty)) else {
            let ty = &self.ty;
            let near = segment.and_then(|segment| suggest::nearest(&segment.ident.to_string(), names.clone()));
            let near = near.map_or_else(String::new, |near| format!("a similar one is `{near}`; "));
            let message = format!("`{}` is no metric type", shown(&quote!(#ty)));
            let help = format!("{near}it may be {}, under its own name", or_list(names));
            ctxt.error(ty, Code::Obs0705, message, help);
            return None;
        };
        let types: Vec<&Type> = arguments(segment).filter_map(as_type).collect();
        let surplus = types.get(allowed_types(counted));
        if let Some(surplus) = surplus {
            let name = &segment.ident;
            let (message, help) = match counted {
                Counted::Values(Kind::Info) => (
                    "the labels of an info are texts, and have names only".to_owned(),
                    "name them in the attribute: `#[metric(labels(version, commit))] static BUILD_INFO: Info;`",
                ),
                Counted::Values(Kind::Counter) => (
                    "a counter has a type for its labels and one that it counts in, and no third".to_owned(),
                    "put the types of all labels into one tuple: `Counter<(Model, Provider)>`",
                ),
                _ => (
                    format!("`{name}` has one type, that of its labels"),
                    "put the types of all labels into one tuple: `<(Model, Provider)>`",
                ),
            };
            ctxt.error(surplus, Code::Obs0705, message, help);
        }
        let labels = types.first().copied().filter(|_| counted != Counted::Values(Kind::Info));
        let value = types.get(1).copied();
        Some(MetricType { counted, name: &segment.ident, labels, value, has_surplus: surplus.is_some() })
    }

    /// The static with a value.
    pub(super) fn with_value(&self, metric: Option<&Metric<'_>>, value: &TokenStream) -> TokenStream {
        let Self { attrs, vis, ident, ty, .. } = self;
        let facts = metric.filter(|metric| metric.kind == Kind::Info).map(|metric| metric.label_names().len());
        let ty = without_surplus(ty.clone());
        let ty = match facts {
            Some(facts) => with_facts(ty, facts),
            None => ty,
        };
        quote!(#(#attrs)* #vis static #ident: #ty = #value;)
    }
}

fn parse_static(input: ParseStream<'_>) -> syn::Result<Static> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    input.parse::<Token![static]>()?;
    let mutability = input.parse()?;
    let ident = input.call(Ident::parse_any)?;
    input.parse::<Token![:]>()?;
    let ty = bare(input.parse()?);
    let value = match input.parse::<Option<Token![=]>>()? {
        None => None,
        Some(_) => {
            let value: syn::Expr = input.parse()?;
            Some(quote!(#value))
        }
    };
    input.parse::<Token![;]>()?;
    Ok(Static { attrs, vis, mutability, ident, ty, value })
}

/// The type without parentheses, and without the invisible brackets that `macro_rules!` puts around `$x:ty`.
fn bare(ty: Type) -> Type {
    match ty {
        Type::Group(group) => bare(*group.elem),
        Type::Paren(paren) => bare(*paren.elem),
        ty => ty,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn counted_by(ty: &Type) -> Option<Counted> {
    let segment = last_segment(ty)?;
    TYPES.iter().find(|(name, _)| segment.ident == name).map(|(_, counted)| *counted)
}

/// How many types stand in the angle brackets at most.
fn allowed_types(counted: Counted) -> usize {
    match counted {
        Counted::Values(Kind::Counter) => 2,
        Counted::Values(Kind::Gauge | Kind::Histogram | Kind::Summary) | Counted::Calls => 1,
        Counted::Values(Kind::Info) => 0,
    }
}

/// The type without what has been refused, so that the compiler doesn't refuse it too.
fn without_surplus(mut ty: Type) -> Type {
    if let Some(counted) = counted_by(&ty)
        && let Type::Path(path) = &mut ty
        && let Some(segment) = path.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut segment.arguments
        && arguments.args.iter().filter_map(as_type).count() > allowed_types(counted)
    {
        arguments.args = arguments.args.clone().into_iter().take(allowed_types(counted)).collect();
        if arguments.args.is_empty() {
            segment.arguments = PathArguments::None;
        }
    }
    ty
}

fn arguments(segment: &PathSegment) -> impl Iterator<Item = &GenericArgument> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter()),
        _ => None,
    }
    .into_iter()
    .flatten()
}

fn as_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// `Info` becomes `Info<2>`, so that the compiler counts the facts that are set.
fn with_facts(mut ty: Type, facts: usize) -> Type {
    if let Type::Path(path) = &mut ty
        && let Some(segment) = path.path.segments.last_mut()
        && segment.arguments.is_none()
    {
        let arguments: AngleBracketedGenericArguments = syn::parse_quote!(<#facts>);
        segment.arguments = PathArguments::AngleBracketed(arguments);
    }
    ty
}

/// Tokens as people write types.
pub(super) fn shown(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "").replace(',', ", ")
}
