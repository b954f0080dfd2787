use observe::Label;

#[derive(Label)]
enum Status {
    #[label(rename = "")]
    Empty,
    #[label(rename = "two\nlines")]
    Lines,
    Fine,
}

fn main() {
    let _ = [Status::Empty, Status::Lines, Status::Fine].map(|status| status.index());
}
