use super::*;

/// A record as the runtime's type lays it out.
fn record(literal: &[u8], module: &str, endian: Endian) -> Vec<u8> {
    let word = |number: usize| match endian {
        Endian::Little => (u32::try_from(number).unwrap()).to_le_bytes(),
        Endian::Big => (u32::try_from(number).unwrap()).to_be_bytes(),
    };
    let number = |number: f64| match endian {
        Endian::Little => number.to_le_bytes(),
        Endian::Big => number.to_be_bytes(),
    };
    let mut before = domain_id(["a", "b"]).to_vec();
    before.extend([1, 0, 3].into_iter().flat_map(word));
    before.extend([99.5, 0.25, 1.0].into_iter().flat_map(number));
    let sum = checksum(literal) as usize;
    let mut inside: Vec<u8> =
        [VERSION as usize, sum, literal.len(), module.len(), before.len()].into_iter().flat_map(word).collect();
    inside.extend([&before, literal, module.as_bytes()].concat());
    inside.resize(inside.len().next_multiple_of(4), 0);
    let mut note: Vec<u8> = [NAME.len(), inside.len(), NOTE_TYPE as usize].into_iter().flat_map(word).collect();
    note.extend_from_slice(NAME);
    note.extend(inside);
    note
}

/// One reference, one number, and a list of two.
fn example(endian: Endian) -> Vec<u8> {
    let texts = [("type", "Question"), ("reason", "größe")];
    record(&literal(Kind::ClearField, (1, 1), ("src/model.rs", 7, 5), &texts), "app::model\0\0\0", endian)
}

#[test]
fn what_is_written_is_read_in_both_orders_of_bytes() {
    for endian in [Endian::Little, Endian::Big] {
        // Zeros between the records, as linkers leave them.
        let section = [example(endian), vec![0; 8], example(endian), vec![0; 4]].concat();
        let records = read(&section, endian).unwrap();
        assert_eq!(records.len(), 2);
        let record = &records[1];
        assert_eq!((record.kind, record.text("type"), record.text("reason")), (Kind::ClearField, "Question", "größe"));
        assert_eq!((record.module.as_str(), record.file.as_str()), ("app::model", "src/model.rs"));
        assert_eq!((record.line, record.column, record.text("other")), (7, 5, ""));
        let domain = Domain { none: 1, ..Domain::new(domain_id(["a", "b"])) };
        assert_eq!(record.references, [domain.reference(3)]);
        assert_eq!((&record.numbers[..], &record.list[..]), (&[99.5][..], &[0.25, 1.0][..]));
    }
}

#[test]
fn an_empty_section_has_no_records() {
    assert_eq!(read(&[], Endian::Little), Ok(Vec::new()));
    assert_eq!(read(&[0; 12], Endian::Little), Ok(Vec::new()));
}

#[test]
fn another_version_is_said() {
    let mut bytes = example(Endian::Little);
    bytes[20] = 9;
    assert_eq!(read(&bytes, Endian::Little), Err(Unreadable::Version(9)));
}

#[test]
fn a_record_that_is_cut_is_damaged() {
    let bytes = example(Endian::Little);
    for len in 1..bytes.len() {
        assert_eq!(read(&bytes[..len], Endian::Little), Err(Unreadable::Damaged(0)), "{len} bytes");
    }
}

#[test]
fn a_changed_literal_is_damaged() {
    let whole = example(Endian::Little);
    let file = whole.windows(4).position(|bytes| bytes == b"src/").unwrap();
    let module = whole.windows(4).position(|bytes| bytes == b"app:").unwrap();
    for at in file - 16..module {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        assert_eq!(read(&bytes, Endian::Little), Err(Unreadable::Damaged(0)), "byte {at}");
    }
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let whole = example(Endian::Little);
    for at in 0..whole.len() {
        for byte in [0, 1, 0x7F, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            let _ = read(&bytes, Endian::Little);
            let _ = read(&bytes, Endian::Big);
        }
    }
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let long = "ö".repeat(5000);
    let literal = literal(Kind::Unchecked, (1, 1), ("f", 1, 1), &[("reason", &long)]);
    let bytes = record(&literal, "m", Endian::Little);
    let records = read(&bytes, Endian::Little).unwrap();
    assert_eq!(records[0].text("reason").len(), 4096);
}

#[test]
fn a_literal_made_by_a_constant_is_the_same() {
    const TEXTS: &[(&str, &str)] = &[("name", "größe"), ("namespace", "")];
    const AT: Stands<'_> = ("src/main.rs", 300, 9);
    const BYTES: [u8; literal_len(AT, TEXTS)] = literal_bytes(Kind::Service, AT, TEXTS);
    assert_eq!(BYTES.to_vec(), literal(Kind::Service, (0, 0), AT, TEXTS));
}

#[test]
fn a_module_that_is_cut_within_a_character_is_read() {
    let bytes = record(&literal(Kind::Unchecked, (1, 1), ("f", 1, 1), &[]), "größe", Endian::Little);
    let mut records = read(&bytes, Endian::Little).unwrap();
    assert_eq!(records.remove(0).module, "größe");
    let at = bytes.windows(3).position(|three| three == "grö".as_bytes()[..3].as_ref()).unwrap();
    let mut cut = bytes;
    cut[at + 3..at + 7].fill(0);
    assert_eq!(read(&cut, Endian::Little).unwrap()[0].module, "gr\u{FFFD}");
}

#[test]
fn each_kind_is_at_its_number() {
    for (at, kind) in Kind::ALL.iter().enumerate() {
        assert_eq!(*kind as usize, at, "{}", kind.name());
    }
}

#[test]
fn texts_are_read_in_groups() {
    let texts = [("name", "a"), ("field", "b"), ("how", "clear"), ("reason", "r"), ("field", "c"), ("how", "typed")];
    let texts = texts.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let (module, file) = (String::new(), String::new());
    let (references, numbers, list) = (Vec::new(), vec![7.0], Vec::new());
    let mut record = Record { kind: Kind::Span, texts, references, numbers, list, module, file, line: 1, column: 1 };
    let groups: Vec<usize> = record.groups("field").map(<[_]>::len).collect();
    assert_eq!(groups, [3, 2]);
    assert_eq!(record.groups("value").count(), 0);
    assert_eq!(record.number("target"), None);
    record.texts.push(("number".to_owned(), "target".to_owned()));
    assert_eq!(record.number("target"), Some(7.0));
}
