use observe::traced;

struct Question {
    text: String,
}

// All of them at once: text, a type that says nothing, and a pattern that binds one.
#[traced(args = all)]
fn ask(limit: usize, note: &str, question: &Question, (first, rest): (u8, Vec<String>)) {}

// A name that promises personal data, and one that observe uses.
#[traced(args = all)]
async fn find(user_id: u64, outcome: bool, page: u16) {}

// Unchecked is not everything: there has to be something to write.
#[traced(args = all, unchecked = "nothing personal passes here")]
fn keep(question: Question, note: &str) {
    drop(question.text);
}

fn main() {
    ask(1, "", &Question { text: String::new() }, (1, Vec::new()));
    drop(find(1, true, 2));
    keep(Question { text: String::new() }, "");
}
