// Reads a trace as OTLP JSON has it into a tree that can be drawn.

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** The value of an attribute: a text, and whether it stands for a text or for something else. */
function attributeValue(value) {
  if (!value) return '';
  const simple = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
  if (simple !== undefined) return String(simple);
  if ('bytesValue' in value) return `${value.bytesValue} (base64)`;
  if (value.arrayValue) return `[${(value.arrayValue.values ?? []).map(attributeValue).join(', ')}]`;
  if (value.kvlistValue) return `{${(value.kvlistValue.values ?? []).map((pair) => `${pair.key}: ${attributeValue(pair.value)}`).join(', ')}}`;
  return '';
}

/** Pairs of key and text. */
function attributePairs(list) {
  return (list ?? []).map((pair) => [String(pair.key), attributeValue(pair.value)]);
}

function attributeOf(list, key) {
  const pair = (list ?? []).find((one) => one.key === key);
  return pair && attributeValue(pair.value);
}

function nanoseconds(text) {
  try {
    return BigInt(text);
  } catch {
    return 0n;
  }
}

/** An event of a span: a line of the log, an exception, or another. */
function readEvent(event, begin) {
  const pairs = attributePairs(event.attributes);
  const of = Object.fromEntries(pairs);
  const isException = event.name === 'exception';
  const level = of.level?.toLowerCase();
  return {
    name: String(event.name ?? ''),
    at: Number(nanoseconds(event.timeUnixNano) - begin) / 1e6,
    pairs: pairs.filter(([key]) => key !== 'level'),
    level,
    isException,
    class: isException ? 'error' : level ?? 'event',
    words: isException ? [of['exception.type'], of['exception.message']].filter(Boolean).join(': ') : String(event.name ?? ''),
  };
}

/**
 * The spans of a trace in the order of the tree (parents first, then by start), times in milliseconds since the
 * earliest. Spans without a parent here are roots, and so is one span of a ring.
 */
function readTrace(json) {
  const resource = json.resourceSpans?.[0]?.resource?.attributes ?? [];
  const scopes = new Map();
  const raw = [];
  for (const part of json.resourceSpans ?? []) {
    for (const { scope, spans } of part.scopeSpans ?? []) {
      const name = String(scope?.name ?? '');
      for (const span of spans ?? []) raw.push([span, name, nanoseconds(span.startTimeUnixNano)]);
    }
  }
  if (raw.length === 0) return undefined;
  raw.sort((one, other) => (one[2] < other[2] ? -1 : one[2] > other[2] ? 1 : 0));
  const begin = raw[0][2];
  const byId = new Map();
  const spans = raw.map(([span, scope, start]) => {
    if (!scopes.has(scope)) scopes.set(scope, { name: scope, color: scopes.size % 8, spans: 0 });
    scopes.get(scope).spans += 1;
    const open = span.endTimeUnixNano === undefined;
    const failed = span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR';
    const read = {
      id: String(span.spanId), parent: span.parentSpanId || undefined, name: String(span.name ?? ''),
      kind: KINDS[span.kind] ?? String(span.kind ?? '').replace('SPAN_KIND_', '').toLowerCase(), scope: scopes.get(scope),
      start: Number(start - begin) / 1e6, end: open ? undefined : Number(nanoseconds(span.endTimeUnixNano) - begin) / 1e6,
      open, failed, message: span.status?.message, children: [], depth: 0, raw: span,
      events: (span.events ?? []).map((event) => readEvent(event, begin)),
    };
    if (!byId.has(read.id)) byId.set(read.id, read);
    return read;
  });
  const roots = [];
  for (const span of spans) {
    const parent = span.parent && byId.get(span.parent);
    if (parent && parent !== span) parent.children.push(span);
    else roots.push(span);
  }
  return {
    id: String(raw[0][0].traceId), begin: Number(begin / 1000n) / 1000, resource: attributePairs(resource),
    spans: inOrder(roots, spans), scopes: [...scopes.values()], byId, json,
    failed: spans.filter((span) => span.failed).length, openSpans: spans.filter((span) => span.open).length,
    length: spans.reduce((most, span) => Math.max(most, span.end ?? span.start), 0),
  };
}

/** Parents before their children, without recursion: a trace may be as deep as it likes. */
function inOrder(roots, spans) {
  const order = [];
  const seen = new Set();
  const walk = (from) => {
    const stack = [...from].reverse().map((span) => [span, 0]);
    while (stack.length > 0) {
      const [span, depth] = stack.pop();
      if (seen.has(span)) continue;
      seen.add(span);
      span.depth = depth;
      order.push(span);
      for (let index = span.children.length - 1; index >= 0; index -= 1) stack.push([span.children[index], depth + 1]);
    }
  };
  walk(roots);
  // What is left hangs in a ring: each is begun with where the order of time meets it.
  for (const span of spans) if (!seen.has(span)) walk([span]);
  return order;
}
