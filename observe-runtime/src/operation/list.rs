//! The metrics of each preset: a function that has it lists them, and so they are described in every scrape.

use super::calls;
use crate::metric::DeclaredMetric;

macro_rules! lists {
    ($($name:ident = $count:literal [$($metric:ident),*];)*) => {$(
        /// The metrics of this preset.
        #[must_use]
        pub const fn $name() -> [DeclaredMetric; $count] {
            [$(calls::$metric.declaration()),*]
        }
    )*};
}

lists! {
    database_metrics = 1 [DATABASE];
    http_client_metrics = 1 [EXTERNAL_API];
    messaging_metrics = 1 [MESSAGING];
    rpc_metrics = 1 [RPC];
    redis_metrics = 3 [REDIS, CACHE_HITS, CACHE_MISSES];
    cache_metrics = 3 [CACHE, CACHE_HITS, CACHE_MISSES];
    gen_ai_metrics = 4 [MODEL, TOKENS, TOKENS_PROCESSED, COST];
    authentication_metrics = 1 [AUTHENTICATION];
    rate_limit_metrics = 1 [RATE_LIMIT_VIOLATIONS];
    rag_query_metrics = 1 [RAG_QUERY];
    vector_search_metrics = 1 [VECTOR_SEARCH];
    indexing_metrics = 1 [INDEXING];
}
