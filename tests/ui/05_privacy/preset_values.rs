use observe::traced;

#[traced(db(system = "sqlite", operation = "select", table = table))]
fn no_form(table: &str) {}

#[traced(messaging(system = "kafka", operation = "send", destination = number))]
fn no_text(number: u64) {}

fn main() {
    no_form("users");
    no_text(1);
}
