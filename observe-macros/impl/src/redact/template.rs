//! The template of a `Display`: text, and names of fields in braces.
//!
//! ```text
//! template = { TEXT | "{{" | "}}" | "{" FIELD "}" }
//! ```

use super::item::Shape;

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// The place of the field among all of them.
    Field(usize),
}

/// What is wrong with a template, and what to write.
pub(super) type Wrong = (String, String);

/// Reads a template; the fields are those of the shape.
pub(super) fn read(template: &str, shape: &Shape) -> Result<Vec<Piece>, Wrong> {
    let names: Vec<String> = shape.fields.iter().enumerate().map(|(at, field)| field.name(at)).collect();
    let pieces = pieces(template, &names)?;
    for piece in &pieces {
        if let Piece::Field(at) = piece
            && !shape.fields[*at].cfg.is_empty()
        {
            let message = format!("the template names `{}`, which is there only under a `cfg`", names[*at]);
            return Err((message, "leave it out, or declare the type twice under `cfg`".to_owned()));
        }
    }
    Ok(pieces)
}

fn pieces(template: &str, names: &[String]) -> Result<Vec<Piece>, Wrong> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        text += before;
        if let Some(behind) = ["{{", "}}"].into_iter().find_map(|twice| brace.strip_prefix(twice)) {
            text.extend(brace.chars().next());
            rest = behind;
            continue;
        }
        let Some((name, behind)) = brace.strip_prefix('{').and_then(|inside| inside.split_once('}')) else {
            let message = "a brace of the template has no other half".to_owned();
            return Err((message, "write `{{` or `}}` for a brace that is meant as text".to_owned()));
        };
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Field(field(name, names)?));
        rest = behind;
    }
    text += rest;
    pieces.push(Piece::Text(text));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(pieces)
}

/// The place of the field of this name.
fn field(name: &str, names: &[String]) -> Result<usize, Wrong> {
    if let Some(at) = names.iter().position(|known| known == name) {
        return Ok(at);
    }
    let (bare, form) = name.split_once(':').unwrap_or((name, ""));
    if names.iter().any(|known| known == bare) && !form.is_empty() {
        let message = format!("`{{{name}}}` in the template says how it is shown");
        return Err((message, format!("write `{{{bare}}}`: the field's policy says how it is shown")));
    }
    let message = format!("the template names `{name}`, and there is no such field");
    let known = crate::syntax::or_list(names.iter().map(String::as_str));
    let help = match observe_rules::suggest::nearest(bare, names.iter().map(String::as_str)) {
        _ if names.is_empty() => "leave it out: there is no field".to_owned(),
        _ if names.len() == 1 => format!("write `{{{}}}`", names[0]),
        Some(near) => format!("a similar field is `{near}`; it may be {known}"),
        None => format!("it may be {known}"),
    };
    Err((message, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(template: &str) -> Result<Vec<Piece>, Wrong> {
        pieces(template, &["host".to_owned(), "user".to_owned()])
    }

    #[test]
    fn text_and_fields_are_told_apart() {
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(read("{host}").unwrap(), [Piece::Field(0)]);
        assert_eq!(
            read("could not reach {host} as {user}!").unwrap(),
            [text("could not reach "), Piece::Field(0), text(" as "), Piece::Field(1), text("!")]
        );
        assert_eq!(read("{{host}} {user}{host}").unwrap()[0], text("{host} "));
        assert_eq!(read("").unwrap(), []);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for (template, expected) in [
            ("{hots}", "a similar field is `host`"),
            ("{}", "it may be `host` or `user`"),
            ("{0}", "it may be `host` or `user`"),
            ("{host:?}", "write `{host}`"),
            ("{host:>9}", "write `{host}`"),
            ("{host", "write `{{`"),
            ("host}", "write `{{`"),
            ("{user.name}", "it may be"),
        ] {
            let (message, help) = read(template).unwrap_err();
            assert!(help.contains(expected), "{template}: {message}; {help}");
        }
    }
}
