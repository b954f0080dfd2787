use super::*;

/// A record as the runtime's type lays it out.
fn record(literal: &[u8], module: &str, file: &str, endian: Endian) -> Vec<u8> {
    let word = |number: usize| match endian {
        Endian::Little => (u32::try_from(number).unwrap()).to_le_bytes(),
        Endian::Big => (u32::try_from(number).unwrap()).to_be_bytes(),
    };
    let sum = checksum(literal) as usize;
    let mut inside: Vec<u8> =
        [VERSION as usize, sum, 7, 5, literal.len(), module.len(), file.len()].into_iter().flat_map(word).collect();
    inside.extend([literal, module.as_bytes(), file.as_bytes()].concat());
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
    let start = 20 + 7 * 4;
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
