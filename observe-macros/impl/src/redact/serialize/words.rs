//! What `#[serde(…)]` says, as far as it says something about serialising.
//!
//! Read only, and tolerantly: what is wrong in it is reported by serde's own derive, and by `check` where there
//! is none.

use super::name;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprPath, LitStr, Meta, Path, Token};

/// The words on one type, variant or field.
#[derive(Default)]
pub(super) struct Words {
    pub(super) rename: Option<String>,
    pub(super) rename_all: Option<String>,
    pub(super) rename_all_fields: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) content: Option<String>,
    pub(super) flatten: bool,
    pub(super) skip: bool,
    pub(super) skip_if: Option<ExprPath>,
    /// The function of `serialize_with`, or that of the module of `with`.
    pub(super) serialize_with: Option<ExprPath>,
    /// Every word that stands there, for whoever asks what else does.
    pub(super) all: Vec<Path>,
    /// What can't be read.
    pub(super) wrong: Vec<syn::Error>,
}

impl Words {
    /// Those of these attributes. A `cfg_attr` is taken to hold: a macro can't know.
    pub(super) fn read(attrs: &[Attribute]) -> Self {
        let mut words = Self::default();
        for attr in attrs {
            words.read_meta(&attr.meta);
        }
        words
    }

    fn read_meta(&mut self, meta: &Meta) {
        let Meta::List(list) = meta else { return };
        if list.path.is_ident("serde") {
            let read = list.parse_nested_meta(|word| self.read_word(&word));
            self.wrong.extend(read.err());
        } else if list.path.is_ident("cfg_attr")
            && let Ok(metas) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
        {
            metas.iter().skip(1).for_each(|meta| self.read_meta(meta));
        }
    }

    /// Whether one of these words stands there.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        self.all.iter().any(|path| words.iter().any(|word| path.is_ident(word)))
    }

    fn read_word(&mut self, word: &ParseNestedMeta<'_>) -> syn::Result<()> {
        self.all.push(word.path.clone());
        let name = word.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "flatten" => self.flatten = true,
            "skip" | "skip_serializing" => self.skip = true,
            "rename" => self.rename = for_serializing(word)?,
            "rename_all" => self.rename_all = case(word)?,
            "rename_all_fields" => self.rename_all_fields = case(word)?,
            "tag" => self.tag = Some(text(word)?.value()),
            "content" => self.content = Some(text(word)?.value()),
            "skip_serializing_if" => self.skip_if = Some(text(word)?.parse()?),
            "serialize_with" => self.serialize_with = Some(text(word)?.parse()?),
            "with" => {
                let mut path: ExprPath = text(word)?.parse()?;
                let function = syn::Ident::new("serialize", path.path.segments[0].ident.span());
                path.path.segments.push(function.into());
                self.serialize_with = Some(path);
            }
            _ => pass_over(word)?,
        }
        Ok(())
    }
}

fn text(word: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    word.value()?.parse()
}

/// `rename = "…"`, or the part of `rename(serialize = "…", deserialize = "…")` that counts here.
fn for_serializing(word: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    if word.input.peek(Token![=]) {
        return Ok(Some(text(word)?.value()));
    }
    let mut found = None;
    word.parse_nested_meta(|direction| {
        let name = text(&direction)?.value();
        if direction.path.is_ident("serialize") {
            found = Some(name);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The same, of a word that names a case.
fn case(word: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    let case = for_serializing(word)?;
    match &case {
        Some(unknown) if !name::CASES.contains(&unknown.as_str()) => {
            Err(word.error(format!("unknown case `{unknown}`")))
        }
        _ => Ok(case),
    }
}

fn pass_over(word: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if word.input.peek(Token![=]) {
        word.value()?.parse::<Expr>()?;
    } else if word.input.peek(syn::token::Paren) {
        word.input.parse::<proc_macro2::Group>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn words_are_read_in_each_of_their_forms() {
        let words = Words::read(&[
            parse_quote!(#[serde(rename(serialize = "a", deserialize = "b"), default, crate = "x", bound(serialize = ""))]),
            parse_quote!(#[cfg_attr(feature = "x", serde(skip_serializing_if = "Option::is_none"))]),
            parse_quote!(#[serde(with = "time::rfc3339")]),
            parse_quote!(#[doc = "flatten"]),
        ]);
        assert_eq!(words.rename.as_deref(), Some("a"));
        assert!(words.skip_if.is_some() && words.has(&["default"]) && !words.flatten);
        let function = words.serialize_with.unwrap().path.segments.last().unwrap().ident.to_string();
        assert_eq!(function, "serialize");
    }

    #[test]
    fn what_serde_refuses_is_left_to_serde() {
        let words = Words::read(&[parse_quote!(#[serde(rename = 5)]), parse_quote!(#[serde(skip)])]);
        assert!(words.skip && words.rename.is_none());
        assert_eq!(words.wrong.len(), 1);
    }

    #[test]
    fn a_case_is_one_that_serde_knows() {
        let words = Words::read(&[parse_quote!(#[serde(rename_all = "camelcase")])]);
        assert_eq!(words.wrong[0].to_string(), "unknown case `camelcase`");
        let words = Words::read(&[parse_quote!(#[serde(rename_all(serialize = "camelCase", deserialize = "x"))])]);
        assert_eq!((words.rename_all.as_deref(), words.wrong.len()), (Some("camelCase"), 0));
    }
}
