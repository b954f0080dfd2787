use observe::span;

async fn work() -> u8 {
    1
}

fn moves(_: impl Send) {}

async fn answers() -> u8 {
    let sum = span!("sum", { work().await + 1 });
    span!("fine", async { work().await + sum }).await
}

async fn holds_a_guard() -> u8 {
    let _span = span!("guard");
    work().await
}

fn main() {
    drop(answers());
    moves(holds_a_guard());
}
