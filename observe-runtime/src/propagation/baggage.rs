//! Baggage: names and values that go with a request through all services.
//!
//! Sources: W3C Baggage, "Header content" and "Limits"; RFC 9110, `token`.

use crate::count::Count;
use crate::percent;
use crate::redact::{MASK, hides};
use crate::span::{Record, Value};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The most members, and the most bytes of all together, as they are sent.
const MAX_MEMBERS: usize = 64;
const MAX_BYTES: usize = 8192;

/// Members that were left out.
static MALFORMED: Count = Count::new();
static FULL: Count = Count::new();
static REFUSED: Count = Count::new();
static NO_SPAN: Count = Count::new();

/// How many members were left out, by the value of the `reason` label.
pub(crate) fn dropped() -> [(&'static str, u64); 4] {
    let counts = [("malformed", &MALFORMED), ("limit", &FULL), ("refused", &REFUSED), ("no_span", &NO_SPAN)];
    counts.map(|(reason, count)| (reason, count.load()))
}

/// The baggage of a request: values under names, which go with it through all services.
///
/// What came in is passed on as it came, and nothing of it is recorded. What the program adds leaves the process, so it
/// follows the rule for fields of spans: see [`add_baggage`](crate::add_baggage).
///
/// There are at most 64 members, and 8,192 bytes. What is beyond is left out, and counted in
/// `observe_baggage_dropped_total`.
///
/// ```
/// use observe::{Baggage, form};
///
/// let mut baggage = Baggage::from_header("tenant=ward%203;source=gateway, attempt=1");
/// assert_eq!(baggage.get("tenant").as_deref(), Some("ward 3"));
/// assert_eq!(baggage.iter().next().unwrap().metadata(), "source=gateway");
///
/// baggage.set("attempt", 2)?;
/// baggage.set("tier", form::clear(&"gold"))?;
/// assert_eq!(baggage.to_header(), "tenant=ward%203;source=gateway,attempt=2,tier=gold");
/// # Ok::<(), observe::BaggageError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Baggage(Option<Arc<[BaggageMember]>>);

/// A name, its value and what is said about it.
#[derive(Clone, PartialEq, Eq)]
pub struct BaggageMember {
    /// As it came, or as it is to be sent.
    text: Box<str>,
}

/// Why a member can't be added to baggage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaggageError {
    /// The name is no token of HTTP: letters, digits and some signs.
    Name,
    /// The name promises personal data or a secret.
    SensitiveName,
    /// The value is hidden.
    Hidden,
    /// The value is a structure, which is several values.
    Structure,
    /// There are 64 members or 8,192 bytes already.
    Full,
    /// This thread is in no span that is recorded.
    NoSpan,
}

impl BaggageError {
    /// Counts it, as the value is lost.
    pub(super) fn counted(self) -> Self {
        let count = match self {
            Self::Full => &FULL,
            Self::NoSpan => &NO_SPAN,
            Self::Name | Self::SensitiveName | Self::Hidden | Self::Structure => &REFUSED,
        };
        count.add(1);
        self
    }
}

impl fmt::Display for BaggageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name is no token of HTTP",
            Self::SensitiveName => "the name promises personal data or a secret, which must not leave in baggage",
            Self::Hidden => "the value is hidden",
            Self::Structure => "the value is a structure, and a member of baggage has one value",
            Self::Full => "baggage has at most 64 members and 8192 bytes",
            Self::NoSpan => "no span is recorded here",
        })
    }
}

impl Error for BaggageError {}

impl Baggage {
    /// No baggage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a `baggage` header. Members that are malformed are left out, and counted.
    #[must_use]
    pub fn from_header(header: &str) -> Self {
        Self::read([header])
    }

