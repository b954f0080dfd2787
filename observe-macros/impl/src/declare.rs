//! What every metric declares about itself, whichever attribute it comes from.

use crate::paths::Runtime;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// Puts the metric into the list of all metrics; see `metric/declarations.rs` of the runtime.
///
/// `checks` are statements that refuse it by a panic while it compiles: in an initialiser that is there
/// anyway they cost less than in a constant of their own.
pub(crate) fn listed(metric: &Ident, checks: &TokenStream, private: &Runtime) -> TokenStream {
    quote! {
        #[cfg_attr(target_os = "linux", used, unsafe(link_section = "observe_metrics"))]
        static __OBSERVE_DECLARED: #private::DeclaredMetric = {
            #checks
            #metric.declaration()
        };
    }
}

/// A macro that is exported under the metric's name: a second one in the crate is rustc's E0428,
/// which shows both places.
pub(crate) fn once(name: &str, span: Span) -> TokenStream {
    let name = Ident::new(&format!("OBS0305_metric_declared_twice__{name}"), span);
    quote_spanned! {span=>
        #[doc(hidden)]
        #[macro_export]
        #[allow(non_local_definitions)]
        macro_rules! #name { () => {}; }
    }
}
