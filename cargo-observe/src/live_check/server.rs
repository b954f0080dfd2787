//! A collector that only looks: OTLP over gRPC and over HTTP, both on each of its ports.

use super::otlp::Request;
use super::tracker::Tracker;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::service::Routes;

/// The largest request, unpacked. Exporters send batches of some hundred KiB.
const LARGEST: usize = 16 << 20;

/// Who looks at requests.
#[derive(Clone, Debug)]
pub(super) struct Receiver(pub(super) Arc<Mutex<Tracker>>);

impl Receiver {
    fn track(&self, request: &impl Request) {
        request.track(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn malformed(&self, place: &str, why: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).malformed(place, why);
    }

    fn router(self) -> Router {
        let traces = TraceServiceServer::new(self.clone()).accept_compressed(Gzip).max_decoding_message_size(LARGEST);
        let metrics =
            MetricsServiceServer::new(self.clone()).accept_compressed(Gzip).max_decoding_message_size(LARGEST);
        let logs = LogsServiceServer::new(self.clone()).accept_compressed(Gzip).max_decoding_message_size(LARGEST);
        let over_http = Router::new()
            .route("/v1/traces", post(take::<ExportTraceServiceRequest>))
            .route("/v1/metrics", post(take::<ExportMetricsServiceRequest>))
            .route("/v1/logs", post(take::<ExportLogsServiceRequest>))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(self);
        Routes::new(traces).add_service(metrics).add_service(logs).prepare().into_axum_router().merge(over_http)
    }
}

/// Takes requests until the program ends.
pub(super) async fn serve(listener: TcpListener, receiver: Receiver) {
    // Nothing of ours ends it, and a connection that breaks is its client's affair.
    let _ = axum::serve(listener, receiver.router()).await;
}

/// One request over HTTP: protobuf, or JSON, packed or not.
async fn take<R: Request>(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let has = |name, word: &str| headers.get(name).is_some_and(|value| value.as_bytes().starts_with(word.as_bytes()));
    let is_json = has(CONTENT_TYPE, "application/json");
    let body = if has(CONTENT_ENCODING, "gzip") { unpacked(&body) } else { Ok(body) };
    match body.and_then(|body| if is_json { R::from_json(&body) } else { R::from_protobuf(&body) }) {
        Ok(request) => {
            receiver.track(&request);
            let (kind, answer) = if is_json { ("application/json", "{}") } else { ("application/x-protobuf", "") };
            ([(CONTENT_TYPE, kind)], answer).into_response()
        }
        Err(why) => {
            receiver.malformed("OTLP over HTTP", &why);
            (StatusCode::BAD_REQUEST, why).into_response()
        }
    }
}

/// A small body can say that it is a large one: no more is unpacked than is allowed.
fn unpacked(body: &[u8]) -> Result<Bytes, String> {
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let mut unpacked = Vec::new();
    let read = flate2::read::GzDecoder::new(body).take(most + 1).read_to_end(&mut unpacked);
    read.map_err(|error| format!("no gzip: {error}"))?;
    if unpacked.len() > LARGEST { Err("the body is too large".to_owned()) } else { Ok(unpacked.into()) }
}

type Answer<T> = Result<tonic::Response<T>, tonic::Status>;

#[tonic::async_trait]
impl TraceService for Receiver {
    async fn export(&self, request: tonic::Request<ExportTraceServiceRequest>) -> Answer<ExportTraceServiceResponse> {
        self.track(request.get_ref());
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Receiver {
    async fn export(
        &self,
        request: tonic::Request<ExportMetricsServiceRequest>,
    ) -> Answer<ExportMetricsServiceResponse> {
        self.track(request.get_ref());
        Ok(tonic::Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Receiver {
    async fn export(&self, request: tonic::Request<ExportLogsServiceRequest>) -> Answer<ExportLogsServiceResponse> {
        self.track(request.get_ref());
        Ok(tonic::Response::new(ExportLogsServiceResponse::default()))
    }
}
