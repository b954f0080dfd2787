// Everything about one span, beside the waterfall.

const MOST_EVENTS = 200;

/** The panel of a span. `end` is where the bar ends now. */
function spanDetail(trace, span, end) {
  const { raw } = span;
  const curl = curlLine(trace, span);
  const exception = span.events.find((event) => event.isException);
  return [
    el('header.detail-head',
      el('h2', el('i.swatch', { 'data-color': span.scope.color, 'aria-hidden': 'true' }), el('span', ...textNodes(span.name))),
      el('p.tags',
        el('span.badge', { 'data-class': span.failed ? 'bad' : span.open ? 'running' : 'good' }, span.failed ? 'failed' : span.open ? 'running' : 'ended well'),
        el('span.tag', span.kind), el('span.tag', ...textNodes(span.scope.name)))),
    el('div.buttons',
      button('Copy traceparent', { test: 'copy-traceparent', title: 'The header that continues this trace' },
        () => copy(traceparent(trace, span), 'the traceparent')),
      button('Copy curl', {
        test: 'copy-curl', disabled: curl === undefined,
        title: curl === undefined ? 'No request: neither this span nor one above it says its method and path' : 'Copy a command that asks the same, in this trace',
      }, () => copy(curl, 'the curl line'))),
    (span.failed || exception) && errorPanel(span, exception),
    facts([
      ['Took', el('span', { title: `${end - span.start} ms` }, duration(end - span.start), span.open ? ' so far' : '')],
      ['Starts', el('span', timeElement(trace.begin + span.start, clock(trace.begin + span.start)), ` (+${duration(span.start)})`)],
      ['Ends', span.open ? 'still open' : el('span', timeElement(trace.begin + span.end, clock(trace.begin + span.end)), ` (+${duration(span.end)})`)],
      ['Code', codePlace(raw.attributes)],
      ['Span id', el('code', plain(span.id))],
      ['Parent', parentOf(trace, span)],
      ['Trace state', raw.traceState],
    ]),
    section('Attributes', raw.attributes?.length, attributeTable(attributePairs(raw.attributes), 'No attributes')),
    section('Events and logs', span.events.length + (raw.droppedEventsCount ?? 0), eventList(span)),
    (raw.links?.length > 0 || raw.droppedLinksCount > 0) && section('Links', (raw.links?.length ?? 0) + (raw.droppedLinksCount ?? 0), linkList(raw)),
    trace.resource.length > 0 && el('details', el('summary', 'Resource'), attributeTable(trace.resource, '')),
  ].filter(Boolean);
}

function section(title, count, ...body) {
  return el('section', el('h3', title, count > 0 && el('span.count', number(count))), ...body);
}

/** Pairs of a word and what it says; pairs without anything are left out. */
function facts(pairs) {
  return el('dl.facts', ...pairs.filter(([, value]) => value !== undefined && value !== '').flatMap(([key, value]) => [
    el('dt', key), el('dd', ...(typeof value === 'string' ? textNodes(value) : [value])),
  ]));
}

function attributeTable(pairs, none) {
  if (pairs.length === 0) return el('p.soft', none);
  return el('table.attributes', el('tbody', ...pairs.map(([key, value]) => el('tr', { test: 'attribute-row', 'data-key': plain(key) },
    el('th', { scope: 'row' }, ...textNodes(key)), el('td', ...textNodes(value))))));
}

function codePlace(attributes) {
  const file = attributeOf(attributes, 'code.file.path');
  if (file === undefined) return undefined;
  const line = attributeOf(attributes, 'code.line.number');
  return line === undefined ? file : `${file}:${line}`;
}

function parentOf(trace, span) {
  if (span.parent === undefined) return 'none, the trace begins here';
  const parent = trace.byId.get(span.parent);
  if (parent === undefined) return el('span', { title: 'Another process has it, or it was forgotten' }, el('code', plain(span.parent)), ' not kept here');
  return traceLink(trace.id, parent.id, plain(parent.name));
}

function errorPanel(span, exception) {
  const of = Object.fromEntries(exception?.pairs ?? []);
  const type = of['exception.type'] ?? attributeOf(span.raw.attributes, 'error.type');
  const status = attributeOf(span.raw.attributes, 'http.response.status_code');
  const message = of['exception.message'];
  const stack = of['exception.stacktrace'];
  return el('div.error-panel', { test: 'error-panel' },
    el('h3', ...textNodes(type === undefined || type === status ? 'Failed' : type)),
    message && el('p', ...textNodes(message)),
    span.message && span.message !== message && el('p', ...textNodes(span.message)),
    status && el('p.soft', `Answered with status ${plain(status)}`),
    stack && el('details', el('summary', 'Stack trace'), el('pre', ...textNodes(stack))));
}

function eventList(span) {
  const shown = span.events.slice(0, MOST_EVENTS);
  const left = span.events.length - shown.length;
  const dropped = span.raw.droppedEventsCount ?? 0;
  if (shown.length === 0 && dropped === 0) return el('p.soft', 'None');
  return el('ol.events',
    ...shown.map((event) => el('li', { test: 'event-row', 'data-class': event.class },
      el('span.offset', `+${duration(event.at - span.start)}`),
      el('span.badge', { 'data-class': event.class }, event.isException ? 'exception' : event.level ?? 'event'),
      el('div.words', ...textNodes(event.words),
        event.pairs.length > 0 && el('div.pairs', ...event.pairs.filter(([key]) => !event.isException || !key.startsWith('exception.')).map(pairNode))))),
    left > 0 && el('li.soft', `${number(left)} more are in the JSON`),
    dropped > 0 && el('li.soft', `${number(dropped)} more were dropped by the service`));
}

/** `key=value`, for what stands in a row. */
function pairNode([key, value]) {
  return el('span.pair', el('span.key', ...textNodes(key), '='), ...textNodes(value));
}

function linkList(raw) {
  return el('ul.links',
    ...(raw.links ?? []).slice(0, MOST_EVENTS).map((link) => el('li', { test: 'link-row' },
      traceLink(String(link.traceId), String(link.spanId), `trace ${String(link.traceId).slice(0, 8)}, span ${String(link.spanId).slice(0, 8)}`))),
    raw.droppedLinksCount > 0 && el('li.soft', `${number(raw.droppedLinksCount)} more were dropped by the service`));
}
