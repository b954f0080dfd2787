use observe::traced;

#[traced(fields(topK = top_k, otel.kind = "server", question.Id = top_k, error.message = "none", fine = top_k))]
fn answer(top_k: usize) -> usize {
    top_k
}

fn main() {
    answer(1);
}
