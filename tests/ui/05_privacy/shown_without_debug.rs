use observe::redact;

struct Location {
    ward: u8,
}

#[redact]
struct Visit {
    #[redact(clear)]
    location: Location,
    #[redact(clear)]
    earlier: Vec<Location>,
    #[redact(clear)]
    number: u32,
}

fn main() {
    let visit = Visit { location: Location { ward: 3 }, earlier: Vec::new(), number: 1 };
    println!("{} {} {} {visit:?}", visit.location.ward, visit.earlier.len(), visit.number);
}
