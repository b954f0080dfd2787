//! What spans say, without other threads; `tests/loom` has those.

use super::said::{Said, Saying};

#[test]
fn each_text_has_its_own_room() {
    let (said, below) = (Said::new(), Said::new());
    assert!(Saying::ALL.into_iter().all(|saying| said.get(saying).is_none()));
    for text in ["a", "twelve bytes", &"ü".repeat(40)] {
        for saying in Saying::ALL {
            said.set(saying, text);
        }
        below.inherit(&said);
        for said in [&said, &below] {
            assert_eq!(said.get(Saying::Request).as_deref(), Some(&text[..text.len().min(64)]));
            assert_eq!(said.get(Saying::User).as_deref(), Some(&text[..text.len().min(64)]));
            assert_eq!(said.get(Saying::Client).as_deref(), Some(&text[..text.len().min(24)]));
        }
    }
    below.inherit(&Said::new());
    said.clear();
    assert_eq!((said.get(Saying::Request), below.get(Saying::User)), (None, None));
}
