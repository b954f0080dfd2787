use observe::traced;

#[traced(fields(clear(top_k, because = "a small number"), hash(question.id), scrub(note)))]
fn answer(top_k: usize, question: &Question, note: &str) -> usize {
    top_k + question.id + note.len()
}

struct Question {
    id: usize,
}

fn main() {
    answer(1, &Question { id: 2 }, "a note");
}
