//! The README's program is the one that is built, and as short as it says.

const README: &str = include_str!("../README.md");
const QUICKSTART: &str = include_str!("../examples/quickstart/src/main.rs");

#[test]
fn the_readme_shows_the_quickstart() {
    let shown = README.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let built = QUICKSTART.lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
    assert_eq!(shown.trim_end(), built.collect::<Vec<_>>().join("\n"));
}

#[test]
fn main_has_at_most_five_lines() {
    let body = QUICKSTART.split("fn main()").nth(1).unwrap();
    let lines = body.lines().skip(1).take_while(|line| *line != "}").count();
    assert!(lines <= 5, "{lines}");
}
