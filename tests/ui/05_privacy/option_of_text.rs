use observe::traced;

#[traced(fields(model, note))]
fn answer(model: Option<String>, note: Option<&str>) -> bool {
    model.as_deref() == note
}

fn main() {
    answer(None, None);
}
