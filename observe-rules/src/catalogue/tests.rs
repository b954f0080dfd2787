use super::*;

/// A record as the runtime's type lays it out.
fn record(literal: &[u8], module: &str, file: &str, endian: Endian) -> Vec<u8> {
    let word = |number: usize| match endian {
        Endian::Little => (u32::try_from(number).unwrap()).to_le_bytes(),
        Endian::Big => (u32::try_from(number).unwrap()).to_be_bytes(),
    };
    let number = |number: f64| match endian {
        Endian::Little => number.to_le_bytes(),
        Endian::Big => number.to_be_bytes(),
    };
    let sum = checksum(literal) as usize;
    let place = format!("{module}\0{file}");
    let mut inside: Vec<u8> =
        [VERSION as usize, sum, 7, 5, literal.len(), place.len(), 1, 1, 2].into_iter().flat_map(word).collect();
    inside.extend(domain_id(["a", "b"]));
    inside.extend([1, 0, 3].into_iter().flat_map(word));
    inside.extend([99.5, 0.25, 1.0].into_iter().flat_map(number));
    inside.extend([literal, place.as_bytes()].concat());
    inside.resize(inside.len().next_multiple_of(4), 0);
    let mut note: Vec<u8> = [NAME.len(), inside.len(), NOTE_TYPE as usize].into_iter().flat_map(word).collect();
    note.extend_from_slice(NAME);
    note.extend(inside);
    note
}

fn example(endian: Endian) -> Vec<u8> {
    record(
        &literal(Kind::ClearField, &[("type", "Question"), ("reason", "größe")]),
        "app::model",
        "src/model.rs",
        endian,
    )
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
    let start = whole.windows(4).position(|bytes| bytes == b"type").unwrap() - 6;
    for at in start..start + 30 {
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
    let bytes = record(&literal(Kind::Unchecked, &[("reason", &long)]), "m", "f", Endian::Little);
    let records = read(&bytes, Endian::Little).unwrap();
    assert_eq!(records[0].text("reason").len(), 4096);
}

#[test]
fn a_literal_made_by_a_constant_is_the_same() {
    const TEXTS: &[(&str, &str)] = &[("name", "größe"), ("namespace", "")];
    const BYTES: [u8; literal_len(TEXTS)] = literal_bytes(Kind::Service, TEXTS);
    assert_eq!(BYTES.to_vec(), literal(Kind::Service, TEXTS));
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
