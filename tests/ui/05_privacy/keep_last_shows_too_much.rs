use observe::redact;

#[redact]
struct Card {
    #[redact(keep_last = 8)]
    number: String,
    #[redact(keep_last = 0)]
    code: String,
    #[redact(keep_last = "4")]
    month: String,
    #[redact(keep_last)]
    year: String,
    #[redact(keep_first = 6)]
    issuer: String,
}

fn main() {
    let card = Card { number: String::new(), code: String::new(), month: String::new(), year: String::new(), issuer: String::new() };
    println!("{card:?}");
    drop((card.number, card.code, card.month, card.year, card.issuer));
}
