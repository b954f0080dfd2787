use observe::redact;

#[redact(hash)]
struct Patient {
    name: String,
}

#[redact]
enum Event {
    #[redact(clear)]
    Admitted(Patient),
    #[redact]
    Moved(#[redact(display)] u8),
}

#[redact]
pub union Bits {
    word: u32,
}

#[redact]
pub(crate) fn admit(patient: Patient) -> Event {
    Event::Admitted(patient)
}

#[redact]
/// Says what is done.
pub trait Admit {}

fn main() {
    println!("{:?}", admit(Patient { name: String::new() }));
    println!("{:?}", Patient { name: String::new() }.name);
    let _ = Bits { word: 0 };
}
