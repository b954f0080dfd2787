//! Personal data and secrets by their form, in the syntax that RE2, Go and the crate `regex` share.
//!
//! The runtime's detectors check digits and areas and look around a match; these can't. They are a second net, for what comes
//! from programs without observe. No expression has a `$`, which the Collector's own configuration would expand, nor a
//! group that captures, which a log shipper replaces by itself.

/// A kind, as the runtime calls it, and the forms that it is found by.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) forms: &'static [Form],
}

/// A form, and what has to stand before it and stays where only the value is replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    before: &'static str,
    value: &'static str,
}

impl Form {
    const fn of(value: &'static str) -> Self {
        Self { before: "", value }
    }

    const fn behind(before: &'static str, value: &'static str) -> Self {
        Self { before, value }
    }

    /// The whole of it.
    pub(super) fn whole(self) -> String {
        format!("{}{}", self.before, self.value)
    }

    /// The same with the value alone in the one group that captures.
    pub(super) fn with_a_group(self) -> String {
        format!("{}({})", self.before, self.value)
    }

    /// The same where it is a number of JSON.
    pub(super) fn as_json_number(self) -> String {
        format!(r#"":\s*({})\s*[,}}]"#, self.value)
    }
}

/// In the order in which they are looked for: what holds others comes first.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "url_credential",
        forms: &[Form::of(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/@:]{0,100}:[^\s/@]{1,200}@")],
    },
    Kind {
        name: "token",
        forms: &[
            Form::of(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?"),
            Form::of(r"(?i:\b(?:bearer|basic)\s+[a-z0-9._~+/-]{8,}=*)"),
            Form::of(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"),
            Form::of(r"\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}"),
            Form::of(
                r"\b(?:sk-[A-Za-z0-9_-]{20,}|gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,})",
            ),
            Form::of(r"\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|A[KS]IA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35})"),
            Form::behind(
                concat!(
                    r#"(?i:\b(?:password|passwd|passphrase|pwd|secret|client[_-]?secret|api[_-]?key|access[_-]?key|"#,
                    r#"(?:access|auth|refresh|session|id)[_-]?token|session[_-]?id|set-cookie|cookie))\\?["']?\s*[:=]\s*\\?["']?"#
                ),
                r#"[^\s"',;&}\[\\*]+"#,
            ),
        ],
    },
    Kind {
        name: "card",
        forms: &[
            Form::behind(r"(?:\A|[^\w.])", r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ -]?\d{4}){3}\b"),
            Form::behind(r"(?:\A|[^\w.])", r"3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b"),
        ],
    },
    Kind {
        name: "iban",
        forms: &[Form::of(concat!(
            r"\b(?:A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUV]|M[CDEKRTU]|",
            r"N[LO]|P[KLST]|QA|R[OS]|S[AEIKMV]|T[LNR]|UA|V[AG]|XK)\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"
        ))],
    },
    Kind { name: "ssn", forms: &[Form::of(r"\b(?:[0-57-8]\d{2}|6[0-57-9]\d|66[0-57-9])[- ]\d{2}[- ]\d{4}\b")] },
    Kind {
        name: "mrn",
        forms: &[Form::of(r"(?i:\b(?:mrn|medical record(?: number| no\.?)?)\s*[:#=]?\s*[a-z]{0,4}-?\d{4,12}\b)")],
    },
    Kind {
        name: "health_plan",
        forms: &[
            Form::of(
                r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
            ),
            Form::of(r"(?i:\b(?:member|policy|subscriber|beneficiary) (?:id|no\.?|number)\s*[:#=]\s*[a-z0-9-]{5,})"),
        ],
    },
    Kind {
        name: "medical_licence",
        forms: &[Form::of(r"(?i:\b(?:dea|npi)(?: number| no\.?)?\s*[:#=]?\s*[a-z]{0,2}\d{7,10}\b)")],
    },
    Kind { name: "passport", forms: &[Form::of(r"(?i:\bpassport(?: number| no\.?)?\s*[:#=]?\s*[a-z]{0,2}\d{6,9}\b)")] },
    Kind {
        name: "driving_licence",
        forms: &[Form::of(r"(?i:\b(?:driver'?s?|driving) licen[cs]e(?: number| no\.?)?\s*[:#=]\s*[a-z0-9-]{5,20})")],
    },
    Kind {
        name: "account",
        forms: &[Form::of(r"(?i:\b(?:account|acct|routing)(?: number| no\.?)\s*[:#=]?\s*\d[\d -]{5,18}\d\b)")],
    },
    Kind { name: "device", forms: &[Form::of(r"(?i:\b(?:imei|serial(?: number| no\.?))\s*[:#=]\s*[a-z0-9-]{6,20})")] },
    Kind { name: "vehicle", forms: &[Form::of(r"(?i:\bvin(?: number| no\.?)?\s*[:#=]?\s*[a-hj-npr-z0-9]{17}\b)")] },
    Kind {
        name: "birth_date",
        forms: &[
            Form::of(
                r"(?i:\b(?:dob|date of birth|birth ?date|born(?: on)?)\s*[:=]?\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})",
            ),
            Form::of(
                r"(?i:\b(?:dob|date of birth|birth ?date|born(?: on)?)\s*[:=]?\s*(?:\d{1,2} )?[a-z]{3,9} (?:\d{1,2},? )?\d{4})",
            ),
        ],
    },
    Kind { name: "email", forms: &[Form::of(r"[A-Za-z0-9._+'-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")] },
    Kind { name: "mac", forms: &[Form::of(r"\b[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})\b")] },
    Kind {
        name: "ip",
        forms: &[
            // Not 127.x and 0.x, which are the machine's own.
            Form::of(concat!(
                r"\b(?:[1-9]\d?|1[013-9]\d|12[0-689]|2[0-4]\d|25[0-5])",
                r"\.(?:25[0-5]|2[0-4]\d|1?\d?\d)\.(?:25[0-5]|2[0-4]\d|1?\d?\d)\.(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"
            )),
            Form::of(r"\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b"),
            // The first group has a digit, which tells it from the path of a module.
            Form::of(
                r"\b[A-Fa-f]{0,3}\d[0-9A-Fa-f]{0,3}(?::[0-9A-Fa-f]{1,4}){0,5}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,5})?",
            ),
        ],
    },
    Kind {
        name: "phone",
        forms: &[
            Form::of(r"(?:\+\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"),
            Form::of(r"\+[1-9]\d{0,2}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}\b"),
            Form::of(r"(?i:\b(?:phone|tel|mobile|fax)(?: number| no\.?)?\s*[:#=]\s*\+?\d{7,15}\b)"),
        ],
    },
    Kind {
        name: "address",
        forms: &[
            Form::of(concat!(
                r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}",
                r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq)\b"
            )),
            Form::of(concat!(
                r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|",
                r"V[AT]|W[AIVY]) \d{5}-\d{4}\b"
            )),
        ],
    },
];

