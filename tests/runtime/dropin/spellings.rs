//! What a search for `#[tracing::instrument` and a replacement by `#[traced` leave behind: it compiles,
//! and in the private form nothing is recorded but what is named.

use crate::support::block_on;
use observe::{AttributeValue, Status, testing, traced};
use tracing::Level;

struct NoDebug;

struct Service;

impl Service {
    #[traced(level = "info", skip(self, _secret))]
    fn skips_some(&self, _secret: NoDebug, _number: u8) {}

    #[traced(skip_all, err)]
    async fn skips_all(&self, _secret: NoDebug) -> Result<(), String> {
        Err("no".to_owned())
    }

    #[traced(name = "its name", level = Level::DEBUG, skip(self), err(Display))]
    fn named(&self) -> Result<(), String> {
        Err("no".to_owned())
    }

    #[traced("a lone name", skip(self, _secret), skip_all)]
    fn lone_name(&self, _secret: NoDebug) {}

    #[traced(level = 4, fields(number), skip_all)]
    fn field(&self, number: u8) -> u8 {
        number
    }

    #[traced(skip(), ret)]
    fn returns(&self) -> u8 {
        7
    }
}

#[test]
fn what_is_left_behind_compiles_and_records_what_is_named() {
    let capture = testing::capture();
    Service.skips_some(NoDebug, 1);
    block_on(Service.skips_all(NoDebug)).unwrap_err();
    Service.named().unwrap_err();
    Service.lone_name(NoDebug);
    Service.field(3);
    Service.returns();
    let spans = capture.spans();
    let ends = spans.iter().map(|span| {
        let keys =
            span.attributes.iter().map(|(key, _)| &**key).filter(|key| !matches!(*key, "outcome" | "error.type"));
        (&*span.name, span.status != Status::Unset, keys.collect::<Vec<_>>())
    });
    let expected = [
        ("skips_some", false, vec![]),
        ("skips_all", true, vec![]),
        ("its name", true, vec![]),
        ("a lone name", false, vec![]),
        ("field", false, vec!["number"]),
        ("returns", false, vec!["return"]),
    ];
    assert_eq!(ends.collect::<Vec<_>>(), expected);
    assert_eq!(capture.log_lines(), [""; 0], "no event is asked for");
}

/// A block takes the options for all of its methods.
struct Block;

#[traced(args = all, err(level = "warn"))]
impl Block {
    fn counts(&self, number: u8) -> Result<u8, String> {
        if number > 1 { Err("too many".to_owned()) } else { Ok(number) }
    }

    #[traced(skip_all)]
    fn says_it_by_itself(&self, _number: u8) {}
}

#[test]
fn a_block_says_it_for_all_methods_without_options_of_their_own() {
    let capture = testing::capture();
    Block.counts(2).unwrap_err();
    Block.says_it_by_itself(3);
    assert_eq!(capture.span("counts").attribute("number"), Some(&AttributeValue::U64(2)));
    assert_eq!(capture.span("says_it_by_itself").attributes, []);
    let lines = capture.log_lines();
    assert!(lines.len() == 1 && lines[0].contains(r#""error":"too many""#), "{lines:?}");
}
