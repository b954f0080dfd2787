//! What the macro writes: lines of a traced function, formatted, that are not the function's own.

use super::figures::float;
use super::generate;
use super::say;
use super::table::Grid;
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, File, Item, Meta};

/// Counts the lines of one function of the variant `traced`, and prints both numbers.
pub(super) fn measure() -> Result<f64, String> {
    let function = generate::function("traced").ok_or("no variant is called `traced`")?;
    let [own, expanded] = count(&function)?;
    let mut grid = Grid::new("compile: lines of a function, formatted", &["function", "lines"]);
    grid.row(vec!["bare".to_owned(), own.to_string()]);
    grid.row(vec!["ours #[traced], 2 fields, expanded".to_owned(), expanded.to_string()]);
    say(&grid.to_string());
    Ok(float(expanded) - float(own))
}

/// Lines of the function below its attribute, and of what `#[traced]` makes of it.
fn count(source: &str) -> Result<[u64; 2], String> {
    let failed = |error: syn::Error| format!("the generated function is no Rust: {error}");
    let mut file: File = syn::parse_str(source).map_err(failed)?;
    let [Item::Fn(function)] = &mut file.items[..] else { return Err("one function was expected".to_owned()) };
    let is_traced = |attribute: &Attribute| attribute.path().segments.iter().any(|segment| segment.ident == "traced");
    let at = function.attrs.iter().position(is_traced).ok_or("the function is not traced")?;
    let arguments = match function.attrs.remove(at).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    let expanded = observe_macros_impl::traced(arguments, &file.items[0].to_token_stream());
    let expanded: File = syn::parse2(expanded).map_err(failed)?;
    Ok([lines(&file), lines(&expanded)])
}

fn lines(file: &File) -> u64 {
    prettyplease::unparse(file).lines().filter(|line| !line.trim().is_empty()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_macro_writes_is_counted_and_the_function_is_not() {
        let [own, plain] = count("#[observe::traced]\nfn work() {\n    step();\n}\n").unwrap();
        assert_eq!(own, 3);
        let [_, fields] = count("#[observe::traced(fields(a = 1, b = 2))]\nfn work() {\n    step();\n}\n").unwrap();
        assert!(own < plain && plain < fields, "{own} {plain} {fields}");
        let [own, longer] = count("#[observe::traced]\nfn work() {\n    step();\n    step();\n}\n").unwrap();
        assert_eq!((own, longer), (4, plain + 1));
    }

    #[test]
    fn a_function_that_is_not_traced_is_refused() {
        assert!(count("fn work() {}").is_err());
        assert!(count("struct Work;").is_err());
    }
}
