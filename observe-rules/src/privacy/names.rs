//! The names that a workspace has of its own.

use super::words::{Part, Words};
use super::{Class, classify};

/// Names that a workspace takes for sensitive, or for harmless, beside those that everybody does.
///
/// A sensitive name is found as a run of words: `case_number` in `patientCaseNumber` too. A harmless name is
/// one whole name, however it is written, and goes before everything else.
///
/// ```
/// # use observe_rules::privacy::{Class, Names};
/// let names = Names::new(["case_number"], ["patient_count_bucket"]);
/// assert_eq!(names.classify("lastCaseNumber"), Some(Class::Personal));
/// assert_eq!(names.classify("email"), Some(Class::Personal));
/// assert_eq!(names.classify("patient_count_bucket"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    sensitive: Vec<String>,
    harmless: Vec<String>,
}

impl Names {
    /// A workspace's names. One without a letter in it is left out: it would be found everywhere.
    pub fn new<S: Into<String>, H: Into<String>>(
        sensitive: impl IntoIterator<Item = S>,
        harmless: impl IntoIterator<Item = H>,
    ) -> Self {
        let has_words = |name: &String| Words::of(name).next().is_some();
        Self {
            sensitive: sensitive.into_iter().map(Into::into).filter(has_words).collect(),
            harmless: harmless.into_iter().map(Into::into).filter(has_words).collect(),
        }
    }

    /// What a field, parameter or header of this name is taken for; `None` where the name is harmless.
    #[must_use]
    pub fn classify(&self, name: &str) -> Option<Class> {
        if self.harmless.iter().any(|harmless| equal(harmless, name)) {
            return None;
        }
        let own = || self.sensitive.iter().any(|sensitive| contains(name, sensitive)).then_some(Class::Personal);
        classify(name).or_else(own)
    }

    /// Whether a field, parameter or header of this name is taken for personal data or a secret.
    #[must_use]
    pub fn is_sensitive(&self, name: &str) -> bool {
        self.classify(name).is_some()
    }

    /// The names that are sensitive here, as they were given.
    #[must_use]
    pub fn sensitive(&self) -> &[String] {
        &self.sensitive
    }

    /// The names that are harmless here, as they were given.
    #[must_use]
    pub fn harmless(&self) -> &[String] {
        &self.harmless
    }
}

fn same(a: &Part<'_>, b: &Part<'_>) -> bool {
    a.key == b.key && a.text.eq_ignore_ascii_case(b.text)
}

fn equal(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (Words::of(a), Words::of(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if same(&one, &other) => {}
            _ => return false,
        }
    }
}

/// Whether the words of `run` stand in `name`, one behind the other.
fn contains(name: &str, run: &str) -> bool {
    let mut rest = Words::of(name);
    loop {
        let mut words = rest.clone();
        if Words::of(run).all(|wanted| words.next().is_some_and(|word| same(&word, &wanted))) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_workspace_is_found_in_every_spelling() {
        let names = Names::new(["case_number", "dossier"], [""; 0]);
        for name in ["case_number", "caseNumber", "CASE-NUMBER", "old.case.number", "patient_case_number_2", "Dossier"]
        {
            assert!(names.is_sensitive(name), "{name}");
        }
        for name in ["number_case", "case", "cases_number", "case_id_number"] {
            assert!(!names.is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn a_harmless_name_is_one_name_and_no_other() {
        let names = Names::new([""; 0], ["card"]);
        assert!(!names.is_sensitive("card") && !names.is_sensitive("Card"));
        assert!(names.is_sensitive("card_number"));
    }

    #[test]
    fn harmless_goes_before_sensitive() {
        let names = Names::new(["case"], ["use_case"]);
        assert!(names.is_sensitive("case") && !names.is_sensitive("use_case"));
    }

    #[test]
    fn a_name_without_letters_is_left_out() {
        let names = Names::new(["", "__", "7"], ["-"]);
        assert_eq!(names, Names::default());
        assert!(!names.is_sensitive("count") && !names.is_sensitive(""));
    }
}
