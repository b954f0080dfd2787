//! What can be recognised in free text.

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
        }

        impl Kind {
            /// Every kind there is. Of two that find the same, the one that comes first is said.
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
