use observe::redact;
use std::collections::HashMap;

struct Patient {
    name: String,
}

#[redact]
struct Page<T> {
    #[redact(clear)]
    items: Vec<T>,
}

fn main() {
    let patient = Patient { name: String::new() };
    let _ = observe::view(&patient);
    let _ = observe::view(&HashMap::from([(1, patient)]));
    let page: Page<Patient> = Page { items: Vec::new() };
    let _ = observe::view(&page);
    drop(page.items);
}
