//! What is declared here, the test `catalogue` finds in the program.
#![forbid(unsafe_code)]

mod declared;

use observe::{redact, traced};

#[redact]
struct Question {
    #[redact(clear)]
    id: u64,
    #[redact(clear, because = "of the ward, and not of a person")]
    email: String,
    #[allow(dead_code)]
    text: String,
    #[redact(with = length, because = "how long it is tells nobody apart")]
    diagnosis: &'static str,
}

fn length(text: &str) -> usize {
    text.len()
}

#[redact(because = "the rows of our own database")]
#[derive(serde::Serialize)]
struct Row {
    name: String,
}

#[redact]
enum Answer {
    Given(#[redact(clear)] u8),
    #[cfg(any())]
    Never {
        #[redact(clear)]
        gone: u8,
    },
}

#[traced(fields(model = clear(&model), user_id = clear(user, because = "ids of machines")))]
fn ask(model: String, user: u64) -> usize {
    model.len()
}

/// Nobody calls it, and nobody says what `T` is.
#[allow(dead_code)]
#[traced(fields(step = clear(step)))]
fn never<T>(_value: T, step: &str) {}

struct Service;

impl Service {
    #[traced(args = all, skip(self), unchecked = "nothing of a person is here", ret = clear)]
    fn run(&self, card: u32) -> u32 {
        card
    }
}

/// Fields that the macros do not see: their names are looked at when the program runs.
#[traced]
fn seen() {
    observe::current_span().set("case_number", 471_147).set("ward", 808_181).set("card", 515_151);
}

fn main() -> observe::Result<()> {
    let _guard = observe::init!()?;
    let question = Question { id: 1, email: "ward@example.com".to_owned(), text: "secret".to_owned(), diagnosis: "flu" };
    println!("{question:?} {:?} {:?}", Answer::Given(3), Row { name: "Jane Roe".to_owned() });
    ask("gpt".to_owned(), 7);
    Service.run(3);
    let _ = declared::called(declared::Model::Gpt);
    seen();
    Ok(())
}
