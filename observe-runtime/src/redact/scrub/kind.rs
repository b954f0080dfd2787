//! What can be recognised in free text.

use std::sync::{Mutex, PoisonError};

use crate::count::Count;

/// The kind of what a pattern of its users finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Custom(&'static str);

impl Custom {
    const fn name(self) -> &'static str {
        let (_, name) = self.0.split_at("[REDACTED:".len());
        name.split_at(name.len() - 1).0
    }
}

/// Users' kinds, for as long as the process runs: there are as many as there are names in its settings.
static CUSTOM: Mutex<Vec<(Custom, &'static Count)>> = Mutex::new(Vec::new());

/// The kind of this name; always the same one.
pub(super) fn custom(name: &str) -> Kind {
    let mut all = CUSTOM.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, _)) = all.iter().find(|(known, _)| known.name() == name) {
        return Kind::Custom(*known);
    }
    let custom = Custom(Box::leak(format!("[REDACTED:{name}]").into_boxed_str()));
    all.push((custom, Box::leak(Box::default())));
    Kind::Custom(custom)
}

/// Users' kinds with the counts of their findings.
pub(crate) fn all_custom() -> Vec<(&'static str, &'static Count)> {
    let all = CUSTOM.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().map(|(custom, count)| (custom.name(), *count)).collect()
}

/// Declares the kinds: each name stands once, and the placeholder is made of it.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal)*) => {
        /// Kinds of personal data and secrets that can be recognised in free text.
        ///
        /// ```
        /// use observe::scrub::Kind;
        ///
        /// assert!(Kind::ALL.contains(&Kind::Email));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
            /// What a pattern of its users found, see [`Scrubber::pattern`](super::Scrubber::pattern).
            Custom(Custom),
        }

        /// The places of the kinds.
        enum Place {
            $($variant,)*
        }

        impl Kind {
            /// Every kind there is but those of users' patterns. Of two that find the same, the one that comes first is said.
            ///
            /// ```
            /// for kind in observe::scrub::Kind::ALL {
            ///     assert_eq!(kind.mask(), format!("[REDACTED:{}]", kind.name()));
            /// }
            /// ```
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// The kind's name, in lower case with underscores.
            ///
            /// ```
            /// assert_eq!(observe::scrub::Kind::BirthDate.name(), "birth_date");
            /// ```
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Kind::$variant => $name,)*
                    Kind::Custom(custom) => custom.name(),
                }
            }

            /// The placeholder written instead of a finding of this kind.
            ///
            /// ```
            /// assert_eq!(observe::scrub::Kind::Email.mask(), "[REDACTED:email]");
            /// ```
            #[must_use]
            pub const fn mask(self) -> &'static str {
                match self {
                    $(Kind::$variant => concat!("[REDACTED:", $name, "]"),)*
                    Kind::Custom(custom) => custom.0,
                }
            }

            /// The place in [`Kind::ALL`]; users' kinds come behind all others.
            pub(crate) const fn place(self) -> usize {
                match self {
                    $(Kind::$variant => Place::$variant as usize,)*
                    Kind::Custom(_) => Kind::ALL.len(),
                }
            }

            /// A bit of its own for each kind in [`Kind::ALL`], and none for users'.
            pub(super) const fn bit(self) -> u64 {
                match self {
                    Kind::Custom(_) => 0,
                    kind => 1 << kind.place(),
                }
            }
        }
    };
}

kinds! {
    /// User and password in a URL, or a secret in its query.
    UrlCredential "url_credential"
    /// A password, API key, cookie, session id or other secret.
    Token "token"
    /// A payment card number.
    Card "card"
    /// An international bank account number (ISO 13616).
    Iban "iban"
    /// A United States social security number, or individual taxpayer number.
    Ssn "ssn"
    /// A medical record number, known by its label.
    Mrn "mrn"
    /// The number of a health plan's member: a Medicare beneficiary identifier, or another known by its label.
    HealthPlan "health_plan"
    /// A national provider identifier (NPI), a DEA number, or another medical licence known by its label.
    MedicalLicence "medical_licence"
    /// A passport number, known by its label.
    Passport "passport"
    /// The number of a driving licence, known by its label or its form.
    DrivingLicence "driving_licence"
    /// A number that a state gives its people, such as a national insurance or tax number.
    NationalId "national_id"
    /// The number of a bank account or a customer, known by its label.
    Account "account"
    /// A vehicle identification number (ISO 3779), or a licence plate known by its label.
    Vehicle "vehicle"
    /// A date of birth, known by its label.
    BirthDate "birth_date"
    /// Another date of a person's life, known by its label: admission, discharge, death.
    Date "date"
    /// An e-mail address.
    Email "email"
    /// The hardware address of a network card (IEEE 802).
    Mac "mac"
    /// The number of a device, such as an IMEI, known by its label.
    Device "device"
    /// An IPv4 or IPv6 address.
    Ip "ip"
    /// A telephone or fax number in one of the usual notations.
    Phone "phone"
    /// A line of a postal address: a house number and a street.
    Address "address"
    /// The value of a field that is named after personal data: `patient_name=…`.
    Field "field"
}
