use super::*;

#[test]
fn spans_of_one_name_are_of_one_kind() {
    let one = span("send page", "app::sender::send", &[]);
    let client = Span { kind: "client".to_owned(), ..span("send page", "app::printer::send", &[]) };
    assert_eq!(found(&of_spans([one.clone(), client.clone()])), ["OBS1029 send page"]);
    let elsewhere = Span { programs: vec!["other".to_owned()], ..client };
    assert_eq!(found(&of_spans([one.clone(), elsewhere])), NOTHING);
    assert_eq!(found(&of_spans([one, span("send page", "app::printer::send", &[])])), NOTHING);
}

#[test]
fn spans_of_one_name_have_something_in_common() {
    let one = span("handle", "app::sender::handle", &[("pages", How::Typed)]);
    let other = span("handle", "app::printer::handle", &[("tries", How::Typed)]);
    assert_eq!(found(&of_spans([one.clone(), other])), ["OBS1030 handle"]);
    let more = span("handle", "app::printer::handle", &[("pages", How::Typed), ("tries", How::Typed)]);
    assert_eq!(found(&of_spans([one.clone(), more])), NOTHING);
    assert_eq!(found(&of_spans([one.clone(), span("handle", "app::printer::handle", &[])])), NOTHING);
    let same_function = span("handle", "app::sender::handle", &[("tries", How::Typed)]);
    assert_eq!(found(&of_spans([one, same_function])), NOTHING);
}

#[test]
fn a_name_has_no_values_of_which_there_are_many() {
    for name in ["GET {url.path}", "load {user.id}", "{db.query.text}"] {
        assert_eq!(found(&of_spans([span(name, "app::f", &[])])), [format!("OBS1031 {name}")]);
    }
    for name in ["GET {http.route}", "{http.request.method} {http.route}", "{db.operation.name} {db.collection.name}"] {
        assert_eq!(found(&of_spans([span(name, "app::f", &[])])), NOTHING, "{name}");
    }
}

#[test]
fn a_name_is_made_of_words() {
    for name in ["loadUser", "users::load", "load  user", " load"] {
        assert_eq!(found(&of_spans([span(name, "app::f", &[])])), [format!("OBS1032 {name}")]);
    }
    for name in ["load user", "load_user", "SELECT users", "load PDF", "chat gpt-4", "GET /users"] {
        assert_eq!(found(&of_spans([span(name, "app::f", &[])])), NOTHING, "{name}");
    }
    let preset = Span { preset: Some("rpc".to_owned()), ..span("pages.Printer/PrintAll", "app::f", &[]) };
    assert_eq!(found(&of_spans([preset])), NOTHING);
}

#[test]
fn fields_have_the_names_of_the_conventions() {
    for name in ["http.status_code", "db.system", "db.collection.names", "gen_ai.usage.prompt_tokens"] {
        let found = found(&of_spans([span("print", "app::f", &[(name, How::Typed)])]));
        assert_eq!(found, [format!("OBS1033 print.{name}")]);
    }
    for name in [
        "http.response.status_code",
        "db.system.name",
        "db.pool.size",
        "pages",
        "reader.shelf",
        "cache.hits",
        "db.rows",
    ] {
        assert_eq!(found(&of_spans([span("print", "app::f", &[(name, How::Typed)])])), NOTHING, "{name}");
    }
}

#[test]
fn a_field_is_hidden_everywhere_or_nowhere() {
    let of = |how| span("open", "app::open", &[("reader", how)]);
    let hashed = span("close", "app::close", &[("reader", How::Hashed)]);
    for how in [How::Clear, How::Unchecked] {
        assert_eq!(found(&of_spans([of(how), hashed.clone()])), ["OBS1034 open.reader"]);
    }
    for how in [How::Hashed, How::Scrubbed, How::Typed, How::Fixed] {
        assert_eq!(found(&of_spans([of(how), hashed.clone()])), NOTHING, "{how:?}");
    }
}
