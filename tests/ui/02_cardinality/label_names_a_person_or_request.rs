use observe::metered;

#[metered(name = "answer", labels(user_id: bool = known, requestId: bool = known, known))]
fn answer(known: bool) -> bool {
    known
}

fn main() {
    answer(true);
}
