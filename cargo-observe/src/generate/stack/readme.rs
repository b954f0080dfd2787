//! What is said to whoever starts the stack.

use super::service::Service;
use super::written::Written;
use super::yaml::header;
use super::{Model, image};

pub(super) fn text(model: &Model<'_>, services: &[Service], written: &Written) -> String {
    let stack = &model.settings.stack;
    let retention = &model.settings.retention;
    let port = |name: &str, inside: u16| stack.ports.get(name).copied().unwrap_or(inside);
    let address = |name: &str, inside: u16| format!("{}:{}", stack.bind, port(name, inside));
    let rows = services.iter().map(|service| {
        format!(
            "| `{}` | {} |
",
            service.name,
            service.targets.join(", ")
        )
    });
    let rows = rows.collect::<Vec<_>>().concat();
    let images = image::names().into_iter().map(|name| {
        format!(
            "| {name} | `{}` |
",
            image::image(model, name)
        )
    });
    let images = images.collect::<Vec<_>>().concat();
    let kept = stack.logs_days.iter().map(|(name, days)| format!("Logs of `{name}` are kept {days} days. "));
    let kept = kept.collect::<Vec<_>>().concat();
    let rules = written.rules.len();
    let boards = written.dashboards.len();
    let comment = header("<!--").trim_end().to_owned();
    format!(
        r#"{comment} -->

# The stack

```sh
cp .env.example .env          # and set GRAFANA_ADMIN_PASSWORD
mkdir -p secrets              # the Alertmanager's receivers: a file for each secret
docker compose up --detach --wait
```

No service needs any of it to start or to be healthy. `docker compose down` keeps what was collected; with `--volumes` it is
gone. After a change of `observe.toml` make the files again, and `docker compose up --detach`; Prometheus reads new rules
with `docker compose kill --signal SIGHUP prometheus`.

| part | address | |
|---|---|---|
| Grafana | http://{grafana} | `admin`, `GRAFANA_ADMIN_PASSWORD` |
| Prometheus | http://{prometheus} | {metrics} days of metrics; {rules} rule files |
| Jaeger | http://{jaeger} | {traces} days of traces |
| Alertmanager | http://{alertmanager} | 5 days of history |
| Loki | http://{loki} | {logs} days of logs |
| Collector | {grpc}, {http} | OTLP by gRPC and by HTTP; Zipkin at {zipkin} |

Ports are published at `{bind}` and nowhere else. {kept}{boards} dashboards are in Grafana.

## Services

A service in a container joins the network `observe-services`:

```yaml
services:
  my-service:
    networks: [default, observe-services]
    environment:
      OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4318
      OTEL_METRICS_EXPORTER: none        # Prometheus asks for them
      OBSERVE_ENVIRONMENT: production    # JSON lines, which Alloy reads
networks:
  observe-services:
    external: true
```

| job | asked at |
|---|---|
{rows}
`stack.services` in `observe.toml` says where they are. Others: a file in `prometheus/targets/`. Where Docker or
Kubernetes shall find them, `prometheus/prometheus.docker.yml` and `prometheus/prometheus.kubernetes.yml` take the place of
`prometheus/prometheus.yml`. `/metrics` answers private addresses from 10.0.0.0/8 and 172.16.0.0/12 unless
`OBSERVE_METRICS_ALLOW` says otherwise: Docker takes networks from 192.168.0.0/16 as well, when it has made many.

PostgreSQL and Redis: `docker compose --profile postgres --profile redis up --detach`, with their addresses in `.env`. Qdrant
has metrics of its own: a container called `qdrant` in the network is asked. What is not there is no target, and no alert.

## What is hidden

Observe hides in the service. The Collector hides again, and Alloy in the lines of containers: values under names that promise
personal data or a secret, and what has the form of it. Both see text and no types: names of people, and whatever has no form,
go through. Neither hides in attributes of links and in exemplars.

## Logs

Alloy reads the containers' lines by Docker's socket, which is as much as root on this machine. The other way is the
Collector: `collector/logs.yaml` as a second `--config`, `/var/lib/docker/containers` mounted read-only, and a volume at
`/var/lib/otelcol`; then leave Alloy out (`docker compose up --scale alloy=0`). Services that export logs by OTLP and write
them as lines too are in Loki twice: set `OTEL_LOGS_EXPORTER=none`, or leave Alloy out.

## Retention

`retention.metrics_days`, `logs_days` and `traces_days` in `observe.toml`, and `stack.logs_days` for one service. They become
Prometheus' flag `--storage.tsdb.retention.time`, Loki's compactor and limits, and the time that Badger keeps a span.

## Hardened

```sh
sh tls/certificates.sh                 # or your own, under the same names
docker compose --file compose.yaml --file compose.tls.yaml up --detach --wait
GRAFANA_ADMIN_PASSWORD=… sh tls/roles.sh https://localhost:3000 tls/certificates/ca.crt
```

Everything but health checks and the metrics of the Collector, Jaeger and Alloy, which stay in the inner network, is TLS then.
Prometheus and the Alertmanager want a certificate from whoever asks: `tls/certificates/client.crt`. Services send to
`https://collector:4318` with `OTEL_EXPORTER_OTLP_CERTIFICATE` set to the authority. Teams see the folder of their role.
Jaeger and Loki have no users: whoever reaches them reads all. Keep them at `127.0.0.1`, or behind a proxy that asks who it is.

## A managed Grafana

Leave the stack's Grafana out (`--scale grafana=0`). `grafana/datasources.yaml` says what to enter there, and dashboards
can be imported as they are; they ask for their data source. Give it a way to Prometheus, Loki and Jaeger, such as a
private connection: they are not for the open net.

## Images

| part | image |
|---|---|
{images}
`stack.images` in `observe.toml` takes others. The images of the Collector and of Loki have no shell, so a container that runs
once puts a static busybox into a volume for the health checks of all.
"#,
        grafana = address("grafana", 3000),
        prometheus = address("prometheus", 9090),
        jaeger = address("jaeger", 16686),
        alertmanager = address("alertmanager", 9093),
        loki = address("loki", 3100),
        grpc = address("otlp-grpc", 4317),
        http = address("otlp-http", 4318),
        zipkin = address("zipkin", 9411),
        bind = stack.bind,
        metrics = retention.metrics_days,
        logs = retention.logs_days,
        traces = retention.traces_days,
    )
}
