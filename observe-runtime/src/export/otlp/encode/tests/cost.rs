//! What encoding takes, for who wants to know:
//! `cargo test --release -p observe-runtime --features otlp --lib cost -- --ignored --nocapture`

use super::*;
use std::hint::black_box;
use std::time::Instant;

const BATCH: usize = 512;

static FOUR: Site = Site::usual("answer", ("app::answer", "", 1), FOUR_FIELDS, &FOUR);
const FOUR_FIELDS: &[&str] = &["top_k", "user.id", "cached", "model"];

static TWELVE: Site = Site::usual("answer_all", ("app::answer", "", 2), TWELVE_FIELDS, &TWELVE);
const TWELVE_FIELDS: &[&str] = &[
    "top_k", "user.id", "cached", "model", "offset", "items", "is_last", "locale", "delta", "total", "is_new", "region",
];

/// A batch of spans with an attribute a field: `i64`, `u64`, `bool`, 16 bytes of text, and again.
fn batch(site: &'static Site, fields: &[&'static str], flags: u32) -> Spans {
    Spans::of(|recorder| {
        for number in 0..BATCH as u64 {
            let span = root(recorder, site);
            for (place, name) in fields.iter().enumerate() {
                let value = match place % 4 {
                    0 => Recorded::I64(12),
                    1 => Recorded::U64(1_000_000 + number),
                    2 => Recorded::Bool(number % 2 == 0),
                    _ => Recorded::from("claude-sonnet-16"),
                };
                span.record_at(place, name, value);
            }
            span.slot.flags.add(flags);
            span.end(Ticks::now(), false);
        }
    })
}

#[test]
#[ignore = "a measurement, which shows figures and asserts nothing"]
#[expect(clippy::print_stdout, reason = "what it measures is to be seen")]
fn cost_of_a_span() {
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2_000_u32);
    for (site, fields, flags) in [
        (&PLAIN, &[][..], 0),
        (&FOUR, FOUR_FIELDS, 0),
        (&TWELVE, TWELVE_FIELDS, 0),
        (&FOUR, FOUR_FIELDS, Flags::REPEATED),
        (&TWELVE, TWELVE_FIELDS, Flags::REPEATED),
    ] {
        let batch = batch(site, fields, flags);
        let spans = batch.spans();
        let mut encoder = Encoder::new(&Resource::default(), false);
        let mut out = Vec::new();
        let encode = |_| {
            let begun = Instant::now();
            encoder.encode(black_box(&spans), &mut out);
            black_box(&mut out);
            begun.elapsed().as_nanos()
        };
        // The least is what was not interrupted.
        let least = (0..rounds).map(encode).min().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "some microseconds")]
        let nanos = least as f64 / BATCH as f64;
        let (count, bytes) = (fields.len(), out.len() / BATCH);
        let searched = if flags == 0 { "" } else { ", whose keys may be there twice" };
        println!("{count} attributes{searched}: {nanos:.1} ns, {bytes} bytes a span");
    }
}
