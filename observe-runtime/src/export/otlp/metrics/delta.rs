//! What of each series has arrived, to send only what came on top of it.
//!
//! An export that fails changes nothing here, so the next one carries its counts too. Series are
//! known by their family's name and, in it, by their index or by their labels: a family's name stays
//! when others are added, its number does not.

use crate::metric::Series;
use std::collections::HashMap;

/// After so many exports without it, a series is forgotten, and a new one should it come back. Series
/// with an index never go; one with labels alone may, and those of a collector that fails for a
/// while must not be counted again from the start.
const FORGOTTEN_AFTER: u64 = 100;

/// The numbers of all series that only grow.
#[derive(Default)]
pub(super) struct Deltas {
    places: HashMap<String, usize>,
    families: Vec<Family>,
    /// Counts exports, whether they arrive or not.
    round: u64,
}

#[derive(Default)]
struct Family {
    indexed: HashMap<usize, Counts>,
    labelled: HashMap<Vec<u8>, Counts>,
}

/// The numbers of one series, as bits.
#[derive(Default)]
struct Counts {
    /// As of the last export that arrived; empty where none has.
    arrived: Vec<u64>,
    sent: Vec<u64>,
    round: u64,
}

impl Deltas {
    /// An export begins.
    pub(super) fn begin(&mut self) {
        self.round += 1;
    }

    /// Notes what is sent of a series, and returns what of it has arrived before; empty for a new one.
    pub(super) fn send(&mut self, family: &str, series: &Series<'_>, sent: impl Iterator<Item = u64>) -> &[u64] {
        let place = match self.places.get(family) {
            Some(place) => *place,
            None => {
                self.families.push(Family::default());
                self.places.insert(family.to_owned(), self.families.len() - 1);
                self.families.len() - 1
            }
        };
        let family = &mut self.families[place];
        let counts = match series.index {
            Some(index) => family.indexed.entry(index).or_default(),
            None => family.labelled.entry(key(series)).or_default(),
        };
        counts.round = self.round;
        counts.sent.clear();
        counts.sent.extend(sent);
        &counts.arrived
    }

    /// All that was sent since the export began has arrived.
    pub(super) fn arrived(&mut self) {
        let round = self.round;
        let keep = |counts: &mut Counts| {
            if counts.round == round {
                counts.arrived.clone_from(&counts.sent);
            }
            round - counts.round < FORGOTTEN_AFTER
        };
        for family in &mut self.families {
            family.indexed.retain(|_, counts| keep(counts));
            family.labelled.retain(|_, counts| keep(counts));
        }
    }
}

/// The labels in bytes that no other labels have: no text of UTF-8 has the byte between them.
fn key(series: &Series<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    series.labels.each(&mut |name, value| {
        for text in [name, value] {
            key.extend_from_slice(text.as_bytes());
            key.push(0xff);
        }
    });
    key
}
