//! The code around a body.
//!
//! For `#[traced(fields(top_k))] #[metered] fn answer(top_k: usize) -> Result<Answer, E> { BODY }`:
//!
//! ```text
//! fn answer(top_k: usize) -> Result<Answer, E> {
//!     static __OBSERVE_SITE: Site = …;                    // name, kind, level, place: written once
//!     static __OBSERVE_METER: Meter = …;                  // families, labels, bounds
//!     let mut call = __OBSERVE_METER.call(&[]);
//!     if !__OBSERVE_SITE.is_off() {
//!         call.trace_entered(&__OBSERVE_SITE, &[field("top_k", &top_k)]);
//!     }
//!     let result = once(move || -> Result<Answer, E> { BODY });
//!     if call.is_watched() {
//!         call.finish(Probe(&result).outcome());
//!     }
//!     forget(call);
//!     result
//! }
//! ```
//!
//! An `async fn` awaits `in_call(call, async move { BODY }, outcome)` in place of the last six lines, and a
//! function that makes a stream returns `in_stream(call, once(move || { BODY }), outcome)`.

use super::form::Form;
use super::{Function, item};
use crate::metered::{self, Metered};
use crate::paths::Runtime;
use crate::preset::{self, Preset};
use crate::traced::{self, Traced};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

