// Places of the page: `#/requests?errors=1`, `#/trace/TRACE/SPAN`, `#/metrics/NAME`, `#/logs?trace=TRACE`.

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** The place that the address names: view, the parts after it, and the parameters. */
function place() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', ...parts] = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return '';
    }
  });
  return { view, parts, query: new URLSearchParams(query) };
}

/** The address of a place. */
function address(view, parts = [], query = {}) {
  const path = [view, ...parts].map(encodeURIComponent).join('/');
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== '')).toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}

/** The address of a span; none where the ids are not what ids are. */
function traceAddress(trace, span) {
  if (!TRACE_ID.test(trace)) return undefined;
  return address('trace', SPAN_ID.test(span) ? [trace, span] : [trace]);
}

function go(to) {
  if (to !== undefined) location.hash = to;
}

const rewriting = { last: 0, timer: undefined };

/**
 * Writes the place without a step in the history, for what changes often (filters, the chosen span): a few times a second
 * at most, as browsers refuse more.
 */
function rewrite(to) {
  clearTimeout(rewriting.timer);
  const wait = rewriting.last + 250 - Date.now();
  if (wait > 0) rewriting.timer = setTimeout(rewrite, wait, to);
  else if (location.hash !== to) {
    rewriting.last = Date.now();
    history.replaceState(null, '', to);
  }
}

/** A link to a trace that shows the head of its id, or only the words where the id is not one. */
function traceLink(trace, span, words, attributes) {
  const to = traceAddress(trace, span);
  return to === undefined ? el('span', plain(words)) : el('a', { href: to, title: trace, ...attributes }, words);
}
