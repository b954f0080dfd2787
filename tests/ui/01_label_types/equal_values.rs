use observe::Label;

#[derive(Label)]
#[label(rename_all = "lowercase")]
enum Status {
    NotFound,
    Notfound,
    #[label(rename = "ok")]
    Fine,
    Ok,
}

fn main() {
    let _ = [Status::NotFound, Status::Notfound, Status::Fine, Status::Ok].map(|status| status.index());
}
