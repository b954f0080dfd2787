//! Tests that see the project as its users do; all of them stand beside this folder.
//!
//! The book's code is compiled here: each page is the documentation of a module that exists for
//! documentation tests only.

pub mod detection;
pub mod server_logs;

/// Makes the code blocks of pages under `docs` documentation tests.
#[cfg(doctest)]
macro_rules! pages {
    ($($page:literal)*) => {
        $(
            const _: () = {
                #[doc = include_str!(concat!("../../docs/", $page))]
                struct Page;
            };
        )*
    };
}

#[cfg(doctest)]
pages! {
    "configuration.md"
    "guide/start.md"
    "guide/spans.md"
    "guide/propagation.md"
    "guide/from-tracing.md"
    "guide/clients.md"
    "guide/metrics.md"
    "guide/operations.md"
    "guide/labels.md"
    "guide/prometheus.md"
    "guide/redaction.md"
    "guide/health.md"
    "guide/logs.md"
    "guide/alerts.md"
    "guide/shutdown.md"
    "guide/endpoint.md"
    "guide/dev-page.md"
    "guide/testing.md"
    "guide/integration.md"
    "errors/OBS0101.md"
    "errors/OBS0102.md"
    "errors/OBS0103.md"
    "errors/OBS0104.md"
    "errors/OBS0105.md"
    "errors/OBS0106.md"
    "errors/OBS0107.md"
    "errors/OBS0108.md"
    "errors/OBS0109.md"
    "errors/OBS0110.md"
    "errors/OBS0201.md"
    "errors/OBS0202.md"
    "errors/OBS0301.md"
    "errors/OBS0302.md"
    "errors/OBS0303.md"
    "errors/OBS0304.md"
    "errors/OBS0305.md"
    "errors/OBS0306.md"
    "errors/OBS0307.md"
    "errors/OBS0308.md"
    "errors/OBS0309.md"
    "errors/OBS0310.md"
    "errors/OBS0401.md"
    "errors/OBS0402.md"
    "errors/OBS0403.md"
    "errors/OBS0404.md"
    "errors/OBS0405.md"
    "errors/OBS0406.md"
    "errors/OBS0407.md"
    "errors/OBS0501.md"
    "errors/OBS0502.md"
    "errors/OBS0503.md"
    "errors/OBS0504.md"
    "errors/OBS0505.md"
    "errors/OBS0506.md"
    "errors/OBS0507.md"
    "errors/OBS0508.md"
    "errors/OBS0509.md"
    "errors/OBS0510.md"
    "errors/OBS0511.md"
    "errors/OBS0512.md"
    "errors/OBS0513.md"
    "errors/OBS0601.md"
    "errors/OBS0602.md"
    "errors/OBS0603.md"
    "errors/OBS0604.md"
    "errors/OBS0605.md"
    "errors/OBS0606.md"
    "errors/OBS0607.md"
    "errors/OBS0608.md"
    "errors/OBS0609.md"
    "errors/OBS0610.md"
    "errors/OBS0701.md"
    "errors/OBS0702.md"
    "errors/OBS0703.md"
    "errors/OBS0704.md"
    "errors/OBS0705.md"
    "errors/OBS0706.md"
    "errors/OBS0707.md"
    "errors/OBS0801.md"
    "errors/OBS0802.md"
    "errors/OBS0803.md"
    "errors/OBS0804.md"
    "errors/OBS0805.md"
    "errors/OBS0901.md"
    "errors/OBS0902.md"
    "errors/OBS0903.md"
    "errors/OBS1001.md"
    "errors/OBS1002.md"
    "errors/OBS1003.md"
    "errors/OBS1004.md"
    "errors/OBS1005.md"
    "errors/OBS1006.md"
    "errors/OBS1007.md"
    "errors/OBS1008.md"
    "errors/OBS1009.md"
    "errors/OBS1010.md"
    "errors/OBS1011.md"
    "errors/OBS1012.md"
    "errors/OBS1013.md"
    "errors/OBS1014.md"
    "errors/OBS1015.md"
    "errors/OBS1016.md"
    "errors/OBS1017.md"
    "errors/OBS1018.md"
    "errors/OBS1019.md"
    "errors/OBS1020.md"
    "errors/OBS1021.md"
    "errors/OBS1022.md"
    "errors/OBS1023.md"
    "errors/OBS1024.md"
    "errors/OBS1025.md"
    "errors/OBS1026.md"
    "errors/OBS1027.md"
    "errors/OBS1028.md"
    "errors/OBS1029.md"
    "errors/OBS1030.md"
    "errors/OBS1031.md"
    "errors/OBS1032.md"
    "errors/OBS1033.md"
    "errors/OBS1034.md"
    "errors/OBS1035.md"
    "errors/OBS1036.md"
    "errors/OBS1037.md"
    "errors/OBS1038.md"
    "errors/OBS1039.md"
    "errors/OBS1080.md"
    "errors/OBS1081.md"
    "errors/OBS1082.md"
    "errors/OBS1083.md"
    "errors/OBS1084.md"
    "errors/OBS1085.md"
    "errors/OBS1101.md"
    "errors/OBS1102.md"
    "errors/OBS1103.md"
    "errors/OBS1104.md"
}

/// A metric that `runtime/equal_declarations.rs` declares too, in a crate of its own.
#[observe::metered(
    name = "twin",
    duration = off,
    in_progress = off,
    labels(tenant: observe::Capped<4> = observe::Capped::new(tenant))
)]
pub fn twin(tenant: &str) {
    std::hint::black_box(tenant);
}
