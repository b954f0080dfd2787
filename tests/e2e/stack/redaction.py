"""What the Collector's redaction processor and its transformations do, for rotel, by the configuration that was generated.

The path of the policy comes in the environment: it is the configuration's own lists, as JSON.
"""

import json
import os
import re

from rotel_sdk.open_telemetry.common.v1 import AnyValue


def compiled(patterns):
    # What Go and Rust call \z is \Z here.
    return [re.compile(pattern.replace("\\z", "\\Z")) for pattern in patterns]


with open(os.environ["POLICY"]) as policy:
    POLICY = json.load(policy)
KEYS = compiled(POLICY["blocked_key_patterns"])
VALUES = compiled(POLICY["blocked_values"])
ALLOWED = compiled(POLICY["allowed_values"])
IGNORED = set(POLICY["ignored_keys"])


def masked(text):
    for value in VALUES:
        text = value.sub("****", text)
    return text


def redact(attributes):
    for attribute in attributes:
        key, value = attribute.key, attribute.value.value
        text = value if isinstance(value, str) else str(value)
        if key in IGNORED or any(allowed.search(text) for allowed in ALLOWED):
            continue
        if any(blocked.search(key) for blocked in KEYS):
            attribute.value = AnyValue("****")
        elif masked(text) != text:
            attribute.value = AnyValue(masked(text))


def process_spans(spans):
    if spans.resource is not None:
        redact(spans.resource.attributes)
    for scope in spans.scope_spans:
        for span in scope.spans:
            span.name = masked(span.name)
            redact(span.attributes)
            if span.status is not None:
                span.status.message = masked(span.status.message)
            for event in span.events:
                event.name = masked(event.name)
                redact(event.attributes)


def process_logs(logs):
    if logs.resource is not None:
        redact(logs.resource.attributes)
    for scope in logs.scope_logs:
        for record in scope.log_records:
            redact(record.attributes)
            if record.body is not None and isinstance(record.body.value, str):
                record.body = AnyValue(masked(record.body.value))
