//! Generated code in hostile surroundings: another edition, another name for the runtime, the
//! prelude's names taken by other things, and every lint an error.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_qualifications, clippy::all, clippy::pedantic)]
#![expect(dead_code, reason = "names are taken here, not used")]

/// Names that generated code would use if it relied on a prelude.
mod shadow {
    pub struct Option;
    pub struct Result;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct String;
    pub struct Vec;
    pub trait Default {}
    pub trait Into {}
    pub trait From {}
    pub trait Fn {}
    pub trait FnMut {}
    pub trait Send {}
    pub trait Debug {}
    pub mod core {}
    pub mod std {}
    pub mod observe {}
}

#[allow(unused_imports, reason = "that none of them is used is what is tested")]
mod annotated {
    use super::shadow::*;
    use telemetry::{health_check, metered, redact, span, traced, Label};

    /// A label.
    #[derive(Label, Clone, Copy)]
    #[label(crate = telemetry, rename_all = "kebab-case")]
    pub enum Ward {
        /// One.
        IntensiveCare,
        /// Two.
        #[label(rename = "er")]
        Emergency,
    }

    /// A type that hides.
    #[redact(crate = telemetry)]
    pub struct Patient<T> {
        /// Shown.
        #[redact(clear)]
        pub bed: T,
        /// A pseudonym.
        #[redact(hash)]
        pub mrn: u64,
        /// The end of it.
        #[redact(keep_last = 2)]
        pub phone: &'static str,
        /// Detectors run over it.
        #[redact(scrub)]
        pub note: &'static str,
        /// The start of it.
        #[redact(keep_first = 2)]
        pub room: &'static str,
        /// Its first character.
        #[redact(email)]
        pub mail: &'static str,
        /// Its year.
        #[redact(year)]
        pub born: &'static str,
        /// Its area.
        #[redact(zip3)]
        pub zip: &'static str,
        /// What a function says.
        #[redact(with = text_length)]
        pub text: &'static str,
        /// Hidden.
        pub age: u8,
    }

    /// Everything is switched on.
    ///
    /// # Errors
    ///
    /// Where it is on already.
    pub fn start() -> telemetry::Result<telemetry::Guard> {
        telemetry::init!("hygiene", namespace = "ward")
    }

    fn text_length(text: &str) -> usize {
        text.len()
    }

    /// An error.
    #[redact(crate = telemetry)]
    pub enum Failure<T> {
        /// With a template.
        #[redact(display = "bed {bed} of {ward}, {mrn}")]
        Taken {
            /// Shown.
            #[redact(clear)]
            bed: T,
            /// Hidden.
            ward: u8,
            /// A pseudonym.
            #[redact(hash)]
            mrn: u64,
        },
        /// Without.
        Lost(#[redact(scrub)] &'static str),
    }

    /// An enum that hides.
    #[redact(crate = telemetry)]
    pub enum Event {
        /// With a name.
        Admitted {
            /// Shown.
            #[redact(clear)]
            bed: u8,
        },
        /// Without.
        Moved(u8),
        /// Nothing.
        Discharged,
    }

    /// Its own `Serialize`, in one go.
    #[redact(crate = telemetry, serialize)]
    pub struct Stay<T> {
        /// Shown where there is one.
        #[redact(clear)]
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bed: ::std::option::Option<T>,
        /// Hidden.
        pub name: &'static str,
    }

    /// And in parts.
    #[redact(crate = telemetry, serialize)]
    #[serde(tag = "kind", content = "stay")]
    pub enum Visit {
        /// Another's fields among the own.
        Long {
            /// Shown.
            #[redact(clear)]
            #[serde(flatten)]
            stay: Stay<u8>,
        },
        /// Nothing.
        Short,
    }

    /// Sync, with everything.
    ///
    /// # Errors
    ///
    /// As the caller says.
    #[traced(crate = telemetry, name = "admit", kind = internal, level = info, fields(ward, person = patient, call = scrub(call)))]
    #[metered(crate = telemetry, name = "hygiene_admit", labels(ward, again: bool = true), buckets = [0.5, 1.0])]
    pub fn admit(ward: Ward, patient: &Patient<u8>, call: &str) -> ::std::result::Result<u8, ::std::fmt::Error> {
        let result = patient.bed;
        if call.is_empty() {
            return ::std::result::Result::Err(::std::fmt::Error);
        }
        ::std::result::Result::Ok(result)
    }

    /// The other order.
    #[metered(crate = telemetry, name = "hygiene_move")]
    #[traced(crate = telemetry)]
    pub fn move_to(bed: u8) -> Event {
        Event::Moved(bed)
    }

    /// Async.
    #[traced(crate = telemetry, fields(bed))]
    #[metered(crate = telemetry, name = "hygiene_discharge")]
    pub async fn discharge(bed: u8, future: impl ::std::future::Future<Output = u8>) -> u8 {
        bed + future.await
    }

    /// Where it stands is said, and a field comes later.
    #[traced(crate = telemetry, target = "wards", parent = parent, links = [parent], fields(rows = telemetry::Empty))]
    pub fn placed(parent: &telemetry::SpanContext) -> bool {
        parent.is_sampled()
    }

    /// Without a parent.
    #[traced(crate = telemetry, root)]
    pub fn root() {}

    /// A check.
    ///
    /// # Errors
    ///
    /// Never: it is open.
    #[health_check(crate = telemetry, kind = external, timeout = "1s", cached_for = "1m", degrading)]
    pub async fn ward_is_open() -> ::std::result::Result<(), ::std::fmt::Error> {
        ::std::future::ready(::std::result::Result::Ok(())).await
    }

    /// One that does not wait.
    #[health_check(crate = telemetry, name = "beds", critical)]
    pub fn beds_are_made() {}

