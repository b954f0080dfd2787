//! The encoder of both text formats.
//!
//! Most of a line is the same in every scrape: its name and its labels. They are rendered by the
//! first scrape that meets the series, and each later one copies them and adds the number. Where
//! there are more labels than may be kept, each scrape renders the rest.

use super::number::{push_float, push_unsigned};
use super::prefixes::Prefixes;
use super::syntax::Syntax;
use crate::metric::model::{Descriptor, Encoder, Exemplar, FamilyType, HistogramValue, Number, Series, SummaryValue};
use std::fmt::Write as _;
use std::time::UNIX_EPOCH;

/// What stays from scrape to scrape.
#[derive(Debug, Default)]
pub(in crate::metric) struct Kept<S> {
    syntax: S,
    /// Which families these are.
    generation: u64,
    /// By id, plus one; the first is of families that have none.
    families: Vec<Family>,
    current: usize,
    /// Bytes of the labels that are kept.
    used: usize,
}

#[derive(Debug, Default)]
struct Family {
    name: String,
    /// The lines that describe it; `None` where it is left out, or not known yet.
    head: Option<String>,
    is_known: bool,
    is_counter: bool,
    prefixes: Prefixes,
}

/// One scrape, which adds to a text.
#[derive(Debug)]
pub(in crate::metric) struct Lines<'a, S> {
    text: &'a mut String,
    kept: &'a mut Kept<S>,
}

impl<S: Syntax> Kept<S> {
    /// Names of families that this format has left out, each said once.
    pub(in crate::metric) fn left_out(&mut self) -> Vec<String> {
        self.syntax.left_out()
    }

    /// What it takes, in bytes.
    pub(in crate::metric) fn bytes(&self) -> usize {
        let heads = |family: &Family| family.name.capacity() + family.head.as_ref().map_or(0, String::capacity);
        let families = self.families.iter().map(|family| heads(family) + family.prefixes.bytes());
        families.sum::<usize>() + self.families.capacity() * size_of::<Family>()
    }
}

impl<'a, S: Syntax> Lines<'a, S> {
    pub(in crate::metric) fn new(text: &'a mut String, kept: &'a mut Kept<S>) -> Self {
        Self { text, kept }
    }

    /// Ends the exposition.
    pub(in crate::metric) fn end(self) {
        self.text.push_str(S::END);
    }

    /// The text, the present family and what is used for labels, unless the family is left out.
    fn current(&mut self) -> Option<(&mut String, &mut Family, &mut usize)> {
        let family = self.kept.families.get_mut(self.kept.current)?;
        family.head.is_some().then_some((&mut *self.text, family, &mut self.kept.used))
    }
}

