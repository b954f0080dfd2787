use observe::traced;

#[traced(fields(email, patient.ssn = clear(ssn), session_id = clear(session), user_id = hash(user_id), token_count = 3))]
fn answer(email: &str, ssn: &str, session: &str, user_id: u64) -> usize {
    let _ = user_id;
    email.len() + ssn.len() + session.len()
}

fn main() {
    answer("", "", "", 1);
}
