//! The patients of the demo. None of them exists: the numbers and domains are those that are kept
//! for examples, so that nobody's data is in here.

use std::sync::LazyLock;

/// Lines of `name|mrn|phone|birth date|e-mail|SSN`. A file of its own, as tests look for all of it
/// in what the demo says.
const PEOPLE: &str = include_str!("people.txt");

/// A patient, in texts.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) mrn: &'static str,
    pub(super) phone: &'static str,
    pub(super) birth_date: &'static str,
    pub(super) email: &'static str,
    pub(super) ssn: &'static str,
}

/// Everybody.
pub(super) static ALL: LazyLock<Vec<Person>> = LazyLock::new(|| PEOPLE.lines().filter_map(read).collect());

fn read(line: &'static str) -> Option<Person> {
    let mut parts = line.split('|');
    let mut next = || parts.next();
    Some(Person { name: next()?, mrn: next()?, phone: next()?, birth_date: next()?, email: next()?, ssn: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_read() {
        assert_eq!(ALL.len(), PEOPLE.lines().count());
        assert!(ALL.iter().all(|person| person.email.contains("example") && person.phone.contains(" 555 01")));
    }
}
