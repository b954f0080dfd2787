//! Invented personal data, each value once, and remembered with the place where it was planted.

use observe_leak::Secret;

/// What was planted so far.
#[derive(Debug, Default)]
pub(crate) struct Plant {
    secrets: Vec<Secret>,
    grown: u32,
}

impl Plant {
    pub(crate) fn into_secrets(self) -> Vec<Secret> {
        self.secrets
    }

    /// Remembers a value that was not made here.
    pub(crate) fn add(&mut self, place: &str, value: impl Into<String>) {
        self.secrets.push(Secret::new(place, value));
    }

    /// A number that no other value of this test has.
    fn next(&mut self) -> u32 {
        self.grown += 1;
        assert!(self.grown < 800, "more places than numbers");
        self.grown
    }

    fn keep(&mut self, place: &str, value: String) -> String {
        self.add(place, value.clone());
        value
    }

    /// Four letters that belong to the number, so that no name is part of another.
    fn letters(number: u32) -> String {
        [number / 100, number / 10 % 10, number % 10, number % 7]
            .map(|digit| char::from(b"bcdfghjklm"[digit as usize]).to_string() + "u")
            .concat()
    }

    pub(crate) fn name(&mut self, place: &str) -> String {
        let letters = Self::letters(self.next());
        self.keep(place, format!("Ilda O\u{2019}{letters}rn"))
    }

    pub(crate) fn address(&mut self, place: &str) -> String {
        let number = self.next();
        self.keep(place, format!("{number} {}wood Lane", Self::letters(number)))
    }

    pub(crate) fn email(&mut self, place: &str) -> String {
        let letters = Self::letters(self.next());
        self.keep(place, format!("{letters}.rn@example.org"))
    }

    pub(crate) fn phone(&mut self, place: &str) -> String {
        let number = self.next();
        self.keep(place, format!("+1 ({}) 555-0{:03}", 202 + number, 100 + number))
    }

    pub(crate) fn ip(&mut self, place: &str) -> String {
        let number = self.next();
        self.keep(place, format!("203.0.{}.{}", 100 + number / 100, 100 + number % 100))
    }

    pub(crate) fn token(&mut self, place: &str) -> String {
        let number = self.next();
        self.keep(place, format!("tk_{}{}A9x7Zq2W", Self::letters(number), number * 7919))
    }

    pub(crate) fn mrn(&mut self, place: &str) -> String {
        let number = self.next();
        self.keep(place, format!("{:08}", 40_000_000 + number * 7919))
    }

    pub(crate) fn birth_date(&mut self, place: &str) -> String {
        let number = self.next();
        self.keep(place, format!("19{:02}-{:02}-{:02}", 30 + number % 60, 1 + number % 12, 10 + number % 19))
    }

    fn ssn(&mut self, place: &str) -> String {
        let number = self.next();
        // No area 666, and none from 900 on (SSA).
        let area = if number >= 566 { 101 + number - 566 } else { 100 + number };
        self.keep(place, format!("{area:03}-{:02}-{:04}", 10 + number % 80, 1000 + number))
    }

    fn card(&mut self, place: &str) -> String {
        let number = self.next();
        let digits = format!("411111{:09}", number * 7919);
        let card = format!("{digits}{}", luhn_digit(&digits));
        self.keep(place, card)
    }

    /// A short text for each kind that the scrubber claims to find, with the label that it needs.
    pub(crate) fn free_text(&mut self, place: &str) -> Vec<String> {
        vec![
            format!("mail {}", self.email(place)),
            format!("call {}", self.phone(place)),
            format!("ssn {}", self.ssn(place)),
            format!("card {}", self.card(place)),
            format!("from {}", self.ip(place)),
            format!("MRN: {}", self.mrn(place)),
            format!("born {}", self.birth_date(place)),
            format!("Bearer {}", self.token(place)),
            format!("password={}", self.token(place)),
            format!("see https://u:{}@host/x", self.token(place)),
        ]
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn luhn_digit(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0');
            let doubled = if at % 2 == 0 { digit * 2 } else { digit };
            doubled / 10 + doubled % 10
        })
        .sum();
    (10 - sum % 10) % 10
}
