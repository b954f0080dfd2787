use observe::traced;

struct Question {
    text: String,
    tags: Vec<String>,
}

#[traced(fields(note, question.text = question.text, question.tags = &question.tags, size = question.text.len()))]
fn answer(question: &Question, note: &str) -> usize {
    question.tags.len() + note.len()
}

#[traced(fields(question))]
async fn answer_later(question: Question) -> usize {
    question.tags.len()
}

fn main() {
    let question = Question { text: String::new(), tags: Vec::new() };
    answer(&question, "");
    drop(answer_later(question));
}
