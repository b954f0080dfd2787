use observe::{redact, traced};

struct Location {
    latitude: f64,
}

#[redact]
struct Visit {
    #[redact(hash)]
    location: Location,
    #[redact(keep_last = 4)]
    rooms: Vec<u8>,
    #[redact(scrub)]
    weight: f64,
    #[redact(hash)]
    ward: u32,
}

#[traced(fields(place = hash(visit.location), rooms = hash(visit.rooms[..1]), ward = hash(visit.ward)))]
fn admit(visit: &Visit) {
    println!("{visit:?}");
}

fn main() {
    admit(&Visit { location: Location { latitude: 0.0 }, rooms: vec![1], weight: 1.0, ward: 1 });
    let visit = Visit { location: Location { latitude: 0.0 }, rooms: vec![1], weight: 1.0, ward: 1 };
    drop((visit.location.latitude, visit.rooms, visit.weight));
}
