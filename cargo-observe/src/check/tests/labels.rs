use super::*;

fn pair(label: &str, one: &[&str], other: &[&str]) -> Vec<String> {
    found(&of_metrics([labelled("uploads_total", label, one), labelled("downloads_total", label, other)]))
}

#[test]
fn values_that_overlap_are_one_set() {
    assert_eq!(pair("plan", &["free", "team"], &["free", "company"]), ["OBS1017 plan"]);
    assert_eq!(pair("plan", &["free", "team"], &["free", "team", "company"]), NOTHING, "a part of it");
    assert_eq!(pair("plan", &["free", "team"], &["monthly", "yearly"]), NOTHING, "nothing in common");
    assert_eq!(pair("reason", &["full", "lost"], &["full", "refused"]), NOTHING, "reasons are the metric's own");
}

#[test]
fn a_value_has_one_spelling() {
    assert_eq!(pair("engine", &["ink-jet", "laser"], &["ink_jet"]), ["OBS1018 engine"]);
    assert_eq!(pair("engine", &["Ok"], &["ok"]), ["OBS1018 engine"]);
    assert_eq!(pair("engine", &["v4.0"], &["v40"]), NOTHING);
}

#[test]
fn a_label_is_not_abbreviated_here_and_there() {
    let metrics = [labelled("uploads_total", "env", &["a"]), labelled("downloads_total", "environment", &["a"])];
    assert_eq!(found(&of_metrics(metrics.clone())), ["OBS1019 env"]);
    assert_eq!(found(&of_metrics([metrics[0].clone()])), NOTHING, "there is no long form of it");
}

#[test]
fn no_label_is_named_after_a_person() {
    for name in ["email", "user_id", "maiden_name"] {
        let found = found(&of_metrics([labelled("uploads_total", name, &["a"])]));
        assert_eq!(found, [format!("OBS1020 uploads_total.{name}")]);
    }
    assert_eq!(found(&of_metrics([labelled("uploads_total", "user_type", &["a"])])), NOTHING);
}

#[test]
fn the_workspace_says_which_names_are_sensitive() {
    let root = std::env::temp_dir().join(format!("observe-check-labels-{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(root.join("observe.toml"), "[privacy]\nsensitive = [\"ward_round\"]\n").unwrap();
    let catalogue = of_metrics([labelled("visits_total", "ward_round", &["a"])]);
    let said = found_with(&catalogue, &Settings::default(), &root);
    std::fs::remove_dir_all(&root).unwrap();
    assert_eq!(said, ["OBS1020 visits_total.ward_round"]);
    assert_eq!(found(&catalogue), NOTHING);
}

#[test]
fn no_value_is_one_person() {
    for value in ["jane@example.org", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"] {
        let found = found(&of_metrics([labelled("uploads_total", "owner", &["nobody", value])]));
        assert_eq!(found, ["OBS1021 uploads_total.owner"]);
    }
    for value in ["@all", "model@latest", "a-b-c-d-e", "1.2.3.4"] {
        assert_eq!(found(&of_metrics([labelled("uploads_total", "owner", &[value])])), NOTHING, "{value}");
    }
}

#[test]
fn labels_of_the_target_are_left_to_the_scrape() {
    let found = |name| found(&of_metrics([labelled("uploads_total", name, &["a"])]));
    assert_eq!(found("pod"), ["OBS1022 uploads_total.pod"]);
    assert_eq!(found("key_space"), NOTHING);
}