    /// The same of several headers.
    pub(super) fn read<'a>(headers: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut read, mut bytes) = (Vec::new(), 0);
        for text in headers.into_iter().flat_map(|header| header.split(',')).map(trim) {
            if text.is_empty() {
                continue;
            }
            let needed = bytes + usize::from(bytes > 0) + text.len();
            if read.len() == MAX_MEMBERS || needed > MAX_BYTES {
                FULL.add(1);
            } else if is_member(text) {
                read.push(BaggageMember { text: text.into() });
                bytes = needed;
            } else {
                MALFORMED.add(1);
            }
        }
        Self::of(read)
    }

    fn of(members: Vec<BaggageMember>) -> Self {
        Self((!members.is_empty()).then(|| members.into()))
    }

    /// The header that says this; empty where there is nothing to say.
    #[must_use]
    pub fn to_header(&self) -> String {
        let mut header = String::with_capacity(self.bytes());
        for member in self.members() {
            if !header.is_empty() {
                header.push(',');
            }
            header.push_str(&member.text);
        }
        header
    }

    /// The value under this name, decoded. Where a caller has sent several, the first.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.members().iter().find(|member| member.name() == name).map(BaggageMember::value)
    }

    /// All members, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &BaggageMember> {
        self.members().iter()
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Sets the value under a name, in place of what it has. Nothing, as the `None` of an option, takes it out.
    ///
    /// # Errors
    ///
    /// As [`add_baggage`](crate::add_baggage), but for the span. The baggage is what it was then, and the loss counted.
    pub fn set(&mut self, name: &str, value: impl Record) -> Result<(), BaggageError> {
        self.try_set(name, &value.value()).map_err(BaggageError::counted)
    }

    fn try_set(&mut self, name: &str, value: &Value<'_>) -> Result<(), BaggageError> {
        if !is_token(name) {
            return Err(BaggageError::Name);
        }
        if hides(name) {
            return Err(BaggageError::SensitiveName);
        }
        let value = match value {
            Value::Fields(_) => return Err(BaggageError::Structure),
            Value::Text(text) if text == MASK => return Err(BaggageError::Hidden),
            Value::Empty => {
                self.remove(name);
                return Ok(());
            }
            value => format!("{value:?}"),
        };
        self.put(BaggageMember::new(name, &value, ""))
    }

    /// Adds a member behind all others, in place of those of its name.
    fn put(&mut self, new: BaggageMember) -> Result<(), BaggageError> {
        let mut members: Vec<_> = self.iter().filter(|member| member.name() != new.name()).cloned().collect();
        members.push(new);
        let changed = Self::of(members);
        if changed.len() > MAX_MEMBERS || changed.bytes() > MAX_BYTES {
            return Err(BaggageError::Full);
        }
        *self = changed;
        Ok(())
    }

    /// Adds what another process or library has set: it is not the program's to check, but must be baggage.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn take_over(&mut self, name: &str, value: &str, metadata: &str) {
        let new = BaggageMember::new(name, value, metadata);
        if !is_member(&new.text) {
            MALFORMED.add(1);
        } else if self.put(new).is_err() {
            FULL.add(1);
        }
    }

    /// Adds all members of another baggage.
    pub(super) fn merge(&mut self, others: &Self) -> Result<(), BaggageError> {
        let mut changed = self.clone();
        for member in others.iter() {
            changed.put(member.clone()).map_err(BaggageError::counted)?;
        }
        *self = changed;
        Ok(())
    }

    /// Takes out what stands under this name.
    pub fn remove(&mut self, name: &str) {
        if self.get(name).is_some() {
            *self = Self::of(self.iter().filter(|member| member.name() != name).cloned().collect());
        }
    }

    fn members(&self) -> &[BaggageMember] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The length of the header.
    fn bytes(&self) -> usize {
        self.iter().map(|member| member.text.len() + 1).sum::<usize>().saturating_sub(1)
    }
}

impl fmt::Debug for Baggage {
    /// The names alone: values may be about anybody, and this text goes anywhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(BaggageMember::name)).finish()
    }
}

impl fmt::Debug for BaggageMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BaggageMember").field(&self.name()).finish_non_exhaustive()
    }
}

impl BaggageMember {
    fn new(name: &str, value: &str, metadata: &str) -> Self {
        let mut text = format!("{name}=");
        percent::push_encoded(&mut text, value, is_value);
        if !metadata.is_empty() {
            text.push(';');
            text.push_str(metadata);
        }
        Self { text: text.into() }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        parts(&self.text).map_or("", |(name, ..)| name)
    }

    /// The value, decoded. What is no UTF-8 in it is shown as U+FFFD.
    #[must_use]
    pub fn value(&self) -> Cow<'_, str> {
        parts(&self.text).map_or(Cow::Borrowed(""), |(_, value, _)| percent::decoded_lossy(value))
    }

    /// What the sender says about the value, as it came: `key=value` or `key`, with semicolons in between.
    #[must_use]
    pub fn metadata(&self) -> &str {
        parts(&self.text).map_or("", |(.., metadata)| metadata)
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// A member's name, value and properties.
fn parts(member: &str) -> Option<(&str, &str, &str)> {
    let (pair, properties) = member.split_once(';').unwrap_or((member, ""));
    let (name, value) = pair.split_once('=')?;
    Some((trim(name), trim(value), trim(properties)))
}

fn is_member(text: &str) -> bool {
    parts(text).is_some_and(|(name, value, properties)| {
        is_token(name)
            && value.bytes().all(is_value)
            && properties.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~') && byte != b',')
    })
}

fn is_token(name: &str) -> bool {
    let is_sign = |byte| b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_sign(byte))
}

