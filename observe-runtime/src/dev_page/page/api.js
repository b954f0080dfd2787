// The way to the service: requests, their failures as sentences, and whether it answers at all.

/** The page may be served below a prefix; the data are always below the page. */
const BASE = `${location.pathname.replace(/\/+$/, '')}/api/`;

/** A failure that can be shown. `status` is 0 where there was no answer. */
class Problem extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

async function call(path, options, signal) {
  const limit = AbortSignal.timeout(15_000);
  let answer;
  try {
    answer = await fetch(BASE + path, {
      credentials: 'same-origin', cache: 'no-store', ...options,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new Problem(0, 'The service does not answer.');
  }
  let body;
  try {
    body = await answer.json();
  } catch (failure) {
    if (signal?.aborted) throw failure;
    if (answer.ok) throw new Problem(0, 'The answer of the service broke off.');
  }
  if (answer.ok) return body;
  if (answer.status === 401) throw new Problem(401, 'The service wants its token again: load this page anew to give it.');
  const sentence = typeof body?.error === 'string' ? body.error : `The service answered with status ${answer.status}.`;
  throw new Problem(answer.status, sentence);
}

/** Gets JSON; `parameters` that are empty are left out. */
function get(path, parameters, signal) {
  const query = new URLSearchParams(Object.entries(parameters ?? {}).filter(([, value]) => value !== undefined && value !== ''));
  const text = query.toString();
  return call(text ? `${path}?${text}` : path, {}, signal);
}

function post(path, body) {
  return call(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** What /state said last, and how far the clock there is from the one here. */
const service = { state: undefined, offset: 0 };

/** The time at the service. */
function now() {
  return Date.now() + service.offset;
}
