//! Names that only the workspace knows decide in free text as well. They are set once for a process.

use observe::scrub::scrub;

#[test]
fn the_names_of_the_workspace_decide_in_text() {
    assert_eq!(scrub("kennel_tag=rex7"), "kennel_tag=rex7");
    let guard = observe::Builder::new("own_names", "1")
        .workspace_names((&["kennel_tag", "bed_id"], &["session_id"]))
        .setting("OTEL_SDK_DISABLED", "true")
        .init();
    assert!(guard.is_ok());
    for (text, shown) in [
        ("kennel_tag=rex7 n=1", "kennel_tag=[REDACTED:field] n=1"),
        ("kennelTag=rex7", "kennelTag=[REDACTED:field]"),
        ("got ('kennel-tag': 'rex7')", "got ('kennel-tag': '[REDACTED:field]')"),
        ("--bed-id rex7", "--bed-id [REDACTED:field]"),
        ("bedId=rex7", "bedId=[REDACTED:field]"),
        ("session_id=abc1", "session_id=abc1"),
        ("tag=rex7 id=rex7", "tag=rex7 id=rex7"),
        ("password=rex7", "password=[REDACTED:token]"),
    ] {
        assert_eq!(scrub(text), shown);
    }
}
