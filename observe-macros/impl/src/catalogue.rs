//! Records in the binary, for tools to read: see `observe_rules::catalogue`.

use crate::paths::Runtime;
use observe_rules::catalogue::{Kind, checksum, literal};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

/// An item that leaves a record. It says its own place: that of `span`.
///
/// It has no `allow`, and is ours for the compiler: so a crate that forbids unsafe code takes it.
pub(crate) fn record(kind: Kind, texts: &[(&str, &str)], span: Span, private: &Runtime) -> TokenStream {
    let bytes = literal(kind, texts);
    let (len, sum, bytes) = (bytes.len(), checksum(&bytes), Literal::byte_string(&bytes));
    // Only these two ask where they stand, and the user's own span is the answer.
    let place = quote_spanned!(span=> ::core::line!(), ::core::column!());
    quote! {
        const _: () = {
            #[used]
            #[cfg_attr(
                any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"),
                unsafe(link_section = ".note.observe")
            )]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__observe,regular,no_dead_strip"))]
            #[cfg_attr(windows, unsafe(link_section = ".observ"))]
            static __OBSERVE_RECORD: #private::catalogue::Record<
                #len,
                { ::core::module_path!().len() },
                { ::core::file!().len() },
            > = #private::catalogue::Record::new(*#bytes, #sum, ::core::module_path!(), ::core::file!(), (#place));
        };
    }
}
