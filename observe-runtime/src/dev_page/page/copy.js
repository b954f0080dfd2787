// What a span gives to take along: a traceparent, a command for the shell, a file.

/** The header that makes a request part of the trace, below this span. */
function traceparent(trace, span) {
  const flags = Number(span.raw.flags ?? 1) & 0xff;
  return `00-${trace.id}-${span.id}-${flags.toString(16).padStart(2, '0')}`;
}

/** A word of a shell command: nothing in single quotes means anything to a shell but the quote. */
function shellWord(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Printable ASCII; everything else as its bytes with percent signs, also what a terminal would take for a command. */
function inAddress(text) {
  return text.replaceAll('#', '%23').replace(/[^\x21-\x7e]+/gu, (part) => {
    try {
      return encodeURIComponent(part);
    } catch {
      return '';
    }
  });
}

/** The request that a span stands for, or the one that it is part of, as a curl line. None where there is no request. */
function curlLine(trace, span) {
  let request = span;
  for (let steps = 0; request && steps < 1000; steps += 1) {
    const path = attributeOf(request.raw.attributes, 'url.path') ?? attributeOf(request.raw.attributes, 'http.route');
    const method = attributeOf(request.raw.attributes, 'http.request.method');
    if (request.kind === 'server' && path !== undefined && method !== undefined) {
      const query = attributeOf(request.raw.attributes, 'url.query');
      const place = inAddress(path).replace(/^\/+/, '').replaceAll('?', '%3F') + (query ? `?${inAddress(query)}` : '');
      const header = shellWord(`traceparent: ${traceparent(trace, request)}`);
      return `curl${asksFor(method)} --globoff ${shellWord(`${location.origin}/${place}`)} -H ${header}`;
    }
    request = request.parent && trace.byId.get(request.parent);
  }
  return undefined;
}

function asksFor(method) {
  if (method === 'GET' || !/^[A-Z]{1,20}$/.test(method)) return '';
  return method === 'HEAD' ? ' --head' : ` -X ${method}`;
}

/** Hands a file to the browser. */
function download(name, text) {
  const link = el('a', { href: URL.createObjectURL(new Blob([text], { type: 'application/json' })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