/// What may stand under a sensitive name: masks, pseudonyms and cut values, as observe writes them.
pub(super) const MASKED: &[&str] = &[
    r"\A\[REDACTED(?::[A-Za-z0-9_]+)?\]\z",
    r"\Ah:(?:[A-Za-z0-9_-]+:)?[0-9a-f]{32}\z",
    r"\A\*{3,4}[A-Za-z0-9]{0,4}\z",
    r"\A[A-Za-z0-9]{1,4}\*{3}\z",
    r"\A\w\*{3}@\*{3}\z",
    r"\A(?:\d{1,3}\.){3}x\z",
];

pub(super) fn kinds() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;
    use std::sync::LazyLock;

    /// Compiled once: that takes longer than all that is asked of them.
    static FORMS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
        let compiled = |form: &Form| Regex::new(&form.whole()).expect("it compiles");
        KINDS.iter().flat_map(|kind| kind.forms.iter().map(move |form| (kind.name, compiled(form)))).collect()
    });

    fn found(text: &str) -> Option<&'static str> {
        FORMS.iter().find(|(_, form)| form.is_match(text)).map(|(name, _)| *name)
    }

    #[test]
    fn every_kind_is_found() {
        let examples = [
            ("url_credential", "postgres://ward:hunter2@db.internal/notes"),
            ("token", "Authorization: Bearer abcdefgh12345678"),
            ("token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"),
            ("token", r#"{"password": "hunter2"}"#),
            ("token", r#"{\"api_key\":\"k3J9x2\"}"#),
            ("token", "ghp_0123456789abcdefghijABCDEFGHIJ0123"),
            ("card", "paid with 4111 1111 1111 1111"),
            ("card", "4111111111111111"),
            ("card", "3782-822463-10005"),
            ("iban", "DE89 3704 0044 0532 0130 00"),
            ("ssn", "ssn 078-05-1120"),
            ("mrn", "MRN: 00412398"),
            ("health_plan", "1EG4-TE5-MK73"),
            ("medical_licence", "NPI 1234567893"),
            ("passport", "passport no. X1234567"),
            ("driving_licence", "driver's license: D1234567"),
            ("account", "account number 000123456789"),
            ("device", "IMEI: 490154203237518"),
            ("vehicle", "VIN 1M8GDM9AXKP042788"),
            ("birth_date", "born on 1970-01-31"),
            ("birth_date", "DOB: January 31, 1970"),
            ("email", "write to jane.roe+ward@example.org"),
            ("email", "jane%40example.org"),
            ("mac", "00:1B:44:11:3A:B7"),
            ("ip", "from 203.0.113.7"),
            ("ip", "2001:db8::1"),
            ("phone", "call (202) 555-0143"),
            ("phone", "+1 202 555 0143"),
            ("phone", "+49 30 901820 12"),
            ("address", "lives at 12 Maple Street"),
        ];
        for (kind, text) in examples {
            assert_eq!(found(text), Some(kind), "{text}");
        }
        let shown: std::collections::BTreeSet<_> = examples.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(shown.len(), KINDS.len(), "each kind has an example");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "question answered",
            "4 passages in 0.4283749283749283 s",
            "2026-11-21T11:24:58.080211Z",
            "a1a09b2f24d6cabf4b973bc244caf49e",
            "1700000000000000000",
            "GET /v1/notes/{id}",
            "127.0.0.1:8020",
            "voiceassist::answer::dead::beef",
            "version 1.4.0",
            "password=[REDACTED:token]",
            "token_expiry_minutes=30",
            "192.0.2.x",
            "h:2027:0123456789abcdef0123456789abcdef",
            "00-a1a09b2f24d6cabf4b973bc244caf49e-f15d27285c4ec368-01",
            "took +12 ms at 100% of 2,000 rows",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn masks_stay_where_they_are() {
        let masked = regex::RegexSet::new(MASKED).expect("they compile");
        let is_masked = |text: &str| masked.is_match(text);
        for text in ["[REDACTED]", "[REDACTED:email]", "h:0123456789abcdef0123456789abcdef", "***0143", "j***@***"] {
            assert!(is_masked(text), "{text}");
        }
        for text in ["hunter2", "h:hunter2", "a***bcdefgh", "[REDACTED] and hunter2"] {
            assert!(!is_masked(text), "{text}");
        }
    }

    #[test]
    fn go_reads_every_form_as_it_is_meant() {
        let forms = KINDS.iter().flat_map(|kind| kind.forms);
        for form in forms.map(|form| form.whole()).chain(MASKED.iter().map(|form| (*form).to_owned())) {
            assert!(!form.contains('$') && !form.contains('`'), "{form}");
            assert!(!form.contains("(?=") && !form.contains("(?!") && !form.contains("(?<"), "{form}");
            assert_eq!(Regex::new(&form).expect("it compiles").captures_len(), 1, "{form}");
        }
        for form in KINDS.iter().flat_map(|kind| kind.forms) {
            assert_eq!(Regex::new(&form.with_a_group()).expect("it compiles").captures_len(), 2, "{form:?}");
        }
    }
}
