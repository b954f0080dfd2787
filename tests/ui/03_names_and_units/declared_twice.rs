use observe::metered;

#[metered(name = "answer")]
fn answer() {}

mod other {
    #[observe::metered(name = "answer")]
    pub fn answer_again() {}

    #[observe::metered(name = "upload", calls = "uploads_total")]
    pub fn upload() {}

    #[observe::metered(name = "upload_again", calls = "uploads_total")]
    pub fn upload_again() {}
}

fn main() {
    answer();
    other::answer_again();
    other::upload();
    other::upload_again();
}
