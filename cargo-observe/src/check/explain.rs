//! `cargo observe explain`: the page of a code.

use super::pages::PAGES;
use super::report::width;
use crate::error::{Error, Result};
use crate::terminal;
use anstyle::Style;
use observe_rules::{Code, suggest};
use std::fmt::Write as _;
use std::process::ExitCode;

/// Say what a code means, and what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  cargo observe explain OBS0201\n  cargo observe explain        # all codes")]
pub(crate) struct ExplainArgs {
    /// The code, such as OBS0201; without one, all codes with their rules
    code: Option<String>,
}

/// Longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 100;
const BOLD: Style = Style::new().bold();
const CODE: Style = terminal::NOTE;

pub(crate) fn explain(args: &ExplainArgs) -> Result<ExitCode> {
    let Some(code) = &args.code else {
        let list = Code::ALL.iter().fold(String::new(), |list, code| list + &format!("{code}  {}\n", code.title()));
        terminal::print(&list);
        return Ok(ExitCode::SUCCESS);
    };
    let id = id(code);
    let Some(page) = page(&id) else {
        let error = Error::new(format!("`{code}` is no code of observe"));
        return Err(match suggest::nearest(&id, Code::ALL.iter().map(|code| code.id())) {
            Some(near) => error.help(format!("a similar one is `{near}`; `cargo observe explain` lists all")),
            None => error.help("`cargo observe explain` lists all"),
        });
    };
    terminal::print(&shown(page, width().min(WIDEST)));
    Ok(ExitCode::SUCCESS)
}

/// A code as people type it: `obs1003`, `1003`.
fn id(code: &str) -> String {
    let code = code.trim().to_uppercase();
    if code.starts_with(|first: char| first.is_ascii_digit()) { format!("OBS{code:0>4}") } else { code }
}

/// The page of a code, in Markdown.
pub(super) fn page(id: &str) -> Option<&'static str> {
    PAGES.iter().find(|(code, _)| *code == id).map(|(_, page)| *page)
}

/// What a page says first, below its title.
pub(super) fn first_paragraph(page: &str) -> &str {
    page.split("\n\n").nth(1).unwrap_or_default().trim()
}

/// The page for a terminal: no marks, lines as wide as it is, code indented.
fn shown(page: &str, width: usize) -> String {
    let mut text = String::new();
    let mut paragraph = String::new();
    let mut is_code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            flush(&mut text, &mut paragraph, width);
            is_code = !is_code;
        } else if is_code {
            // A line that only the compiler of the page needs begins so.
            if !line.starts_with("# ") || page.contains("```toml") {
                let _ = writeln!(text, "    {line}");
            }
        } else if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
            flush(&mut text, &mut paragraph, width);
            let _ = writeln!(text, "{BOLD}{}{BOLD:#}", plain(heading));
        } else if line.trim().is_empty() {
            flush(&mut text, &mut paragraph, width);
            text.push('\n');
        } else if line.starts_with(['|', '-']) {
            flush(&mut text, &mut paragraph, width);
            let _ = writeln!(text, "{}", styled(&plain(line)));
        } else {
            paragraph.push_str(line.trim());
            paragraph.push(' ');
        }
    }
    flush(&mut text, &mut paragraph, width);
    text
}

/// Writes a paragraph, and empties it.
fn flush(text: &mut String, paragraph: &mut String, width: usize) {
    let mut line = String::new();
    let mut lines = Vec::new();
    for word in plain(paragraph).split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
        let _ = writeln!(text, "{}", styled(&lines.join("\n")));
    }
    paragraph.clear();
}

/// The text with the targets of its links taken out.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("](") {
        let (name_at, Some(end)) = (before.rfind('['), link.find(')')) else { break };
        match name_at {
            Some(at) => plain.extend([&before[..at], &before[at + 1..]]),
            None => plain.push_str(before),
        }
        rest = &link[end + 1..];
    }
    plain + rest
}

/// The text with what stands in backticks in a colour; the backticks stay for those who see none.
fn styled(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.fold(String::new(), |styled, (at, part)| match at {
        0 => part.to_owned(),
        at if at % 2 == 1 => format!("{styled}{CODE}`{part}"),
        _ => format!("{styled}`{CODE:#}{part}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page() {
        let without: Vec<_> = Code::ALL.iter().filter(|code| page(code.id()).is_none()).collect();
        assert!(without.is_empty(), "list these in pages.rs: {without:?}");
        assert_eq!(PAGES.len(), Code::ALL.len(), "a page of no code is listed");
    }

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for typed in ["OBS0201", "obs0201", "0201", "201", " OBS0201 "] {
            assert!(page(&id(typed)).is_some(), "{typed}");
        }
        assert!(page(&id("OBS9999")).is_none());
    }

    #[test]
    fn a_page_is_shown_without_its_marks() {
        let page =
            "# OBS0000: a rule\n\nSee [the other](x.md), and `code`.\n\n## Fix\n\n```rust\n# hidden\nlet a = 1;\n```\n";
        let shown = anstream::adapter::strip_str(&shown(page, 80)).to_string();
        assert_eq!(shown, "OBS0000: a rule\n\nSee the other, and `code`.\n\nFix\n\n    let a = 1;\n");
    }

    #[test]
    fn lines_are_as_wide_as_the_terminal() {
        for code in Code::ALL {
            let page = page(code.id()).unwrap_or_default();
            let shown = anstream::adapter::strip_str(&shown(page, 60)).to_string();
            let prose = shown.lines().skip(1).filter(|line| !line.starts_with(['|', '-', ' ']) && line.contains(' '));
            for line in prose {
                assert!(line.chars().count() <= 60 || !line[..60].contains(' '), "{code}: {line}");
            }
        }
    }
}
