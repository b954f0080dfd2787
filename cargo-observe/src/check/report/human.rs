//! The report for people, in rustc's form: the place, underlined, and what to do.

use super::{Judged, Report, Sources, byte_of};
use crate::check::{Level, Location};
use annotate_snippets as snippets;
use snippets::{AnnotationKind, Element, Group, Origin, Renderer, Snippet};

/// The width where nobody looks at it.
const STANDARD_WIDTH: usize = 140;

/// The width of the terminal.
pub(in crate::check) fn width() -> usize {
    terminal_size::terminal_size().map_or(STANDARD_WIDTH, |(width, _)| usize::from(width.0).max(60))
}

/// All findings, one below the other, in colours that the terminal's writer takes out where they do not belong.
pub(super) fn text(report: &Report<'_>) -> String {
    let renderer = Renderer::styled().term_width(report.width);
    let mut sources = Sources::new(report.workspace);
    let mut text = String::new();
    for judged in report.active() {
        text += &renderer.render(&[group(report, judged, &mut sources)]);
        text += "\n\n";
    }
    text
}

fn group<'a>(report: &Report<'_>, judged: &'a Judged, sources: &mut Sources<'_>) -> Group<'a> {
    let finding = &judged.finding;
    let level = match judged.level {
        Level::Error => snippets::Level::ERROR,
        Level::Warning | Level::Allow => snippets::Level::WARNING,
    };
    let mut title = level.primary_title(finding.message.as_str()).id(finding.code.id());
    if let Some(page) = report.page(finding.code) {
        title = title.id_url(page);
    }
    let mut group = Group::with_title(title);
    for element in places(&finding.locations, sources) {
        group = group.element(element);
    }
    for note in &finding.notes {
        group = group.element(snippets::Level::NOTE.message(note.as_str()));
    }
    if !finding.help.is_empty() {
        group = group.element(snippets::Level::HELP.message(finding.help.as_str()));
    }
    group
}

/// An excerpt for each file that is there, and the bare place in one that is not.
fn places<'a>(locations: &'a [Location], sources: &mut Sources<'_>) -> Vec<Element<'a>> {
    let mut files: Vec<&str> = Vec::new();
    for location in locations {
        if !files.contains(&location.file.as_str()) {
            files.push(&location.file);
        }
    }
    let mut elements = Vec::new();
    for file in files {
        let in_file = || locations.iter().filter(|location| location.file == file);
        let mut snippet = None;
        for location in in_file() {
            let Some(length) = sources.length(location) else {
                elements.push(origin(location));
                continue;
            };
            let Some(text) = sources.text(file) else { continue };
            let kind = if *location == locations[0] { AnnotationKind::Primary } else { AnnotationKind::Context };
            let start = offset(text, location);
            let end = text[start..].char_indices().nth(length).map_or(text.len(), |(at, _)| start + at);
            let mut annotation = kind.span(start..end);
            if !location.label.is_empty() {
                annotation = annotation.label(location.label.as_str());
            }
            let whole = snippet.unwrap_or_else(|| Snippet::source(text.to_owned()).path(file));
            snippet = Some(whole.annotation(annotation));
        }
        elements.extend(snippet.map(Element::from));
    }
    elements
}

fn origin(location: &Location) -> Element<'_> {
    let line = usize::try_from(location.line).unwrap_or(1);
    let column = usize::try_from(location.column.max(1)).unwrap_or(1);
    Origin::path(location.file.as_str()).line(line).char_column(column).into()
}

/// The byte of the text at which a location begins.
fn offset(text: &str, location: &Location) -> usize {
    let mut start = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        if number == location.line {
            return start + byte_of(line, location.column);
        }
        start += line.len();
    }
    text.len()
}