    /// Not waited for here.
    #[traced(crate = telemetry, fields(bed))]
    #[metered(crate = telemetry, name = "hygiene_beds")]
    #[must_use = "nobody reads it else"]
    pub fn beds<S>(bed: u8, stream: S) -> impl ::futures_core::Stream<Item = u8>
    where
        S: ::futures_core::Stream<Item = u8>,
    {
        let _ = bed;
        stream
    }

    /// Boxed.
    #[traced(crate = telemetry)]
    #[must_use = "nobody reads it else"]
    pub fn boxed(stream: ::futures_core::stream::BoxStream<'_, u8>) -> ::futures_core::stream::BoxStream<'_, u8> {
        stream
    }

    /// All its methods that have a body.
    #[traced(crate = telemetry)]
    #[metered(crate = telemetry, name = "hygiene_source")]
    pub trait Source {
        /// None.
        fn bed(&self) -> u8;

        /// One.
        fn next(&self) -> u8 {
            self.bed() + 1
        }
    }

    /// Blocks, in each of their forms; variables are called as those of generated code are.
    ///
    /// # Errors
    ///
    /// Where there is no text.
    pub async fn blocks(call: u8, result: &str) -> ::std::result::Result<u8, ::std::fmt::Error> {
        let sum = span!("sum", crate = telemetry; call, result = scrub(result), { call + 1 });
        let future = span!("later", crate = telemetry, kind = client; async { sum + call });
        let sum = future.await;
        let _span = span!("rest", crate = telemetry; sum);
        span!("last", crate = telemetry; {
            if result.is_empty() {
                return ::std::result::Result::Err(::std::fmt::Error);
            }
            ::std::result::Result::Ok(sum)
        })
    }

    /// Nothing in it is a value.
    pub fn empty_blocks(again: bool) {
        span!("nothing", crate = telemetry; {});
        loop {
            if span!("value", crate = telemetry; { again }) {
                span!("leaves", crate = telemetry; { break });
            }
        }
        span!("one", crate = telemetry; { root() });
    }

    /// All arguments, what is returned, and why it failed.
    ///
    /// # Errors
    ///
    /// As the caller says.
    #[traced(crate = telemetry, args = all, skip(_call), ret, err(level = "warn"))]
    pub fn transfer(_call: &str, bed: u8, (from, to): (Ward, Ward)) -> ::std::result::Result<u8, ::std::fmt::Error> {
        let result = bed;
        ::std::result::Result::Ok(result)
    }

    /// The same in the unchecked form, in a future.
    ///
    /// # Errors
    ///
    /// As the caller says.
    #[traced(
        crate = telemetry,
        args = all,
        unchecked = "no data of anybody",
        fields(value = %call, later),
        ret(level = "debug"),
        err(Debug)
    )]
    pub async fn transfer_later(call: &str, _bed: u8, error: bool) -> ::std::result::Result<usize, ::std::fmt::Error> {
        let value = call.len();
        if error {
            ::std::result::Result::Err(::std::fmt::Error)
        } else {
            ::std::result::Result::Ok(value)
        }
    }

    /// Its parameter is not used, and that is the author's decision.
    #[traced(crate = telemetry)]
    #[must_use]
    pub fn unused(_bed: u8) -> u8 {
        0
    }
}

pub use annotated::*;

#[cfg(test)]
mod tests {
    use super::{
        admit, blocks, empty_blocks, move_to, transfer, transfer_later, Event, Failure, Patient, Stay, Visit, Ward,
    };
    use std::future::Future;
    use std::task::{Context, Poll, Waker};

    fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
        std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn everything_works_under_another_name() {
        let capture = telemetry::testing::capture();
        let patient = Patient {
            bed: 3,
            mrn: 7,
            phone: "5550143",
            note: "a@b.example",
            room: "East wing",
            mail: "jane@b.example",
            born: "1980-01-01",
            zip: "90210",
            text: "four",
            age: 40,
        };
        assert_eq!(admit(Ward::Emergency, &patient, "x"), Ok(3));
        assert!(admit(Ward::IntensiveCare, &patient, "").is_err());
        assert!(matches!(move_to(1), Event::Moved(1)));
        assert_eq!(capture.spans().len(), 3);
        empty_blocks(true);
        let blocks = poll_once(blocks(1, "x"));
        assert!(matches!(blocks, Poll::Ready(Ok(3))));
        assert_eq!(capture.spans().len(), 12);
        assert_eq!(transfer("x", 3, (Ward::Emergency, Ward::IntensiveCare)), Ok(3));
        let mut later = Box::pin(transfer_later("x", 3, false));
        assert_eq!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(1)));
        drop(later);
        assert_eq!(capture.spans().len(), 14);
        assert!((capture.metric("hygiene_admit_total", &[("ward", "er")]) - 1.0).abs() < 0.1);
        let shown = format!("{patient:?}");
        assert!(shown.ends_with("phone: ***43, note: [REDACTED:email], room: Ea***, mail: j***@***, born: 1980, zip: 902, text: 4, age: [REDACTED] }"), "{shown}");
        assert!(Failure::Taken { bed: 3, ward: 1, mrn: 7 }.to_string().starts_with("bed 3 of [REDACTED], h:"));
        assert_eq!(Failure::<u8>::Lost("a@b.example").to_string(), "Lost([REDACTED:email])");
        let visit = Visit::Long { stay: Stay { bed: Some(3), name: "Jane Roe" } };
        let shown = format!("{:?}", telemetry::view(&visit));
        assert_eq!(shown, r#"{"kind":"Long","stay":{"bed":3,"name":"[REDACTED]"}}"#);
    }
}
