//! The models that a service answers with.

use crate::health::{Check, Outcome};

/// A model, and whether it can be asked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its name, which stands in the answer where it can't be asked.
    pub name: String,
    /// Whether it can be asked.
    pub is_available: bool,
}

/// Whether models are configured and available; the figures are `configured` and `available`.
///
/// ```
/// use observe::health::checks::{self, Model};
///
/// let check = checks::models(|| async { vec![Model { name: "gpt-4".to_owned(), is_available: true }] });
/// ```
pub fn models<M, F>(list: M) -> Check
where
    M: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Vec<Model>>,
{
    Check::new("models", move || {
        let listed = list();
        async move { outcome(&listed.await) }
    })
    .degrading()
}

fn outcome(models: &[Model]) -> Outcome {
    let missing: Vec<&str> =
        models.iter().filter(|model| !model.is_available).map(|model| model.name.as_str()).collect();
    let outcome = if models.is_empty() {
        Outcome::fail("no model is configured")
    } else if missing.is_empty() {
        Outcome::pass()
    } else if missing.len() == models.len() {
        Outcome::fail(format!("no model is available: {}", missing.join(", ")))
    } else {
        Outcome::warn(format!("not available: {}", missing.join(", ")))
    };
    #[expect(clippy::cast_precision_loss, reason = "nobody has as many models")]
    let count = |number: usize| number as f64;
    outcome.with("configured", count(models.len())).with("available", count(models.len() - missing.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Status;

    #[test]
    fn some_are_enough_and_none_is_not() {
        let model = |is_available| Model { name: "m".to_owned(), is_available };
        let status = |models: &[Model]| outcome(models).status();
        assert_eq!(status(&[]), Status::Fail);
        assert_eq!(status(&[model(true)]), Status::Pass);
        assert_eq!(status(&[model(true), model(false)]), Status::Warn);
        assert_eq!(status(&[model(false)]), Status::Fail);
    }
}
