//! The code of the view. Shapes that are written field by field are; those with flattened fields or
//! a tag beside the content are put together first, see `Parts` of the runtime.

use super::model::{self, Part, Place, Shown, Variant};
use crate::paths::Runtime;
use crate::redact::bounds::with_view;
use crate::redact::expand::{self as debug, Access};
use crate::redact::item::{Kind, Shape};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Type};

/// `is_own` asks for the type's own `Serialize` too.
pub(in crate::redact) fn expand(item: &DeriveInput, shapes: &[Shape], is_own: bool, private: &Runtime) -> TokenStream {
    let (name, parts) = model::read(item, shapes);
    let access = Access::of(item);
    let writer = Writer { name: &name, access, private };
    let arms = parts.iter().map(|part| writer.arm(part));
    let ident = &item.ident;
    let (impl_generics, ty_generics, _) = item.generics.split_for_impl();
    let asked = parts.iter().filter(|part| part.serialize_with.is_none()).flat_map(|part| &part.fields);
    let bounds =
        with_view(item, asked.filter(|field| field.serialize_with.is_none()).map(|field| field.field), private);
    let subject = debug::subject(shapes, access);
    let own = is_own.then(|| {
        // At the type's name, which is what rustc underlines where there already is a `Serialize`.
        quote_spanned! {ident.span()=>
            #[automatically_derived]
            impl #impl_generics #private::Serialize for #ident #ty_generics #bounds {
                fn serialize<__ObserveS: #private::Serializer>(
                    &self,
                    __observe_s: __ObserveS,
                ) -> ::core::result::Result<__ObserveS::Ok, __ObserveS::Error> {
                    #private::Redacted::serialize_redacted(self, __observe_s)
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::Redacted for #ident #ty_generics #bounds {
            fn serialize_redacted<__ObserveS: #private::Serializer>(
                &self,
                __observe_s: __ObserveS,
            ) -> ::core::result::Result<__ObserveS::Ok, __ObserveS::Error> {
                match #subject { #(#arms)* }
            }
        }
        #own
    }
}

struct Writer<'a> {
    /// The type's name.
    name: &'a str,
    access: Access,
    private: &'a Runtime,
}

