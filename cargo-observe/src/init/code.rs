//! The lines in code: `observe::init!()` at the beginning of `main`, and the layer behind an axum router.

use regex::Regex;

/// What becomes of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It has the line.
    Nothing,
    To(String),
    /// It does not look like what is understood here: the user is shown the line.
    Unclear,
}

/// For a `main` whose error takes any other.
pub(super) const INIT: &str = "let _guard = observe::init!()?;";
/// For any other: without telemetry the program runs all the same.
pub(super) const INIT_OR_WITHOUT: &str =
    "let _guard = observe::init!().inspect_err(|error| eprintln!(\"telemetry is off: {error}\"));";
pub(super) const LAYER: &str = ".layer(observe::axum::layer())";

/// Switches telemetry on at the beginning of `main`. The function is found as rustfmt writes it, and once.
pub(super) fn with_init(text: &str) -> Change {
    if ["observe::init!", "observe::main", "observe::Builder"].iter().any(|line| text.contains(line)) {
        return Change::Nothing;
    }
    let pattern = r"(?mR)^(?:pub )?(?:async )?fn main\(\)(?: -> (?<error>[^{\r\n]+?))? \{(?<rest>\})?[ \t]*$";
    // The pattern is fixed: a test shows that it is one.
    let Ok(pattern) = Regex::new(pattern) else { return Change::Unclear };
    let mut found = pattern.captures_iter(text);
    let (Some(main), None) = (found.next(), found.next()) else { return Change::Unclear };
    let takes_any = ["anyhow::", "Box<dyn ", "eyre::", "observe::"];
    let error = main.name("error").map(|error| error.as_str());
    let is_taken =
        error.is_some_and(|error| error.contains("Result") && takes_any.iter().any(|one| error.contains(one)));
    let line = if is_taken { INIT } else { INIT_OR_WITHOUT };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let all = main.get_match();
    let (before, behind) = match main.name("rest") {
        Some(brace) => (&text[..brace.start()], &text[brace.start()..]),
        None => text.split_at(all.end()),
    };
    let close = if behind.starts_with('}') { end } else { "" };
    Change::To(format!("{before}{end}    {line}{close}{behind}"))
}

/// Puts the layer behind the first router's last route: a proposal, as only its author knows which router is served.
pub(super) fn with_layer(text: &str) -> Change {
    if text.contains("observe::axum::layer") || text.contains("observe::tower") {
        return Change::Nothing;
    }
    let Some(begin) = text.find("Router::new()") else { return Change::Unclear };
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut letters = text.char_indices().skip_while(|(at, _)| *at < begin);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if in_text => drop(letters.next()),
            '"' => in_text = !in_text,
            _ if in_text => {}
            '(' | '[' | '{' => depth += 1,
            ';' | ',' | ')' | ']' | '}' if depth == 0 => return inserted(text, begin, at),
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    Change::Unclear
}

/// On a line of its own where the routes have some.
fn inserted(text: &str, begin: usize, end: usize) -> Change {
    let chain = text[begin..end].trim_end();
    let end = begin + chain.len();
    let last = chain.rsplit('\n').next().filter(|_| chain.contains('\n'));
    let indent = last.map(|last| last.chars().take_while(|c| c.is_whitespace()).collect::<String>());
    let layer = indent.map_or_else(|| LAYER.to_owned(), |indent| format!("\n{indent}{LAYER}"));
    Change::To(format!("{}{layer}{}", &text[..end], &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        match with_init(text) {
            Change::To(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn main_begins_with_telemetry() {
        let text = "#[tokio::main]\nasync fn main() -> anyhow::Result<()> {\n    run().await\n}\n";
        let changed = after(text);
        assert_eq!(changed, text.replace("{\n    run", &format!("{{\n    {INIT}\n    run")));
        assert_eq!(with_init(&changed), Change::Nothing);
    }

    #[test]
    fn a_main_whose_error_may_not_take_ours_goes_on_without() {
        for head in ["fn main()", "fn main() -> ExitCode", "pub async fn main() -> Result<(), MyError>"] {
            let changed = after(&format!("{head} {{\n    run();\n}}\n"));
            assert_eq!(changed, format!("{head} {{\n    {INIT_OR_WITHOUT}\n    run();\n}}\n"));
        }
    }

    #[test]
    fn an_empty_main_is_opened() {
        assert_eq!(after("fn main() {}\n"), format!("fn main() {{\n    {INIT_OR_WITHOUT}\n}}\n"));
    }

    #[test]
    fn line_ends_of_windows_stay() {
        let changed = after("fn main() {\r\n    run();\r\n}\r\n");
        assert_eq!(changed, format!("fn main() {{\r\n    {INIT_OR_WITHOUT}\r\n    run();\r\n}}\r\n"));
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        assert_eq!(with_init("mod app;\n"), Change::Unclear);
        assert_eq!(with_init("fn main() -> Result<\n    (),\n    Error,\n> {\n}\n"), Change::Unclear);
        assert_eq!(with_init("#[cfg(unix)]\nfn main() {\n}\n#[cfg(windows)]\nfn main() {\n}\n"), Change::Unclear);
        assert_eq!(with_init("    fn main() {\n    }\n"), Change::Unclear);
    }

    #[test]
    fn the_layer_is_proposed_behind_the_last_route() {
        let one = "let app = Router::new().route(\"/a;{id}\", get(a));\n";
        assert_eq!(with_layer(one), Change::To(one.replace(";\n", &format!("{LAYER};\n"))));
        let chain =
            "    let app = Router::new()\n        .route(\"/\", get(|| async { \"x\" }))\n        .with_state(s);\n";
        assert_eq!(with_layer(chain), Change::To(chain.replace(";\n", &format!("\n        {LAYER};\n"))));
        let value = "fn app() -> Router {\n    Router::new().route(\"/\", get(a))\n}\n";
        assert_eq!(with_layer(value), Change::To(value.replace("get(a))\n", &format!("get(a)){LAYER}\n"))));
        assert_eq!(with_layer("Router::new().layer(observe::axum::layer());"), Change::Nothing);
        assert_eq!(with_layer("fn main() {}"), Change::Unclear);
    }
}
