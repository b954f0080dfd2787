use observe::{Label, metered};

#[derive(Label)]
enum Model {
    Gpt4,
    Claude,
}

struct Question {
    text: String,
    model: Model,
}

/// One label takes its type from the parameter, one says it, and one is fine.
#[metered(name = "answer", labels(tenant, top_k: u32 = top_k, model: Model = question.model))]
fn answer(question: &Question, tenant: &str, top_k: u32) -> usize {
    question.text.len() + tenant.len() + top_k as usize
}

fn main() {
    answer(&Question { text: String::new(), model: Model::Gpt4 }, "a", 3);
    let _ = Model::Claude;
}
