use observe::traced;

#[traced(fields(top_k, question.id = 1, top_k = 2, question.id = top_k))]
fn answer(top_k: usize) -> usize {
    top_k
}

fn main() {
    answer(1);
}
