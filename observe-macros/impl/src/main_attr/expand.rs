//! The `main` that the linker finds, with the user's inside.

use super::Main;
use super::attr::Options;
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// Literals only, no paths of the user's: whatever a crate calls its own, this means the same.
pub(super) fn expand(options: &Options, main: &Main) -> TokenStream {
    let Main { attrs, vis, sig, body } = main;
    let runtime = Runtime::new(options.krate.as_ref());
    let (ident, output) = (&sig.ident, &sig.output);
    let root = options.krate.as_ref().map_or_else(|| quote!(::observe), |path| quote!(#path));
    let namespace = options.namespace.as_ref().map(|namespace| quote!(namespace = #namespace));
    let said = options.service.iter().map(ToTokens::to_token_stream).chain(namespace);
    let init = quote!(|| #root::init!(#(#said),*));
    let call = if sig.asyncness.is_some() {
        let flavor = if options.is_current_thread { quote!(CurrentThread) } else { quote!(MultiThread) };
        let workers = match options.worker_threads {
            Some(number) => {
                let number = proc_macro2::Literal::usize_unsuffixed(number);
                quote!(::core::option::Option::Some(#number))
            }
            None => quote!(::core::option::Option::None),
        };
        quote!(#runtime::start_async!(#init, #runtime::Flavor::#flavor, #workers, #ident()))
    } else {
        quote!(#runtime::run(#init, #ident))
    };
    quote! {
        #vis fn #ident() #output {
            #(#attrs)*
            #sig #body
            #call
        }
    }
}

/// One that does nothing, so that the program is not said to lack a `main` on top of what is wrong.
pub(super) fn without_body(main: &Main) -> TokenStream {
    let (vis, ident) = (&main.vis, &main.sig.ident);
    quote!(#vis fn #ident() {})
}
