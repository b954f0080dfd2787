//! The names of attributes are those of OpenTelemetry's semantic conventions, as their own crate has them.

use observe_rules::convention::{GROUPS, Stability, VERSION};
use opentelemetry_semantic_conventions::{SCHEMA_URL, attribute as known};
use std::collections::BTreeSet;

/// What presets and clients use of the conventions. Those of generative AI have moved to conventions of their own,
/// and those of services of RPC into the method: the crate calls both deprecated.
#[expect(deprecated, reason = "see above")]
const KNOWN: &[&str] = &[
    known::DB_SYSTEM_NAME,
    known::DB_OPERATION_NAME,
    known::DB_COLLECTION_NAME,
    known::DB_NAMESPACE,
    known::DB_QUERY_SUMMARY,
    known::DB_QUERY_TEXT,
    known::DB_RESPONSE_RETURNED_ROWS,
    known::DB_RESPONSE_STATUS_CODE,
    known::HTTP_REQUEST_METHOD,
    known::HTTP_RESPONSE_STATUS_CODE,
    known::SERVER_ADDRESS,
    known::SERVER_PORT,
    known::URL_TEMPLATE,
    known::MESSAGING_SYSTEM,
    known::MESSAGING_OPERATION_NAME,
    known::MESSAGING_OPERATION_TYPE,
    known::MESSAGING_DESTINATION_NAME,
    known::GEN_AI_PROVIDER_NAME,
    known::GEN_AI_OPERATION_NAME,
    known::GEN_AI_REQUEST_MODEL,
    known::GEN_AI_USAGE_INPUT_TOKENS,
    known::GEN_AI_USAGE_OUTPUT_TOKENS,
    known::GEN_AI_REQUEST_STREAM,
    known::RPC_SYSTEM_NAME,
    known::RPC_SERVICE,
    known::RPC_METHOD,
    known::USER_HASH,
];

#[test]
fn names_of_the_conventions_are_theirs() {
    let theirs = GROUPS.iter().filter(|group| group.stability != Stability::Own);
    let ours: BTreeSet<&str> = theirs.flat_map(|group| group.attributes).copied().collect();
    assert_eq!(ours, KNOWN.iter().copied().collect());
}

#[test]
fn the_version_is_that_of_the_crate() {
    assert!(SCHEMA_URL.ends_with(VERSION), "{SCHEMA_URL} is not {VERSION}");
}
