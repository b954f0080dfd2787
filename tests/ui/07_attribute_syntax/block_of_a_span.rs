use observe::span;

fn main() {
    let rows = 3;
    span!(rows, {});
    span!("a" rows, {});
    span!("a", kind = client, rows, {});
    span!("a", name = "b", colour = red, fields(rows); {});
    span!("a {rows}", topK = rows, rows, rows, email = clear("x"), {});
    span!("a", level = loud; %rows, {});
    let kept: u8 = span!("a", 5 +, { 7 });
    let text = String::new();
    span!("a", text, { kept });
}
