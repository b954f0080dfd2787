//! What queueing and encoding take, for who wants to know:
//! `cargo test --release -p observe-runtime --features otlp --lib cost_of_a_record -- --ignored --nocapture`

use super::*;
use crate::export::LogQueue;
use std::hint::black_box;
use std::time::Instant;
use tracing::Level;

const BATCH: usize = 512;

/// Events as a service has them: a message, four fields, a span.
fn batch() -> Vec<LogEvent> {
    let event = |number: usize| LogEvent {
        fields: vec![
            ("top_k", AttributeValue::I64(12)),
            ("user.id", AttributeValue::U64(1_000_000 + number as u64)),
            ("cached", AttributeValue::Bool(number.is_multiple_of(2))),
            field("model", "claude-sonnet-16"),
        ],
        ids: Some((TraceId::random(), SpanId::random())),
        is_sampled: true,
        is_random: true,
        ..LogEvent::of(Level::INFO, ["app::answer", "app::search"][number % 2], "question answered in two steps")
    };
    (0..BATCH).map(event).collect()
}

#[test]
#[ignore = "a measurement, which shows figures and asserts nothing"]
#[expect(clippy::print_stdout, reason = "what it measures is to be seen")]
fn cost_of_a_record() {
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(500_u32);
    let (encoder, mut out) = (LogEncoder::new(&Resource::default(), false), Vec::new());
    let queue = LogQueue::new(usize::MAX, usize::MAX, BATCH);
    let bytes = batch().iter().map(LogEvent::bytes).sum::<usize>() / BATCH;
    // The least is what was not interrupted.
    let mut least = [u128::MAX; 3];
    for _ in 0..rounds {
        let events = batch();
        let begun = Instant::now();
        for event in events {
            queue.push(event);
        }
        let pushed = Instant::now();
        let events = queue.take(BATCH);
        let taken = Instant::now();
        encoder.encode(black_box(&events), &mut out);
        black_box(&mut out);
        let steps = [pushed - begun, taken - pushed, taken.elapsed()];
        least.iter_mut().zip(steps).for_each(|(least, step)| *least = step.as_nanos().min(*least));
    }
    let ([push, take, encode], wire) = (least.map(|nanos| nanos / BATCH as u128), out.len() / BATCH);
    println!("queued in {push} ns, taken in {take} ns, encoded in {encode} ns: {bytes} bytes in memory, {wire} sent");
}
