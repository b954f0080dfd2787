//! The offers, which are embedded in the program.

use observe::{Label, metered, traced};
use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::error::ServiceError;

/// Where one can go.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Destination {
    Ubud,
    Amed,
    Canggu,
    Munduk,
}

impl Destination {
    const ALL: [Self; 4] = [Self::Ubud, Self::Amed, Self::Canggu, Self::Munduk];

    /// The destination of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|destination| destination.name() == name)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::value(self.index())
    }
}

/// Some nights somewhere.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    id: String,
    destination: Destination,
    title: String,
    nights: u32,
    price_usd: u32,
}

/// All offers.
pub(crate) struct Offers(Vec<Offer>);

impl Offers {
    /// The embedded ones.
    pub(crate) fn load() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("../offers.json")).map(Self)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The offers for a destination as JSON, out of the cache where they were asked for before.
    #[traced(name = "search offers", fields(destination))]
    #[metered(name = "offer_search", labels(destination), objective(success = 99.5, latency = 0.5, target = 99))]
    pub(crate) async fn search(&self, cache: &Cache, destination: Destination) -> Result<String, ServiceError> {
        let key = format!("offers:{}", destination.name());
        if let Some(known) = cache.get(&key).await {
            return Ok(known);
        }
        let found: Vec<&Offer> = self.0.iter().filter(|offer| offer.destination == destination).collect();
        let json = serde_json::to_string(&found).map_err(|_| ServiceError::NotFound("no offers"))?;
        cache.set(&key, &json).await;
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_destination_has_an_offer_and_one_name() {
        let offers = Offers::load().unwrap();
        for destination in Destination::ALL {
            assert!(offers.0.iter().any(|offer| offer.destination == destination), "{destination:?}");
            assert_eq!(Destination::from_name(destination.name()), Some(destination));
            assert_eq!(serde_json::to_string(&destination).unwrap(), format!("\"{}\"", destination.name()));
        }
        assert_eq!(Destination::from_name("atlantis"), None);
    }
}