/// What may stand in a value: visible, and none of the signs that mean something around it.
fn is_value(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::form;
    use crate::span::Fields;

    fn read(header: &str) -> Vec<(String, String, String)> {
        let of = |member: &BaggageMember| {
            (member.name().to_owned(), member.value().into_owned(), member.metadata().to_owned())
        };
        Baggage::from_header(header).iter().map(of).collect()
    }

    fn one(name: &str, value: &str, metadata: &str) -> (String, String, String) {
        (name.to_owned(), value.to_owned(), metadata.to_owned())
    }

    #[test]
    fn members_are_read_with_values_decoded_and_properties_as_they_are() {
        assert_eq!(
            read(" a=1 ,, b = x%20y%2Cz ; p = q ; r,c=%C3%A4%zz%4,d="),
            [one("a", "1", ""), one("b", "x y,z", "p = q ; r"), one("c", "ä%zz%4", ""), one("d", "", "")]
        );
        assert_eq!(read("a=%ff"), [one("a", "\u{fffd}", "")]);
    }

    #[test]
    fn what_came_in_is_passed_on_as_it_came() {
        let baggage = Baggage::read(["b = %41 ;p=\"x\" , a=1", "", "a=2"]);
        assert_eq!(baggage.to_header(), "b = %41 ;p=\"x\",a=1,a=2");
        assert_eq!(baggage.get("a").as_deref(), Some("1"));
    }

    #[test]
    fn a_malformed_member_is_left_out_alone() {
        let before = MALFORMED.load();
        assert_eq!(read("a,=1,b c=2,d=x y,e=\"x\",f=ä,g=1\u{7f},h=1;ö,ok=1"), [one("ok", "1", "")]);
        assert!(MALFORMED.load() >= before + 8);
    }

    #[test]
    fn what_is_beyond_the_limits_is_left_out_and_counted() {
        let before = FULL.load();
        let header: Vec<String> = (0..70).map(|at| format!("k{at}=v")).collect();
        assert_eq!(Baggage::from_header(&header.join(",")).len(), MAX_MEMBERS);
        assert!(FULL.load() >= before + 6);
        let header = format!("a={},b={},c=1", "x".repeat(4000), "y".repeat(4200));
        let baggage = Baggage::from_header(&header);
        assert_eq!((baggage.len(), baggage.to_header().len()), (2, 4002 + 1 + 3), "what fits stays");
        let full = Baggage::from_header(&format!("a={}", "x".repeat(MAX_BYTES - 2)));
        assert_eq!(full.to_header().len(), MAX_BYTES);
        let mut more = full.clone();
        assert_eq!(more.set("b", 1), Err(BaggageError::Full));
        assert_eq!(more, full);
    }

    struct Structure;

    impl Fields for Structure {
        fn visit(&self, _: &mut dyn FnMut(&'static str, Value<'_>)) {}
    }

    impl Record for Structure {
        fn value(&self) -> Value<'_> {
            Value::Fields(self)
        }
    }

    #[test]
    fn a_value_follows_the_rule_for_fields() {
        let mut baggage = Baggage::from_header("attempt=1;p");
        baggage.set("attempt", 2_u8).unwrap();
        baggage.set("ratio", 0.5).unwrap();
        baggage.set("beta", true).unwrap();
        baggage.set("note", form::scrub(&"to jane@example.org, soon; 100 %")).unwrap();
        baggage.set("none", None::<u8>).unwrap();
        let header = "attempt=2,ratio=0.5,beta=true,note=to%20[REDACTED:email]%2C%20soon%3B%20100%20%25";
        assert_eq!(baggage.to_header(), header);
        assert_eq!(Baggage::from_header(header), baggage);

        for (name, error) in [("", BaggageError::Name), ("a b", BaggageError::Name), ("ä", BaggageError::Name)] {
            assert_eq!(baggage.set(name, 1), Err(error), "{name}");
        }
        let before = REFUSED.load();
        assert_eq!(baggage.set("patient_name", 1), Err(BaggageError::SensitiveName));
        assert_eq!(baggage.set("x", form::HIDDEN), Err(BaggageError::Hidden));
        assert_eq!(baggage.set("x", Structure), Err(BaggageError::Structure));
        assert!(REFUSED.load() >= before + 3);
        assert_eq!(baggage.to_header(), header, "what is refused changes nothing");

        baggage.set("ratio", None::<f64>).unwrap();
        baggage.remove("beta");
        baggage.remove("beta");
        assert_eq!(baggage.len(), 2);
    }

    #[test]
    fn every_value_is_read_as_it_was_set() {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..5_000 {
            let value: String = (0..random.usize(0..20)).map(|_| random.char(..)).collect();
            let mut baggage = Baggage::new();
            baggage.set("k", form::clear(&value)).unwrap();
            let header = baggage.to_header();
            assert_eq!(Baggage::from_header(&header).get("k").as_deref(), Some(&*value), "{header}");
        }
    }

    #[test]
    fn its_debug_shows_names_only() {
        assert_eq!(format!("{:?}", Baggage::from_header("a=secret")), r#"{"a"}"#);
    }
}
