//! A scrubber with settings of its own: what it looks for, how strictly, and patterns that are its users'.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::fold::Folded;
use super::recognise::{Seen, recognise};
use super::{Finding, Kind, kind, resolve, strict};
use crate::redact::counters;

/// The most patterns of one scrubber.
const MOST_PATTERNS: usize = 64;

/// The most bytes that a pattern may take when it is compiled.
const LARGEST_PATTERN: usize = 1 << 20;

/// Finds personal data and secrets in text, with settings.
///
/// [`find`](super::find) and [`scrub`](super::scrub) use that of the process, which looks for everything unless
/// `OBSERVE_REDACT` says otherwise.
///
/// ```
/// use observe::scrub::{Kind, Scrubber};
///
/// let scrubber = Scrubber::new().without(Kind::Ip).pattern("badge", r"\bB-\d{6}\b")?;
/// assert_eq!(scrubber.scrub("B-204418 from 192.0.2.7"), "[REDACTED:badge] from 192.0.2.7");
/// # Ok::<(), observe::scrub::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scrubber {
    /// A bit for each kind by its place in [`Kind::ALL`].
    off: u64,
    strict: u64,
    patterns: Vec<(Kind, Regex)>,
}

impl Scrubber {
    /// A scrubber that looks for every kind, and is strict with none.
    ///
    /// ```
    /// assert_eq!(observe::scrub::Scrubber::new().scrub("call 415-555-0132"), "call [REDACTED:phone]");
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Scrubber { off: 0, strict: 0, patterns: Vec::new() }
    }

    /// Does not look for this kind.
    ///
    /// ```
    /// use observe::scrub::{Kind, Scrubber};
    ///
    /// assert_eq!(Scrubber::new().without(Kind::Ip).scrub("192.0.2.7"), "192.0.2.7");
    /// ```
    #[must_use]
    pub fn without(mut self, kind: Kind) -> Self {
        self.off |= kind.bit();
        self
    }

    /// Looks for these kinds alone. Patterns stay.
    ///
    /// ```
    /// use observe::scrub::{Kind, Scrubber};
    ///
    /// let scrubber = Scrubber::new().only(&[Kind::Email]);
    /// assert_eq!(scrubber.scrub("ann@example.com, 192.0.2.7"), "[REDACTED:email], 192.0.2.7");
    /// ```
    #[must_use]
    pub fn only(mut self, kinds: &[Kind]) -> Self {
        self.off = !kinds.iter().fold(0, |all, kind| all | kind.bit());
        self
    }

    /// Takes more for this kind than its form alone shows, where [`Kind::has_strict_form`]:
    ///
    /// | kind | what is hidden then as well |
    /// |---|---|
    /// | `ssn` | nine digits without separators, if the number can have been assigned |
    /// | `phone` | ten digits without separators, if they can be a North American number |
    /// | `date` | every date of year, month and day in digits |
    /// | `url_credential` | every URL, as a whole |
    ///
    /// Other kinds have no stricter form, and stay as they are.
    ///
    /// ```
    /// use observe::scrub::{Kind, Scrubber};
    ///
    /// assert_eq!(Scrubber::new().strict(Kind::Ssn).scrub("219450187"), "[REDACTED:ssn]");
    /// assert_eq!(Scrubber::new().scrub("219450187"), "219450187");
    /// ```
    #[must_use]
    pub fn strict(mut self, kind: Kind) -> Self {
        self.strict |= kind.bit();
        self
    }

    /// Looks for a regular expression too. The placeholder is `[REDACTED:name]`, and findings are counted under the
    /// name.
    ///
    /// # Errors
    ///
    /// If the name is not made of lower-case letters and `_`, or is that of a kind; if the expression is none, is too
    /// large, or matches the empty text; and if there are 64 patterns already.
    ///
    /// ```
    /// let error = observe::scrub::Scrubber::new().pattern("badge", "x*").unwrap_err();
    /// assert_eq!(error.to_string(), "the pattern `badge` matches the empty text; it must match at least one character");
    /// ```
    pub fn pattern(mut self, name: &str, regex: &str) -> Result<Self, PatternError> {
        let refuse = |why: &str| Err(PatternError(format!("the pattern `{}` {why}", name.escape_debug())));
        let is_name = !name.is_empty() && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !is_name {
            return refuse("has no name of lower-case letters and `_`");
        }
        if Kind::ALL.iter().any(|kind| kind.name() == name) {
            return refuse("has the name of a kind that there is");
        }
        if self.patterns.len() >= MOST_PATTERNS {
            return refuse("is one too many; there can be 64");
        }
        let regex = match RegexBuilder::new(regex).size_limit(LARGEST_PATTERN).build() {
            Ok(regex) => regex,
            Err(regex::Error::CompiledTooBig(_)) => return refuse("is too large"),
            Err(error) => return refuse(&format!("is no regular expression: {error}")),
        };
        if regex.is_match("") {
            return refuse("matches the empty text; it must match at least one character");
        }
        self.patterns.push((kind::custom(name), regex));
        Ok(self)
    }

    /// Finds everything in `text` that should be hidden, in ascending order and without overlaps.
    ///
    /// ```
    /// use observe::scrub::Scrubber;
    ///
    /// assert_eq!(Scrubber::new().find("ann@example.com")[0].range, 0..15);
    /// ```
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        resolve::settle(text, |text| self.scan(text)).map_or_else(Vec::new, |settled| settled.findings)
    }

    /// Replaces everything in `text` that should be hidden by the placeholder of its kind. Text in which nothing is
    /// found comes back borrowed.
    ///
    /// ```
    /// use observe::scrub::Scrubber;
    ///
    /// assert_eq!(Scrubber::new().scrub("mrn: 00412398"), "mrn: [REDACTED:mrn]");
    /// ```
    #[must_use]
    pub fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(settled) = resolve::settle(text, |text| self.scan(text)) else { return Cow::Borrowed(text) };
        for finding in &settled.findings {
            counters::found(finding.kind);
        }
        Cow::Owned(settled.masked)
    }

    /// Kinds that are switched off.
    pub(crate) fn switched_off(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|kind| self.off & kind.bit() != 0)
    }

    /// One reading of the text. Findings are ascending and do not overlap.
    fn scan(&self, text: &str) -> Vec<Finding> {
        let mut found = Vec::new();
        let seen = self.recognise(text, &mut found);
        if !seen.is_ascii
            && let Some(folded) = Folded::new(text)
        {
            found.clear();
            self.recognise_in(&folded, &mut found);
        }
        if seen.percent
            && let Some(decoded) = Folded::decoded(text)
        {
            self.recognise_in(&decoded, &mut found);
        }
        if self.off != 0 {
            found.retain(|finding| self.off & finding.kind.bit() == 0);
        }
        for (kind, regex) in &self.patterns {
            let matches = regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty());
            found.extend(matches.map(|range| Finding { kind: *kind, range }));
        }
        resolve::merge(text, found)
    }

    fn recognise(&self, text: &str, found: &mut Vec<Finding>) -> Seen {
        if self.strict != 0 {
            strict::find(text, |kind| self.strict & kind.bit() != 0, found);
        }
        recognise(text, found)
    }

    /// Adds what a copy of the text shows.
    fn recognise_in(&self, copy: &Folded<'_>, found: &mut Vec<Finding>) {
        let known = found.len();
        self.recognise(copy.text(), found);
        copy.unfold(&mut found[known..]);
    }
}

impl Default for Scrubber {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a pattern is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

static OF_PROCESS: OnceLock<Scrubber> = OnceLock::new();

/// Sets the scrubber of the process, once.
pub(crate) fn set(scrubber: Scrubber) {
    let _ = OF_PROCESS.set(scrubber);
}

pub(super) fn of_process() -> &'static Scrubber {
    static DEFAULT: Scrubber = Scrubber::new();
    OF_PROCESS.get().unwrap_or(&DEFAULT)
}