impl Writer<'_> {
    fn arm(&self, part: &Part<'_>) -> TokenStream {
        let (cfg, private) = (&part.shape.cfg, self.private);
        if part.skip {
            let pattern = debug::pattern(part.shape, |_| false);
            return quote!(#(#cfg)* #pattern => #private::Serialize::serialize(&#private::form::HIDDEN, __observe_s),);
        }
        let alone = matches!(part.place, Place::Transparent).then(|| transparent(part)).flatten();
        let is_written =
            |at| part.fields.iter().any(|field| field.at == at) && alone.is_none_or(|alone| alone.at == at);
        let pattern = debug::pattern(part.shape, is_written);
        let borrows = debug::borrows(part.shape, self.access, is_written);
        let body = self.body(part);
        let hidden = part.fields.iter().filter(|field| field.is_hidden() && field.field.cfg.is_empty()).count();
        let count = (hidden > 0).then(|| quote!(#private::view::hidden(#hidden);));
        let readable = needs_readable(part)
            .then(|| quote!(let __observe_readable = #private::Serializer::is_human_readable(&__observe_s);));
        quote!(#(#cfg)* #pattern => { #borrows #count #readable #body })
    }

    fn body(&self, part: &Part<'_>) -> TokenStream {
        let (private, name) = (self.private, self.name);
        match &part.place {
            Place::Transparent => match transparent(part) {
                Some(field) => self.alone(field),
                None => quote!(#private::Serializer::serialize_unit(__observe_s)),
            },
            Place::TaggedStruct { tag, name: value } => self.fields(part, Some((tag.as_str(), value.as_str()))),
            Place::Struct | Place::Untagged if part.serialize_with.is_some() => {
                let content = self.content(part);
                quote!(#private::Serialize::serialize(&#content, __observe_s))
            }
            Place::Struct => match part.shape.kind {
                Kind::Unit => quote!(#private::Serializer::serialize_unit_struct(__observe_s, #name)),
                Kind::Tuple if part.is_newtype => {
                    let value = self.value(&part.fields[0]);
                    quote!(#private::Serializer::serialize_newtype_struct(__observe_s, #name, &#value))
                }
                Kind::Tuple => {
                    self.compound(part, &quote!(SerializeTupleStruct), &quote!(serialize_tuple_struct), &quote!(#name,))
                }
                Kind::Named => self.fields(part, None),
            },
            Place::Untagged => match part.shape.kind {
                Kind::Tuple if part.is_newtype => self.alone(&part.fields[0]),
                Kind::Tuple if part.shape.fields.len() != 1 => {
                    self.compound(part, &quote!(SerializeTuple), &quote!(serialize_tuple), &quote!())
                }
                Kind::Unit | Kind::Tuple => quote!(#private::Serializer::serialize_unit(__observe_s)),
                Kind::Named => self.fields(part, None),
            },
            Place::External(variant) => self.external(part, variant),
            Place::Internal(variant, tag) => self.internal(part, variant, tag),
            Place::Adjacent(variant, tag, content) => self.adjacent(part, variant, tag, content),
        }
    }

    fn external(&self, part: &Part<'_>, Variant { at, name: variant }: &Variant) -> TokenStream {
        let (private, name) = (self.private, self.name);
        let head = quote!(#name, #at, #variant,);
        if part.serialize_with.is_some() || (part.is_flat() && part.shape.kind == Kind::Named) {
            let content = self.content(part);
            return quote!(#private::Serializer::serialize_newtype_variant(__observe_s, #head &#content));
        }
        match part.shape.kind {
            Kind::Tuple if part.is_newtype => {
                let value = self.value(&part.fields[0]);
                quote!(#private::Serializer::serialize_newtype_variant(__observe_s, #head &#value))
            }
            Kind::Tuple if part.shape.fields.len() != 1 => {
                self.compound(part, &quote!(SerializeTupleVariant), &quote!(serialize_tuple_variant), &head)
            }
            Kind::Unit | Kind::Tuple => quote!(#private::Serializer::serialize_unit_variant(__observe_s, #head)),
            Kind::Named => {
                self.compound(part, &quote!(SerializeStructVariant), &quote!(serialize_struct_variant), &head)
            }
        }
    }

    fn internal(&self, part: &Part<'_>, Variant { name: variant, .. }: &Variant, tag: &str) -> TokenStream {
        if part.shape.kind == Kind::Named && part.serialize_with.is_none() {
            return self.fields(part, Some((tag, variant)));
        }
        let private = self.private;
        let content = part.serialize_with.is_some().then(|| {
            let content = self.content(part);
            quote!(__observe_parts.beside_tag("0", &#content);)
        });
        let fields = part.fields.iter().filter(|_| content.is_none()).map(|field| {
            let (cfg, name, value) = (&field.field.cfg, &field.name, self.value(field));
            let method = if part.is_newtype { quote!(beside_tag) } else { quote!(field) };
            quote!(#(#cfg)* __observe_parts.#method(#name, &#value);)
        });
        quote! {
            let mut __observe_parts = #private::view::Parts::new(__observe_readable);
            __observe_parts.field(#tag, #variant);
            #content
            #(#fields)*
            #private::Serialize::serialize(&__observe_parts.into_map(), __observe_s)
        }
    }

    fn adjacent(
        &self,
        part: &Part<'_>,
        Variant { at, name: variant }: &Variant,
        tag: &str,
        content_name: &str,
    ) -> TokenStream {
        let (private, name) = (self.private, self.name);
        let is_unit = part.serialize_with.is_none() && part.fields.is_empty() && part.shape.kind != Kind::Named;
        let is_unit = is_unit && (part.shape.kind == Kind::Unit || part.shape.fields.len() == 1);
        let length = if is_unit { 1_usize } else { 2 };
        let content = (!is_unit).then(|| {
            let content = self.content(part);
            quote!(#private::SerializeStruct::serialize_field(&mut __observe_out, #content_name, &#content)?;)
        });
        quote! {
            let mut __observe_out = #private::Serializer::serialize_struct(__observe_s, #name, #length)?;
            let __observe_tag = #private::view::Tree::Variant(#name, #at, #variant, ::core::option::Option::None);
            #private::SerializeStruct::serialize_field(&mut __observe_out, #tag, &__observe_tag)?;
            #content
            #private::SerializeStruct::end(__observe_out)
        }
    }

    /// All that the variant carries, as one value.
    fn content(&self, part: &Part<'_>) -> TokenStream {
        let private = self.private;
        if let Some(function) = &part.serialize_with {
            let bindings = part.fields.iter().map(Shown::binding);
            let serializer = quote!(#private::view::TreeSerializer::new(__observe_readable));
            return quote!(#private::view::Tree::or_mask(#function(#(#bindings,)* #serializer)));
        }
        if part.is_newtype {
            return self.value(&part.fields[0]);
        }
        let fields = self.parts(part);
        let finish = if part.shape.kind == Kind::Tuple { quote!(into_sequence) } else { quote!(into_map) };
        quote! {{
            #[allow(unused_mut)]
            let mut __observe_parts = #private::view::Parts::new(__observe_readable);
            #(#fields)*
            __observe_parts.#finish()
        }}
    }

    fn parts(&self, part: &Part<'_>) -> impl Iterator<Item = TokenStream> {
        part.fields.iter().map(|field| {
            let (cfg, name, value) = (&field.field.cfg, &field.name, self.value(field));
            let method = if field.flatten { quote!(flatten) } else { quote!(field) };
            let add = quote!(__observe_parts.#method(#name, &#value););
            match &field.skip_if {
                Some(skip_if) => {
                    let binding = field.binding();
                    quote!(#(#cfg)* { if !#skip_if(#binding) { #add } })
                }
                None => quote!(#(#cfg)* #add),
            }
        })
    }

    /// Named fields, behind a tag where there is one.
    fn fields(&self, part: &Part<'_>, tag: Option<(&str, &str)>) -> TokenStream {
        let (private, name) = (self.private, self.name);
        if part.is_flat() {
            let tag = tag.map(|(tag, value)| quote!(__observe_parts.field(#tag, #value);));
            let fields = self.parts(part);
            return quote! {
                let mut __observe_parts = #private::view::Parts::new(__observe_readable);
                #tag
                #(#fields)*
                #private::Serialize::serialize(&__observe_parts.into_map(), __observe_s)
            };
        }
        let tag = tag
            .map(|(tag, value)| quote!(#private::SerializeStruct::serialize_field(&mut __observe_out, #tag, #value)?;));
        self.compound_behind(part, tag.as_ref(), &quote!(SerializeStruct), &quote!(serialize_struct), &quote!(#name,))
    }

    fn compound(&self, part: &Part<'_>, out: &TokenStream, begin: &TokenStream, head: &TokenStream) -> TokenStream {
        self.compound_behind(part, None, out, begin, head)
    }

    /// A structure that is written field by field, by this trait.
    fn compound_behind(
        &self,
        part: &Part<'_>,
        first: Option<&TokenStream>,
        out: &TokenStream,
        begin: &TokenStream,
        head: &TokenStream,
    ) -> TokenStream {
        let private = self.private;
        let is_named = part.shape.kind == Kind::Named;
        let is_fixed = |field: &&Shown<'_>| field.field.cfg.is_empty() && field.skip_if.is_none();
        let fixed = part.fields.iter().filter(is_fixed).count() + usize::from(first.is_some());
        let others = part.fields.iter().filter(|field| !is_fixed(field)).map(|field| {
            let cfg = &field.field.cfg;
            match &field.skip_if {
                Some(skip_if) => {
                    let binding = field.binding();
                    quote!(#(#cfg)* { if !#skip_if(#binding) { __observe_length += 1; } })
                }
                None => quote!(#(#cfg)* { __observe_length += 1; }),
            }
        });
        let others: Vec<TokenStream> = others.collect();
        let (length, counted) = if others.is_empty() {
            (quote!(#fixed), None)
        } else {
            let counted = quote! {
                #[allow(unused_mut)]
                let mut __observe_length = #fixed;
                #(#others)*
            };
            (quote!(__observe_length), Some(counted))
        };
        let method =
            if out.to_string() == "SerializeTuple" { quote!(serialize_element) } else { quote!(serialize_field) };
        let fields = part.fields.iter().map(|field| {
            let (cfg, value) = (&field.field.cfg, self.value(field));
            let name = is_named.then_some(&field.name).into_iter();
            let write = quote!(#private::#out::#method(&mut __observe_out, #(#name,)* &#value)?;);
            let Some(skip_if) = &field.skip_if else { return quote!(#(#cfg)* #write) };
            let (name, binding) = (&field.name, field.binding());
            let skip = is_named.then(|| quote!(#private::#out::skip_field(&mut __observe_out, #name)?;));
            quote!(#(#cfg)* { if #skip_if(#binding) { #skip } else { #write } })
        });
        quote! {
            #counted
            #[allow(unused_mut)]
            let mut __observe_out = #private::Serializer::#begin(__observe_s, #head #length)?;
            #first
            #(#fields)*
            #private::#out::end(__observe_out)
        }
    }

    /// One field in place of the whole value.
    fn alone(&self, field: &Shown<'_>) -> TokenStream {
        let (private, value) = (self.private, self.value(field));
        quote!(#private::Serialize::serialize(&#value, __observe_s))
    }

    /// The field in a form that implements `Serialize`.
    fn value(&self, shown: &Shown<'_>) -> TokenStream {
        let (span, binding) = (shown.field.ty.span(), shown.binding());
        let private = self.private.at(span);
        if shown.is_hidden() && shown.field.cfg.is_empty() {
            return quote!(#private::view::MASKED);
        }
        if !shown.is_clear() {
            return debug::shown(shown.field, shown.at, &private);
        }
        if let Some(function) = &shown.serialize_with {
            let serializer = quote!(#private::view::TreeSerializer::new(__observe_readable));
            return quote!(#private::view::Tree::or_mask(#function(#binding, #serializer)));
        }
        if is_plain(&shown.field.ty) {
            return quote_spanned!(span=> #private::view::view(#binding));
        }
        quote_spanned! {span=>
            {
                #[allow(unused_imports)]
                use #private::view::{ViaDebug as _, ViaNothing as _, ViaSerialize as _, ViaView as _};
                (&&&#private::view::Probe(#binding)).viewed()
            }
        }
    }
}

/// Whether the type is known by its name: nothing has to be asked of it, which is most of what the view costs the
/// compiler. Another type of this name is asked for its view all the same.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 16] = [
        "String", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "isize",
        "f32", "f64",
    ];
    matches!(ty, Type::Path(path) if path.qself.is_none() && PLAIN.iter().any(|name| path.path.is_ident(name)))
}

/// Whether the code asks if the format is read by people: trees are made for one or the other.
fn needs_readable(part: &Part<'_>) -> bool {
    let is_put_together = match part.place {
        Place::Internal(..) => part.shape.kind != Kind::Named,
        Place::Adjacent(..) => part.shape.kind != Kind::Unit && !part.is_newtype,
        _ => false,
    };
    is_put_together
        || (part.is_flat() && part.shape.kind == Kind::Named)
        || part.serialize_with.is_some()
        || part.fields.iter().any(|field| field.serialize_with.is_some())
}

/// The field that a transparent type consists of.
fn transparent<'a>(part: &'a Part<'_>) -> Option<&'a Shown<'a>> {
    let is_phantom = |field: &&Shown<'_>| crate::function::mentions(&field.field.ty, &["PhantomData"]);
    part.fields.iter().find(|field| !is_phantom(field)).or(part.fields.first())
}
