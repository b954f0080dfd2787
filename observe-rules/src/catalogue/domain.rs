//! How a record of a metric says which values a label can have: by the id of its domain.
//!
//! The id of an enum's domain is made of its values, so that equal domains are one; the values stand in a record that
//! the derive leaves. The types of observe's own have small numbers as ids, and no record: their values are known here.

use crate::convention::http::METHODS;

/// The values of a label's type, as the type itself says them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(C)]
pub struct Domain {
    /// See [`domain_id`]; small numbers are types of observe's own.
    pub id: [u8; 16],
    /// How often the type stands in an `Option`, which adds the value `none`.
    pub none: u32,
    /// How many values it keeps, where they are known only at run time; else 0.
    pub cap: u32,
}

impl Domain {
    /// That of a type whose author says no more than how many values it has.
    pub const UNKNOWN: Self = Self::numbered(0);
    /// That of `Capped`, without its cap.
    pub const CAPPED: Self = Self::numbered(1);
    /// That of `bool`.
    pub const BOOL: Self = Self::numbered(2);
    /// That of `HttpMethod`.
    pub const HTTP_METHOD: Self = Self::numbered(3);
    /// That of `HttpStatusClass`.
    pub const HTTP_STATUS_CLASS: Self = Self::numbered(4);
    /// That of `HttpStatus`.
    pub const HTTP_STATUS: Self = Self::numbered(5);

    /// The domain with this id.
    #[must_use]
    pub const fn new(id: [u8; 16]) -> Self {
        Self { id, none: 0, cap: 0 }
    }

    const fn numbered(number: u8) -> Self {
        let mut id = [0; 16];
        id[0] = number;
        Self::new(id)
    }

    /// That of a type which keeps so many values.
    #[must_use]
    pub const fn capped(cap: usize) -> Self {
        Self { cap: count(cap), ..Self::CAPPED }
    }

    /// That of an `Option` of the type.
    #[must_use]
    pub const fn or_none(self) -> Self {
        Self { none: self.none + 1, ..self }
    }

    /// The domain as a record refers to it; the type has so many values.
    #[must_use]
    pub const fn reference(self, cardinality: usize) -> Reference {
        Reference { domain: self, cardinality: count(cardinality) }
    }
}

/// A label's domain, or a set of labels, as a record refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(C)]
pub struct Reference {
    /// The domain; of a set only its id is used.
    pub domain: Domain,
    /// How many values the label has, or combinations of values the set.
    pub cardinality: u32,
}

/// As many as fit.
#[expect(clippy::cast_possible_truncation, reason = "what is too much is the most")]
const fn count(number: usize) -> u32 {
    if number > u32::MAX as usize { u32::MAX } else { number as u32 }
}

/// FNV-1a of 128 bits.
const BASIS: u128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;

const fn mix(mut sum: u128, bytes: &[u8]) -> u128 {
    let mut at = 0;
    while at < bytes.len() {
        sum = (sum ^ bytes[at] as u128).wrapping_mul(PRIME);
        at += 1;
    }
    // Where one text ends is a part of it.
    (sum ^ 0x100).wrapping_mul(PRIME)
}

/// The id of the domain with these values, in their order.
#[must_use]
pub fn domain_id<'a>(values: impl IntoIterator<Item = &'a str>) -> [u8; 16] {
    values.into_iter().fold(BASIS, |sum, value| mix(sum, value.as_bytes())).to_le_bytes()
}

/// The id of a set, made of those of its labels before this one, `[0; 16]` at first, and of this one.
#[must_use]
pub const fn set_id(before: [u8; 16], name: &str, label: Reference) -> [u8; 16] {
    let Reference { domain: Domain { id, none, cap }, cardinality } = label;
    let mut sum = mix(u128::from_le_bytes(before) ^ BASIS, name.as_bytes());
    sum = mix(sum, &id);
    sum = mix(sum, &none.to_le_bytes());
    sum = mix(sum, &cap.to_le_bytes());
    mix(sum, &cardinality.to_le_bytes()).to_le_bytes()
}

/// The values of the types that are observe's own, without `none`; `None` where the id is another's, or the values are
/// known only at run time.
///
/// ```
/// # use observe_rules::catalogue::{Domain, known_values};
/// assert_eq!(known_values(Domain::BOOL.id), Some(vec!["false".to_owned(), "true".to_owned()]));
/// assert_eq!(known_values(Domain::capped(64).id), None);
/// ```
#[must_use]
pub fn known_values(id: [u8; 16]) -> Option<Vec<String>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Some(match id {
        id if id == Domain::BOOL.id => texts(&["false", "true"]),
        id if id == Domain::HTTP_METHOD.id => texts(&[METHODS, &["OTHER"]].concat()),
        id if id == Domain::HTTP_STATUS_CLASS.id => texts(&["1xx", "2xx", "3xx", "4xx", "5xx", "other"]),
        id if id == Domain::HTTP_STATUS.id => {
            (100..600).map(|code| code.to_string()).chain(["other".to_owned()]).collect()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_the_values_and_their_ends() {
        assert_eq!(domain_id(["a", "b"]), domain_id(["a", "b"]));
        let others =
            [domain_id(["b", "a"]), domain_id(["ab"]), domain_id(["a"]), domain_id([]), domain_id(["a", "b", ""])];
        assert!(others.iter().all(|other| *other != domain_id(["a", "b"])));
        // None is one of the small numbers.
        assert!(others.iter().all(|other| other[1..] != [0; 15]));
    }

    #[test]
    fn a_set_depends_on_names_and_domains() {
        let bool = Domain::BOOL.reference(2);
        let set =
            |labels: &[(&str, Reference)]| labels.iter().fold([0; 16], |id, (name, label)| set_id(id, name, *label));
        let one = set(&[("a", bool), ("b", bool)]);
        assert_eq!(one, set(&[("a", bool), ("b", bool)]));
        assert_ne!(one, set(&[("b", bool), ("a", bool)]));
        assert_ne!(one, set(&[("a", bool), ("b", Domain::BOOL.or_none().reference(3))]));
        assert_ne!(set(&[("a", Domain::capped(3).reference(4))]), set(&[("a", Domain::capped(4).reference(5))]));
    }

    #[test]
    fn a_count_that_does_not_fit_is_the_most() {
        assert_eq!(Domain::UNKNOWN.reference(usize::MAX).cardinality, u32::MAX);
    }
}