/// Writes the function with its span and its meter around the body.
///
/// All of it is spanned at the mixed site, where a `call` of ours and a `call` of the user's are
/// two variables. `absorbed` is the path of the attribute that was taken off the function.
pub(super) fn expand(
    function: &Function,
    traced: Option<&Traced>,
    metered: Option<&Metered>,
    absorbed: Option<&Path>,
) -> TokenStream {
    let krate = traced.and_then(|traced| traced.krate.as_ref()).or(metered.and_then(|metered| metered.krate.as_ref()));
    let private = Runtime::new(krate);
    let form = Form::of(function);
    let head = function.head();
    let used = absorbed.map(item::used);
    let site = traced.map(|traced| traced::expand::site(traced, &private));
    let meter = metered.map(|metered| metered::expand::meter(metered, &private));
    let begin = begin(&form, traced, metered, &private);
    let run = run(&form, function, traced, metered, &private);
    let listed = preset_of(traced).and_then(|preset| preset::list(preset, &private));
    let work = match &form {
        // All of it is inside of the future that the body is.
        Form::Wrapped { boxed, .. } => {
            let future = quote_spanned!(Span::mixed_site()=> async move { #begin #run });
            pinned(&future, *boxed)
        }
        _ => quote!(#begin #run),
    };
    // In the user's own braces: rustc looks at the whole of a function before it says that nobody calls it.
    let policy = crate::workspace::tracked();
    let mut block = Group::new(Delimiter::Brace, quote!(#policy #used #site #meter #listed #work));
    block.set_span(function.body.span());
    quote!(#head #block)
}

/// Opens the call.
fn begin(form: &Form, traced: Option<&Traced>, metered: Option<&Metered>, private: &Runtime) -> TokenStream {
    let span = Span::mixed_site();
    let count = metered.map(|metered| {
        let call = metered::expand::begin(metered, private);
        quote_spanned! {span=>
            let mut call = #call;
            call.begin();
        }
    });
    let call = match (metered, traced) {
        // Without a span a call is no more than what is counted.
        (Some(_), None) if !matches!(form, Form::Inline) => None,
        (Some(_), _) => Some(quote_spanned!(span=> call.into_call())),
        (None, _) => Some(quote!(#private::Call::new())),
    };
    let call = call.map(|call| {
        quote_spanned! {span=>
            #[allow(unused_mut)]
            let mut call = #call;
        }
    });
    let is_entered = matches!(form, Form::Plain | Form::Inline);
    let open = traced.map(|traced| traced::expand::open(traced, is_entered, private));
    let operation = preset_of(traced).map(|preset| preset::begin(preset, private));
    quote!(#count #call #open #operation)
}

fn preset_of(traced: Option<&Traced>) -> Option<&Preset> {
    traced.and_then(|traced| traced.preset.as_ref())
}

/// The body itself, in the form that fits the function.
fn run(
    form: &Form,
    function: &Function,
    traced: Option<&Traced>,
    metered: Option<&Metered>,
    private: &Runtime,
) -> TokenStream {
    let (body, span) = (&function.body, Span::mixed_site());
    let look = traced.and_then(|traced| traced::event::look(traced, private));
    let arrow = |boxed: bool| {
        boxed.then(|| function.nameable_output()).flatten().map(|output| quote_spanned!(span=> -> #output))
    };
    let operation = preset_of(traced).map(|preset| Operation::of(preset, private));
    let in_call = |output: &TokenStream, future: &TokenStream| {
        let outcome = outcome(traced, metered, private);
        let future = operation.as_ref().map_or_else(|| future.clone(), |operation| operation.future(output, future));
        let future = match &look {
            Some(look) => quote_spanned!(span=> #private::returned::look_at::<#output, _>(#future, |result| { #look })),
            None => future,
        };
        quote_spanned!(span=> #private::in_call::<#output, _, _>(call, #future, |result| #outcome))
    };
    match form {
        Form::Async => {
            // `!` can only be written as a return type; a value that can't exist is the same everywhere.
            let (output, end) = if function.never_returns() {
                (Some(quote!(::core::convert::Infallible)), quote_spanned!(span=> match future.await {}))
            } else {
                (function.nameable_output(), quote_spanned!(span=> future.await))
            };
            let typed = output.as_ref().map(typed_return);
            let output = output.unwrap_or_else(|| quote!(_));
            let future = in_call(&output, &quote_spanned!(span=> async move { #typed #body }));
            // The future is made before it is awaited, so that nothing borrowed lives across the await.
            quote_spanned! {span=>
                let future = #future;
                #end
            }
        }
        Form::Wrapped { asyncness, body, .. } => {
            let future = in_call(&quote!(_), &quote!(#asyncness #body));
            quote_spanned! {span=>
                let future = #future;
                future.await
            }
        }
        Form::Made { boxed } => {
            let arrow = arrow(*boxed);
            let future = in_call(&quote!(_), &quote_spanned!(span=> #private::once(move || #arrow #body)));
            pinned(&future, *boxed)
        }
        Form::Streamed { boxed } => {
            let (arrow, outcome) = (arrow(*boxed), outcome(traced, metered, private));
            let stream = quote_spanned!(span=> #private::once(move || #arrow #body));
            let stream = operation.as_ref().map_or_else(|| stream.clone(), |operation| operation.stream(&stream));
            pinned(&quote_spanned!(span=> #private::in_stream(call, #stream, |result| #outcome)), *boxed)
        }
        Form::Inline => {
            // Inline: a closure would hide the caller's location. The guard sees only return or panic.
            let statements = body.stream();
            let operation = operation.map(|_| quote_spanned!(span=> let _operation = operation.inline();));
            quote_spanned! {span=>
                let _call = call.inline();
                #operation
                #statements
            }
        }
        Form::Plain => {
            let arrow = function.nameable_output().map(|output| quote_spanned!(span=> -> #output));
            let outcome = outcome(traced, metered, private);
            let result = quote_spanned!(span=> let result = &returned;);
            let look = look.map(|look| quote_spanned!(span=> #result #look));
            // What is only counted is counted in any case.
            let finish = match traced {
                Some(_) => quote_spanned!(span=> if call.is_watched() { #result call.finish(#outcome); }),
                None => quote_spanned!(span=> #result call.finish(#outcome);),
            };
            let returned = match &operation {
                Some(operation) => operation.body(&quote_spanned!(span=> move || #arrow #body)),
                None => quote_spanned!(span=> #private::once(move || #arrow #body)),
            };
            quote_spanned! {span=>
                let returned = #returned;
                #look
                #finish
                ::core::mem::forget(call);
                returned
            }
        }
    }
}

/// What goes around a body that is an operation, inside of its call.
struct Operation<'a> {
    private: &'a Runtime,
    /// How it ended, of a `result`.
    outcome: TokenStream,
    look: Option<TokenStream>,
}

impl<'a> Operation<'a> {
    fn of(preset: &Preset, private: &'a Runtime) -> Self {
        Self { private, outcome: outcome(None, None, private), look: preset::look(preset, private) }
    }

    fn body(&self, body: &TokenStream) -> TokenStream {
        let Self { private, outcome, look } = self;
        let result = Ident::new(if look.is_some() { "result" } else { "_result" }, Span::mixed_site());
        quote_spanned! {Span::mixed_site()=>
            #private::preset::in_operation(operation, #body, |#result| { #look }, |result| #outcome)
        }
    }

    fn future(&self, output: &TokenStream, future: &TokenStream) -> TokenStream {
        let Self { private, outcome, look } = self;
        let future = match look {
            Some(look) => quote_spanned! {Span::mixed_site()=>
                #private::returned::look_at::<#output, _>(#future, |result| { #look })
            },
            None => future.clone(),
        };
        quote_spanned!(Span::mixed_site()=> #private::in_call::<#output, _, _>(operation, #future, |result| #outcome))
    }

    fn stream(&self, stream: &TokenStream) -> TokenStream {
        let Self { private, outcome, look } = self;
        let stream = match look {
            Some(look) => quote_spanned! {Span::mixed_site()=>
                #private::returned::look_at_items(#stream, |result| { #look })
            },
            None => stream.clone(),
        };
        quote_spanned!(Span::mixed_site()=> #private::in_stream(operation, #stream, |result| #outcome))
    }
}

fn pinned(future: &TokenStream, boxed: bool) -> TokenStream {
    if boxed { quote_spanned!(Span::mixed_site()=> ::std::boxed::Box::pin(#future)) } else { future.clone() }
}

/// A `return` that is never reached. An async block can't say its type, and this tells it: a body
/// of another type is then refused where it is, and not as a future of ours.
fn typed_return(output: &TokenStream) -> TokenStream {
    // At the type, which rustc then shows as the reason.
    let never = Ident::new("__observe_never", output.span());
    quote_spanned! {Span::mixed_site()=>
        #[allow(unreachable_code, unused_variables, clippy::diverging_sub_expression, clippy::empty_loop, clippy::let_unit_value)]
        if false {
            let #never: #output = loop {};
            return #never;
        }
    }
}

/// Asks `result`, a reference, how the call ended; which of the three answers is decided by its type.
pub(crate) fn outcome(traced: Option<&Traced>, metered: Option<&Metered>, private: &Runtime) -> TokenStream {
    let result = Ident::new("result", Span::mixed_site());
    let labelled = metered.and_then(|metered| metered::expand::error_label(metered, &result, private));
    let behind = traced.map(|traced| traced::event::behind_outcome(traced, private));
    quote! {
        {
            #[allow(unused_imports)]
            use #private::outcome::{ViaAny as _, ViaDisplay as _, ViaResult as _};
            (&&&#private::outcome::Probe(#result)).outcome()#labelled #behind
        }
    }
}
