//! The models, who provides them, what they cost, and which one stands in for which.

use observe::Label;
use serde::{Deserialize, Serialize};

use crate::wire::Form;

/// A model that can be asked for.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[label(rename_all = "kebab-case")]
pub(crate) enum Model {
    Gpt4oMini,
    MistralSmall,
    Llama3,
}

/// Who runs a model.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[label(rename_all = "lowercase")]
pub(crate) enum Provider {
    OpenAi,
    Mistral,
    Ollama,
}

/// What is known of a model.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) model: Model,
    pub(crate) provider: Provider,
    #[serde(skip)]
    pub(crate) form: Form,
    /// Dollars for a million tokens that it reads.
    pub(crate) input_price: f64,
    /// Dollars for a million tokens that it writes.
    pub(crate) output_price: f64,
    /// Which model is asked when this one fails.
    pub(crate) fallback: Option<Model>,
}

/// One row a model, in the order of [`Model`]. The prices are made up.
pub(crate) static CATALOG: [Entry; Model::CARDINALITY] = [
    Entry {
        model: Model::Gpt4oMini,
        provider: Provider::OpenAi,
        form: Form::OpenAi,
        input_price: 0.15,
        output_price: 0.60,
        fallback: Some(Model::MistralSmall),
    },
    Entry {
        model: Model::MistralSmall,
        provider: Provider::Mistral,
        form: Form::OpenAi,
        input_price: 0.10,
        output_price: 0.30,
        fallback: Some(Model::Llama3),
    },
    Entry {
        model: Model::Llama3,
        provider: Provider::Ollama,
        form: Form::Ollama,
        // Power and room cost something too.
        input_price: 0.01,
        output_price: 0.02,
        fallback: None,
    },
];

impl Model {
    /// What is known of it.
    pub(crate) fn entry(self) -> &'static Entry {
        &CATALOG[self.index()]
    }

    /// Its name, for its provider and for people.
    pub(crate) fn name(self) -> &'static str {
        Self::value(self.index())
    }
}

impl Provider {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::value(self.index())
    }
}

/// Tokens that a model has read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tokens {
    pub(crate) input: u32,
    pub(crate) output: u32,
}

impl Tokens {
    /// What they cost with this model, in dollars.
    pub(crate) fn cost(self, model: Model) -> f64 {
        let Entry { input_price, output_price, .. } = model.entry();
        (f64::from(self.input) * input_price + f64::from(self.output) * output_price) / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_in_the_order_of_the_models() {
        for (place, entry) in CATALOG.iter().enumerate() {
            assert_eq!(entry.model.index(), place);
            assert_eq!(serde_json::to_string(&entry.model).unwrap(), format!("\"{}\"", entry.model.name()));
        }
    }

    #[test]
    fn fallbacks_come_to_an_end_and_none_has_the_same_provider() {
        for entry in &CATALOG {
            let chain = std::iter::successors(Some(entry.model), |model| model.entry().fallback);
            let chain: Vec<Provider> = chain.map(|model| model.entry().provider).take(CATALOG.len() + 1).collect();
            assert!(chain.len() <= CATALOG.len(), "{chain:?}");
            assert!(!chain[1..].contains(&chain[0]), "{chain:?}");
        }
    }

    #[test]
    fn a_million_tokens_cost_their_price() {
        let cost = Tokens { input: 1_000_000, output: 2_000_000 }.cost(Model::Gpt4oMini);
        assert!((cost - 1.35).abs() < 1e-9, "{cost}");
    }
}
