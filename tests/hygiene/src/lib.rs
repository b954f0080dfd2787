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
    use telemetry::{metered, redact, traced, Label};

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
        /// Hidden.
        pub age: u8,
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

    /// Sync, with everything.
    ///
    /// # Errors
    ///
    /// As the caller says.
    #[traced(crate = telemetry, name = "admit", kind = internal, level = info, fields(ward, patient, call = scrub(call)))]
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
    use super::{admit, move_to, transfer, transfer_later, Event, Patient, Ward};
    use std::future::Future as _;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn everything_works_under_another_name() {
        let capture = telemetry::testing::capture();
        let patient = Patient { bed: 3, mrn: 7, phone: "5550143", note: "a@b.example", age: 40 };
        assert_eq!(admit(Ward::Emergency, &patient, "x"), Ok(3));
        assert!(admit(Ward::IntensiveCare, &patient, "").is_err());
        assert!(matches!(move_to(1), Event::Moved(1)));
        assert_eq!(transfer("x", 3, (Ward::Emergency, Ward::IntensiveCare)), Ok(3));
        let mut later = Box::pin(transfer_later("x", 3, false));
        assert_eq!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(1)));
        drop(later);
        assert_eq!(capture.spans().len(), 5);
        assert!((capture.metric("hygiene_admit_total", &[("ward", "er")]) - 1.0).abs() < 0.1);
        let shown = format!("{patient:?}");
        assert!(shown.ends_with("phone: ***43, note: [REDACTED:email], age: [REDACTED] }"), "{shown}");
    }
}
