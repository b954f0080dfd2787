use observe::{redact, traced};

#[redact]
struct Patient {
    #[redact(clear)]
    ward: u8,
    name: String,
}

#[traced(fields(patient, order.user = patient))]
fn admit(patient: &Patient) -> usize {
    patient.name.len()
}

#[traced(fields(patient, user))]
fn discharge(patient: u64, user: Option<Patient>) -> u64 {
    patient + user.map_or(0, |user| u64::from(user.ward))
}

fn main() {
    let patient = Patient { ward: 1, name: String::new() };
    admit(&patient);
    discharge(1, Some(patient));
}
