//! The code behind `ret` and `err`: a look at what the body returned.
//!
//! For `#[traced(err(level = "warn"))]`, between the body and the end of its call:
//!
//! ```text
//! if !__OBSERVE_FAILURE.is_off() {
//!     __OBSERVE_FAILURE.say_failure(&Probe(result).outcome());
//! }
//! ```

use super::ending::EventLevel;
use super::{Form, Traced};
use crate::paths::Runtime;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// The static parts of the events.
pub(super) fn sites(traced: &Traced, private: &Runtime) -> TokenStream {
    let ret = traced.ret.as_ref().and_then(|ret| ret.event.as_ref()).map(|level| ("__OBSERVE_RETURN", "return", level));
    let failure = traced.failure.event.as_ref().map(|(level, _)| ("__OBSERVE_FAILURE", "error", level));
    let sites = [ret, failure].into_iter().flatten().map(|(site, field, level)| {
        let site = Ident::new(site, Span::call_site());
        let level = match level {
            EventLevel::OfSpan => &traced.level,
            EventLevel::Own(level) => level,
        };
        let level = level.tokens(private);
        let module = quote!(::core::module_path!());
        let target = traced.target.as_ref().map_or_else(|| module.clone(), |target| quote!(#target));
        quote! {
            static #site: #private::event::EventSite = #private::event::EventSite::new(
                &[#field],
                #level,
                #target,
                (#module, ::core::file!(), ::core::line!()),
                &#site,
            );
        }
    });
    sites.collect()
}

/// Says the events, of a reference called `result`; `None` where there are none.
pub(crate) fn look(traced: &Traced, private: &Runtime) -> Option<TokenStream> {
    let ret = traced.ret.as_ref().filter(|ret| ret.event.is_some()).map(|ret| {
        let value = Ident::new("value", ret.span);
        let shown = shown(ret.form, &value, private);
        let ok = asked("ok", private);
        quote_spanned! {Span::mixed_site()=>
            if !__OBSERVE_RETURN.is_off() && let ::core::option::Option::Some(#value) = #ok {
                __OBSERVE_RETURN.say(#shown);
            }
        }
    });
    let failure = traced.failure.event.as_ref().map(|(_, by_debug)| {
        if *by_debug {
            let error = Ident::new("error", traced.failure.span());
            let (err, shown) = (asked("err", private), shown(Form::Debug, &error, private));
            quote_spanned! {Span::mixed_site()=>
                if !__OBSERVE_FAILURE.is_off() && let ::core::option::Option::Some(#error) = #err {
                    __OBSERVE_FAILURE.say(#shown);
                }
            }
        } else {
            quote_spanned! {Span::mixed_site()=>
                if !__OBSERVE_FAILURE.is_off() {
                    #[allow(unused_imports)]
                    use #private::outcome::{ViaAny as _, ViaDisplay as _, ViaResult as _};
                    __OBSERVE_FAILURE.say_failure(&(&&&#private::outcome::Probe(result)).outcome());
                }
            }
        }
    });
    (ret.is_some() || failure.is_some()).then(|| quote!(#ret #failure))
}

/// What goes behind an outcome: whether an error is one of the span, and what was returned.
pub(crate) fn behind_outcome(traced: &Traced, private: &Runtime) -> TokenStream {
    let expected = traced.failure.is_expected.then(|| quote!(.expected()));
    let returning = traced.ret.as_ref().filter(|ret| ret.event.is_none()).map(|ret| {
        let (span, ok) = (ret.span, asked("ok", private));
        let (value, private) = (Ident::new("value", span), private.at(span));
        let form = Ident::new(
            match ret.form {
                Form::Hash => "Hash",
                Form::Scrub => "Scrub",
                Form::Clear => "Clear",
                _ => "Typed",
            },
            Span::call_site(),
        );
        quote_spanned!(span=> .returning(#ok.map(|#value| #private::returned::Returned::#form(#value))))
    });
    quote!(#expected #returning)
}

/// The value or the error of `result`, as an option; which of the answers is decided by its type.
fn asked(method: &str, private: &Runtime) -> TokenStream {
    let (any, result) = if method == "ok" { ("OkOfAny", "OkOfResult") } else { ("ErrOfAny", "ErrOfResult") };
    let [any, result, method] = [any, result, method].map(|name| Ident::new(name, Span::call_site()));
    quote_spanned! {Span::mixed_site()=>
        {
            #[allow(unused_imports)]
            use #private::returned::{#any as _, #result as _};
            (&&#private::outcome::Probe(result)).#method()
        }
    }
}

/// The value in its form, spanned as the option is: rustc then underlines the option.
fn shown(form: Form, value: &Ident, private: &Runtime) -> TokenStream {
    let span = value.span();
    let private = private.at(span);
    let function = match form {
        Form::Hash => quote_spanned!(span=> form::hash),
        Form::Scrub => quote_spanned!(span=> form::scrub),
        Form::Clear => quote_spanned!(span=> form::clear),
        Form::Debug => quote_spanned!(span=> unchecked::debug),
        _ => return quote!(#value),
    };
    quote_spanned!(span=> &#private::#function(#value))
}
