use observe::{redact, traced};

struct Location {
    latitude: f64,
}

#[redact]
struct Visit {
    location: Location,
    #[redact(clear)]
    ward: u32,
}

#[traced(fields(place = clear(visit.location), notes = scrub(visit.location)))]
fn admit(visit: &Visit, room: &str) {
    println!("{visit:?} {room}");
}

fn main() {
    let visit = Visit { location: Location { latitude: 0.0 }, ward: 1 };
    admit(&visit, "");
    let _ = (visit.location.latitude, visit.ward);
}