impl<S: Syntax> Encoder for Lines<'_, S> {
    fn begin(&mut self, generation: u64) {
        let afresh = self.kept.generation != generation;
        if afresh {
            self.kept.generation = generation;
            self.kept.families.clear();
            self.kept.used = 0;
        }
        self.kept.syntax.begin(afresh);
    }

    fn family(&mut self, id: Option<usize>, name: &str, descriptor: &Descriptor) {
        let Kept { syntax, families, current, .. } = &mut *self.kept;
        *current = id.map_or(0, |id| id + 1);
        if families.len() <= *current {
            families.resize_with(*current + 1, Family::default);
        }
        let family = &mut families[*current];
        if id.is_none() || !family.is_known {
            *family = Family {
                name: name.to_owned(),
                head: syntax.head(id.is_some(), name, descriptor),
                is_known: true,
                is_counter: descriptor.family_type == FamilyType::Counter,
                prefixes: Prefixes::default(),
            };
        }
        self.text.push_str(family.head.as_deref().unwrap_or_default());
    }

    fn number(&mut self, series: Series<'_>, value: Number) {
        let Some((text, Family { name, prefixes, is_counter, .. }, used)) = self.current() else { return };
        if let Number::Float(value) = value
            && *is_counter
            && !S::allows_total(value)
        {
            return;
        }
        prefixes.begin(series, used, |prefixes| prefixes.sample(name, "", None));
        prefixes.push(text, 0);
        match value {
            Number::Unsigned(value) => push_unsigned(text, value),
            Number::Float(value) => push_float(text, value),
        }
        text.push('\n');
    }

    fn histogram(&mut self, series: Series<'_>, histogram: &HistogramValue<'_>) {
        let Some((text, Family { name, prefixes, .. }, used)) = self.current() else { return };
        prefixes.begin(series, used, |prefixes| {
            for bound in histogram.bounds.iter().chain(&[f64::INFINITY]) {
                prefixes.sample(name, "_bucket", Some(("le", &S::label(*bound))));
            }
            prefixes.sample(name, "_sum", None);
            prefixes.sample(name, "_count", None);
        });
        let sum_at = histogram.bounds.len() + 1;
        let (mut buffer, mut cumulated) = (itoa::Buffer::new(), 0_u64);
        let mut digits = buffer.format(cumulated);
        for (bucket, count) in histogram.buckets.iter().enumerate().take(sum_at) {
            prefixes.push(text, bucket);
            // Rendered anew only where it is another number than that of the bucket before.
            if *count > 0 {
                cumulated = cumulated.saturating_add(*count);
                digits = buffer.format(cumulated);
            }
            text.push_str(digits);
            if S::EXEMPLARS
                && *count > 0
                && let Some(exemplar) = (histogram.exemplar)(bucket)
                && is_in(bucket, histogram.bounds, exemplar.value)
            {
                push_exemplar(text, &exemplar);
            }
            text.push('\n');
        }
        // A sum that may fall is none, and there is no count without it.
        let may_fall = histogram.bounds.first().is_some_and(|bound| !S::allows_total(*bound));
        if !may_fall && S::allows_total(histogram.sum) {
            prefixes.push(text, sum_at);
            push_float(text, histogram.sum);
            text.push('\n');
            prefixes.push(text, sum_at + 1);
            text.push_str(digits);
            text.push('\n');
        }
    }

    fn summary(&mut self, series: Series<'_>, summary: &SummaryValue<'_>) {
        let Some((text, Family { name, prefixes, .. }, used)) = self.current() else { return };
        prefixes.begin(series, used, |prefixes| {
            for (quantile, _) in summary.quantiles {
                prefixes.sample(name, "", Some(("quantile", &S::label(*quantile))));
            }
            prefixes.sample(name, "_sum", None);
            prefixes.sample(name, "_count", None);
        });
        for (at, (_, value)) in summary.quantiles.iter().enumerate() {
            // NaN says that nothing was seen of late.
            if value.is_nan() || S::allows_total(*value) {
                prefixes.push(text, at);
                push_float(text, *value);
                text.push('\n');
            }
        }
        let sum_at = summary.quantiles.len();
        if S::allows_total(summary.sum) {
            prefixes.push(text, sum_at);
            push_float(text, summary.sum);
            text.push('\n');
        }
        prefixes.push(text, sum_at + 1);
        push_unsigned(text, summary.count);
        text.push('\n');
    }
}

/// Whether a bucket is the one of a value. An example may miss it by a rounding of the bound.
fn is_in(bucket: usize, bounds: &[f64], value: f64) -> bool {
    let is_above = bucket.checked_sub(1).and_then(|below| bounds.get(below)).is_none_or(|bound| value > *bound);
    is_above && bounds.get(bucket).is_none_or(|bound| value <= *bound)
}

/// Adds the example of a bucket to its line.
fn push_exemplar(text: &mut String, exemplar: &Exemplar) {
    let Exemplar { trace_id, span_id, value, time } = exemplar;
    // Writing to a String does not fail.
    let _ = write!(text, " # {{trace_id=\"{trace_id}\",span_id=\"{span_id}\"}} ");
    push_float(text, *value);
    // A clock that stands before 1970 has no time to give.
    if let Ok(since) = time.duration_since(UNIX_EPOCH) {
        let _ = write!(text, " {}.{:03}", since.as_secs(), since.subsec_millis());
    }
}
