//! Which of the metrics that observe brings a program has: a record for each group of them, see
//! `observe_rules::families`.
//!
//! Nothing asks the linker to keep such a record. It has a section of its own, and the code that counts into the group
//! refers to it: so it is there where that code is, and goes with it, as all that is called by nobody does. A program
//! without a database has no record of one, whatever features are on.
#![expect(unsafe_code, reason = "statics in sections of their own")]

use crate::catalogue::Record;
use crate::metric::BUILT_IN;
use observe_rules::catalogue::{Kind, checksum, literal_bytes, literal_len};
use observe_rules::families;

/// Says that a group is there, where no metric's definition does.
///
/// It does nothing, only the compiler must not know that.
pub(crate) fn mark(group: &'static str) {
    std::hint::black_box(group);
}

/// Each is [`BUILT_IN`], the module of the group's metrics, and its letters are those in the group's record: whoever
/// has the one has the other.
macro_rules! marks {
    ($($(#[$attribute:meta])* $name:ident = $section:literal;)*) => {$(
        #[allow(dead_code, reason = "most are for features")]
        $(#[$attribute])*
        pub(crate) const $name: &str = {
            const TEXTS: &[(&str, &str)] = &[("group", families::$name.name)];
            // Without a place: there is none in the user's code.
            const AT: (&str, u32, u32) = ("", 0, 0);
            const LITERAL: [u8; literal_len(AT, TEXTS)] = literal_bytes(Kind::Families, AT, TEXTS);
            #[cfg_attr(
                any(
                    target_os = "linux",
                    target_os = "android",
                    target_os = "freebsd",
                    target_os = "netbsd",
                    target_os = "openbsd"
                ),
                unsafe(link_section = $section)
            )]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__observe_use"))]
            #[cfg_attr(windows, unsafe(link_section = ".observ"))]
            static RECORD: Record<{ LITERAL.len() }, { BUILT_IN.len() }> =
                Record::new(LITERAL, checksum(&LITERAL), BUILT_IN, ());
            match str::from_utf8(RECORD.module()) {
                Ok(module) => module,
                Err(_) => BUILT_IN,
            }
        };
    )*};
}

marks! {
    HTTP = ".observe.http";
    DATABASE = ".observe.database";
    DATABASE_POOL = ".observe.database_pool";
    REDIS = ".observe.redis";
    REDIS_MEMORY = ".observe.redis_memory";
    CACHE = ".observe.cache";
    CACHE_LOOKUPS = ".observe.cache_lookups";
    EXTERNAL_API = ".observe.external_api";
    MODEL = ".observe.model";
    TOKENS = ".observe.tokens";
    COST = ".observe.cost";
    RAG_QUERY = ".observe.rag_query";
    VECTOR_SEARCH = ".observe.vector_search";
    INDEXING = ".observe.indexing";
    MESSAGING = ".observe.messaging";
    RPC = ".observe.rpc";
    AUTHENTICATION = ".observe.authentication";
    RATE_LIMIT = ".observe.rate_limit";
    CIRCUIT_BREAKER = ".observe.circuit_breaker";
    HEALTH = ".observe.health";
    ALERTS = ".observe.alerts";
    PROCESS = ".observe.process";
    TOKIO = ".observe.tokio";
    SERVICE = ".observe.service";
    OWN = ".observe.own";
    METRICS_ENDPOINT = ".observe.metrics_endpoint";
    METRICS_EXPORT = ".observe.metrics_export";
    MERGED = ".observe.merged";
}

#[cfg(test)]
mod tests;
