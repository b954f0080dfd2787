//! How far a version moved.

use super::change::Bump;
use crate::error::{Error, Result};
use cargo_metadata::semver::Version;

/// How much lies between two versions. Before 1.0 the first number that is not 0 counts as the major one, as cargo has it.
pub(super) fn bump(from: &str, to: &str) -> Result<Bump> {
    let parse = |text: &str| {
        Version::parse(text)
            .map_err(|error| Error::new(format!("`{text}` is no version: {error}")).help("write `1.2.3`"))
    };
    let (from, to) = (parse(from)?, parse(to)?);
    let of = |version: &Version| [version.major, version.minor, version.patch];
    let (before, after) = (of(&from), of(&to));
    if to <= from {
        return Ok(Bump::None);
    }
    let first = before.iter().position(|number| *number > 0).unwrap_or(before.len() - 1);
    Ok(match before.iter().zip(after).position(|(before, after)| *before != after) {
        Some(at) if at <= first => Bump::Major,
        Some(at) if at == first + 1 && first == 0 => Bump::Minor,
        // Cargo takes everything behind the first number for compatible, and 0.1.2 has no place for more.
        Some(_) if first > 0 => Bump::Minor,
        _ => Bump::Patch,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_that_is_not_0_is_the_major_one() {
        for (from, to, expected) in [
            ("1.2.3", "2.0.0", Bump::Major),
            ("1.2.3", "1.3.0", Bump::Minor),
            ("1.2.3", "1.2.4", Bump::Patch),
            ("1.2.3", "1.2.3", Bump::None),
            ("1.2.3", "1.2.2", Bump::None),
            ("0.2.3", "0.3.0", Bump::Major),
            ("0.2.3", "0.2.4", Bump::Minor),
            ("0.0.3", "0.0.4", Bump::Major),
            ("0.2.3", "1.0.0", Bump::Major),
            ("1.0.0-rc.1", "1.0.0", Bump::Patch),
        ] {
            assert_eq!(bump(from, to), Ok(expected), "{from} to {to}");
        }
    }

    #[test]
    fn what_is_no_version_is_an_error() {
        assert!(bump("1.2", "1.3.0").is_err());
    }
}
