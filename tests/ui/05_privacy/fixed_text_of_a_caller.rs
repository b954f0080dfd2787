use observe::traced;

#[traced(fields(place = fixed(place), room = fixed(room)))]
fn admit(place: &str, room: String) -> usize {
    place.len() + room.len()
}

fn main() {
    admit("", String::new());
}
