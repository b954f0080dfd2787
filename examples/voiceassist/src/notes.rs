//! The guideline notes that come with the program.
//!
//! A note is a Markdown file: the title after `# `, the topic after `topic: `, then the text.
//! Lines that start with `>` are remarks about the note and no part of its text.

use crate::model::Document;
use crate::topic::Topic;

/// A note as it was embedded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Note {
    /// The file's name.
    pub(crate) name: &'static str,
    /// The file's content.
    pub(crate) source: &'static str,
}

/// Embeds the note of that name.
macro_rules! note {
    ($name:literal) => {
        Note { name: $name, source: include_str!(concat!("../notes/", $name, ".md")) }
    };
}

/// Every note.
pub(crate) const NOTES: &[Note] = &[
    note!("acute-coronary-syndrome"),
    note!("acute-kidney-injury"),
    note!("anaphylaxis"),
    note!("asthma"),
    note!("atrial-fibrillation"),
    note!("chronic-kidney-disease"),
    note!("copd-exacerbation"),
    note!("diabetic-ketoacidosis"),
    note!("heart-failure"),
    note!("hypertension"),
    note!("hypothyroidism"),
    note!("penicillin-allergy"),
    note!("pneumonia"),
    note!("potassium"),
    note!("sepsis"),
    note!("stroke-thrombolysis"),
    note!("type-2-diabetes"),
    note!("urinary-tract-infection"),
    note!("venous-thromboembolism"),
];

/// The document in `note`, or `None` if its title, its topic or its text is missing.
pub(crate) fn parse_note(note: &Note) -> Option<Document> {
    let mut lines = note.source.lines();
    let title = lines.next()?.strip_prefix("# ")?.trim();
    let topic = Topic::from_name(lines.next()?.strip_prefix("topic: ")?.trim())?;
    let text: Vec<&str> = lines.filter(|line| !line.starts_with('>')).collect();
    let text = text.join("\n").trim().to_owned();
    (!title.is_empty() && !text.is_empty()).then(|| Document { title: title.to_owned(), topic, text })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::passages;

    #[test]
    fn every_note_is_complete() {
        let mut titles = BTreeSet::new();
        for note in NOTES {
            let document = parse_note(note).expect(note.name);
            assert!(document.check().is_ok(), "{}", note.name);
            assert_eq!(passages(&document.text).len(), 1, "{}", note.name);
            assert!(titles.insert(document.title), "{}", note.name);
        }
    }

    #[test]
    fn every_note_is_short_and_says_what_it_is() {
        for note in NOTES {
            let words = note.source.split_whitespace().count();
            assert!((90..=200).contains(&words), "{}: {words}", note.name);
            let last = note.source.lines().last().unwrap_or_default();
            assert_eq!(last, "> Demonstration text, no medical advice.", "{}", note.name);
            let document = parse_note(note).expect(note.name);
            assert!(!document.text.contains("Demonstration"), "{}", note.name);
        }
    }

    #[test]
    fn every_topic_has_a_note() {
        let topics: Vec<Topic> = NOTES.iter().filter_map(parse_note).map(|it| it.topic).collect();
        assert!(Topic::ALL.iter().all(|topic| topics.contains(topic)));
    }

    #[test]
    fn incomplete_notes_are_refused() {
        for source in ["", "# T", "# T\ntopic: none\n\nx", "T\ntopic: renal\n\nx", "# T\ntopic: renal\n\n> x"] {
            assert!(parse_note(&Note { name: "test", source }).is_none(), "{source}");
        }
    }
}
