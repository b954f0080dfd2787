use observe::{redact, traced};

struct Location {
    latitude: f64,
}

#[redact]
struct Visit {
    #[redact(hash)]
    location: Location,
    #[redact(keep_last = 4)]
    rooms: Vec<f64>,
    #[redact(scrub)]
    place: Location,
    #[redact(zip3)]
    zip: Option<u32>,
    #[redact(email)]
    mail: u64,
    #[redact(hash)]
    ward: u32,
}

#[traced(fields(place = hash(visit.location), rooms = hash(visit.rooms[..1]), ward = hash(visit.ward)))]
fn admit(visit: &Visit) {
    println!("{visit:?}");
}

fn main() {
    admit(&Visit { location: Location { latitude: 0.0 }, rooms: vec![1.0], place: Location { latitude: 0.0 }, zip: None, mail: 1, ward: 1 });
    let visit = Visit { location: Location { latitude: 0.0 }, rooms: vec![1.0], place: Location { latitude: 0.0 }, zip: None, mail: 1, ward: 1 };
    drop((visit.location.latitude, visit.rooms, visit.place.latitude, visit.zip, visit.mail));
}
