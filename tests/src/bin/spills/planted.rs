//! Invented personal data, every value once, so that a leak names the place that it leaked from.

use std::fmt::{self, Display, Write as _};

/// Values that free text is searched for: a sentence with the label that the kind needs, and what must not be
/// seen of it.
const KINDS: [fn(u32) -> (String, String); 12] = [
    |n| told("write to ", format!("{}.rn@example.org", letters(n)), " soon"),
    |n| told("call ", format!("+1 ({}) 555-01{:02}", 201 + n % 700, n / 700 + 10), " back"),
    |n| told("ssn ", format!("{:03}-{:02}-{:04}", 100 + n % 500, 10 + n % 80, 1000 + n), ""),
    |n| told("card ", card(n), " was declined"),
    |n| told("paid to ", iban(n), ""),
    |n| told("seen from ", format!("203.0.{}.{}", 100 + n / 100, 100 + n % 100), " again"),
    |n| told("MRN: ", format!("{}", 40_000_000 + n * 7919), ""),
    |n| told("born ", format!("19{:02}-{:02}-{:02}", 30 + n % 60, 1 + n / 60 % 12, 1 + n / 720), " in town"),
    |n| told("key ghp_", format!("{:0>36}", format!("{}A9x7Zq2W{n}", letters(n))), ""),
    |n| told("password=", format!("{}Hunter{n}", letters(n)), ""),
    |n| told("see https://ann:", format!("{}{n}pw", letters(n)), "@db.example.org/x"),
    |n| told("at ", format!("02:42:{:02x}:{:02x}:9c:5e", n / 256, n % 256), ""),
];

/// How a text may be written before it reaches telemetry.
const FORMS: [fn(&str) -> String; 5] = [
    str::to_owned,
    |text| format!("{{\"note\":\"{text}\",\"n\":1}}"),
    |text| format!("{:?}", format!("{{\"note\":\"{text}\"}}")),
    |text| format!("{:?}", Some(("note", text))),
    percent,
];

fn told(before: &str, secret: String, after: &str) -> (String, String) {
    (format!("{before}{secret}{after}"), secret)
}

/// What was planted, by place.
#[derive(Default)]
pub(crate) struct Plants {
    count: u32,
    planted: Vec<(&'static str, String)>,
}

impl Plants {
    /// A text for every kind in every form.
    pub(crate) fn texts(&mut self, place: &'static str) -> Vec<String> {
        let mut texts = Vec::new();
        for kind in KINDS {
            for form in FORMS {
                self.count += 1;
                let (text, secret) = kind(self.count);
                texts.push(form(&text));
                self.planted.push((place, secret));
            }
        }
        texts
    }

    /// A person's name, which nothing finds that does not know where it stands.
    pub(crate) fn name(&mut self, place: &'static str) -> String {
        self.count += 1;
        let name = format!("Ilda O\u{2019}{}rn", letters(self.count));
        self.planted.push((place, name.clone()));
        name
    }

    /// A line a plant, for the test.
    pub(crate) fn print(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        self.planted.iter().try_for_each(|(place, secret)| writeln!(out, "planted\t{place}\t{secret}"))
    }
}

/// A text that arrives a few letters at a time, as `write!("{user}@{host}")` does.
pub(crate) struct InPieces<'a>(pub(crate) &'a str);

impl Display for InPieces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self.0.chars();
        loop {
            let piece: String = letters.by_ref().take(3).collect();
            if piece.is_empty() {
                return Ok(());
            }
            f.write_str(&piece)?;
        }
    }
}

/// Letters that belong to the number, and are part of no other's.
fn letters(number: u32) -> String {
    [number / 1000, number / 100 % 10, number / 10 % 10, number % 10]
        .map(|digit| format!("{}u", char::from(b"bcdfghjklm"[digit as usize])))
        .concat()
}

fn card(number: u32) -> String {
    let digits = format!("411111{:09}", number * 7919);
    let sum: u32 = digits.bytes().rev().enumerate().fold(0, |sum, (at, digit)| {
        let digit = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
        sum + digit / 10 + digit % 10
    });
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A German account: check digits by ISO 7064 MOD 97-10 over the rest, `DE` as 13 and 14, and two zeros.
fn iban(number: u32) -> String {
    let account = format!("37040044{:010}", 532_013_000 + number);
    let rest = format!("{account}131400").bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

/// In the query of a URL.
fn percent(text: &str) -> String {
    let mut url = "GET /find?q=".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url + "&page=2"
}
