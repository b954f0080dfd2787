// One loop that asks for what is shown, and for nothing else: it stands still while the page is hidden, waits longer and
// longer while the service does not answer, and sees when another run of the service answers.

const STATE_EVERY = 2000;
const LONGEST_WAIT = 15_000;

const loop = {
  view: undefined,
  timer: undefined,
  stop: undefined, // aborts the round that is under way
  stateAt: -Infinity,
  failures: 0,
  onConnection: () => {},
  onState: () => {},
  onRestart: () => {},
};

/** Begins a round at once, whatever is under way. */
function pollNow() {
  clearTimeout(loop.timer);
  loop.stop?.abort();
  loop.stop = undefined;
  if (!document.hidden && loop.view) void round();
}

function watch(view) {
  loop.view = view;
  pollNow();
}

async function round() {
  const stop = new AbortController();
  loop.stop = stop;
  const { view } = loop;
  let wait;
  try {
    if (loop.failures > 0 || performance.now() - loop.stateAt > STATE_EVERY) await readState(stop.signal);
    wait = await view.poll(stop.signal);
    if (stop.signal.aborted) return;
    loop.failures = 0;
    loop.onConnection('live');
    view.problem(undefined);
  } catch (failure) {
    if (stop.signal.aborted) return;
    wait = failed(view, failure);
  }
  loop.timer = setTimeout(pollNow, Math.min(wait ?? STATE_EVERY, LONGEST_WAIT));
}

/** What a failure shows, and how long to wait before the next round. */
function failed(view, failure) {
  if (!(failure instanceof Problem)) {
    // A mistake of this page: say it rather than stand still without a word.
    console.error(failure);
    view.problem(`This page failed to read the answer: ${failure.message}`);
    return 5000;
  }
  if (failure.status === 0) {
    loop.failures += 1;
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** loop.failures) * (0.85 + Math.random() * 0.3);
    loop.onConnection('lost', wait);
    return wait;
  }
  loop.failures = 0;
  loop.onConnection(failure.status === 401 ? 'token' : 'live');
  view.problem(failure.message);
  return 3000;
}

async function readState(signal) {
  const asked = Date.now();
  const state = await get('state', {}, signal);
  loop.stateAt = performance.now();
  const before = service.state;
  service.state = state;
  // The answer was written about half way between question and answer.
  service.offset = state.now - (asked + Date.now()) / 2;
  if (before && Math.abs(before.started - state.started) > 1) loop.onRestart(state);
  loop.onState(state);
}

document.addEventListener('visibilitychange', pollNow);
addEventListener('online', pollNow);
