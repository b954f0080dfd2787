//! Adding passages: the texts, and a checksum and a vector for each of them.

use observe::traced;
use rusqlite::{Transaction, params};

use crate::error::StoreError;
use crate::model::Document;
use crate::store::integrity::{Checksum, checksum};
use crate::text;
use crate::topic::Topic;
use crate::vector::Vector;

const INSERT_PASSAGE: &str = "INSERT INTO passages (title, body, topic) VALUES (?1, ?2, ?3)";

const INSERT_CHECKSUM: &str = "INSERT INTO checksums (passage, checksum) VALUES (?1, ?2)";

const INSERT_VECTOR: &str = "INSERT INTO vectors (passage, topic, vector) VALUES (?1, ?2, ?3)";

/// A passage on its way into the database.
pub(crate) struct Piece {
    title: String,
    topic: Topic,
    body: String,
    vector: Vector,
}

impl Piece {
    /// The passages of `documents`. Their vectors are computed here, so that nobody waits for the
    /// connection meanwhile.
    #[traced(name = "embed passages", fields(documents = documents.len()))]
    pub(crate) fn all_of(documents: &[Document]) -> Vec<Self> {
        let cut = documents.iter().flat_map(|it| text::passages(&it.text).into_iter().map(move |body| (it, body)));
        cut.map(|(document, body)| Self::new(document, body)).collect()
    }

    fn new(document: &Document, body: String) -> Self {
        let title = document.title.trim();
        let vector = Vector::of_passage(title, &body);
        Self { title: title.to_owned(), topic: document.topic, body, vector }
    }
}

/// Adds `pieces`: texts, checksums and vectors.
pub(crate) fn insert_pieces(transaction: &Transaction<'_>, pieces: &[Piece]) -> Result<(), StoreError> {
    let ids = insert_texts(transaction, pieces)?;
    let checksums: Vec<_> =
        ids.iter().zip(pieces).map(|(id, piece)| (*id, checksum(piece.topic, &piece.title, &piece.body))).collect();
    insert_checksums(transaction, &checksums)?;
    let vectors: Vec<_> =
        ids.into_iter().zip(pieces).map(|(id, piece)| (id, piece.topic, piece.vector.clone())).collect();
    insert_vectors(transaction, &vectors)
}

/// Adds the texts of `pieces`, and returns their rowids.
#[traced(db(system = "sqlite", operation = "insert", table = "passages"), fields(rows = pieces.len()))]
fn insert_texts(transaction: &Transaction<'_>, pieces: &[Piece]) -> Result<Vec<i64>, StoreError> {
    let mut statement = transaction.prepare_cached(INSERT_PASSAGE)?;
    let insert = |piece: &Piece| statement.insert(params![piece.title, piece.body, piece.topic]);
    Ok(pieces.iter().map(insert).collect::<Result<_, _>>()?)
}

/// Adds checksums, each with the rowid of its passage.
#[traced(db(system = "sqlite", operation = "insert", table = "checksums"), fields(rows = checksums.len()))]
pub(crate) fn insert_checksums(transaction: &Transaction<'_>, checksums: &[(i64, Checksum)]) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(INSERT_CHECKSUM)?;
    for (id, checksum) in checksums {
        statement.execute(params![id, checksum])?;
    }
    Ok(())
}

/// Adds vectors, each with the rowid and the topic of its passage.
#[traced(db(system = "sqlite", operation = "insert", table = "vectors"), fields(rows = vectors.len()))]
pub(crate) fn insert_vectors(
    transaction: &Transaction<'_>,
    vectors: &[(i64, Topic, Vector)],
) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(INSERT_VECTOR)?;
    for (id, topic, vector) in vectors {
        statement.execute(params![id, topic, vector.to_bytes()])?;
    }
    Ok(())
}
