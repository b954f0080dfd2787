// The head of the page: who answers, whether it answers, theme, downloads, help.

const THEMES = ['auto', 'dark', 'light'];

function storedTheme() {
  try {
    const theme = localStorage.getItem('observe-theme');
    return THEMES.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

function setTheme(theme) {
  setAttribute(document.documentElement, 'data-theme', theme === 'auto' ? undefined : theme);
  const node = byId('theme');
  node.dataset.theme = theme;
  setText(byId('theme-icon'), { auto: '◐', dark: '☾', light: '☀' }[theme]);
  setText(byId('theme-words'), theme);
  node.title = 'Theme (t)';
  setAttribute(node, 'aria-label', `Theme: ${theme}`);
  try {
    localStorage.setItem('observe-theme', theme);
  } catch {
    // Kept for this page only, where the browser keeps nothing.
  }
}

/** Shows what /state says. */
function showState(state) {
  show(byId('service'), state.service);
  for (const id of ['version', 'environment']) {
    byId(id).hidden = !state[id];
    show(byId(id), state[id]);
  }
  document.title = `${plain(state.service)} · observe`;
  const { memory } = state;
  const used = memory.spans_bytes + memory.logs_bytes;
  const words = `Up since ${isoTime(state.started)}. ${bytes(used)} of ${bytes(memory.limit_bytes)} are kept here: `
    + `${bytes(memory.spans_bytes)} of spans, ${bytes(memory.logs_bytes)} of logs. What is oldest goes first.`;
  byId('memory').hidden = false;
  setText(byId('memory'), `up ${duration(Math.max(0, now() - state.started))} · ${bytes(used)}`);
  byId('memory').title = words;
  views.get('logs')?.levels.show(state);
}

const CONNECTION_WORDS = { wait: 'connecting', live: 'live', lost: 'lost: the service does not answer', token: 'the service wants its token again' };

/** Says whether the service answers; `wait` is how long until it is asked again. */
function showConnection(kind, wait) {
  const node = byId('connection');
  const words = kind === 'lost' ? `${CONNECTION_WORDS.lost}; next try in ${Math.max(1, Math.round(wait / 1000))} s` : CONNECTION_WORDS[kind];
  setAttribute(node, 'data-state', kind);
  setText(byId('connection-text'), words);
  byId('retry').hidden = kind === 'live' || kind === 'wait';
  setText(byId('retry'), kind === 'token' ? 'Load anew' : 'Try now');
}

const HELP_KEYS = [
  ['j  k', 'next, previous (also the arrows)'], ['Enter', 'open what is chosen'], ['Esc', 'close, or back to the requests'], ['/', 'search'],
  ['1 … 8', 'the tabs'], ['p', 'pause and go on'], ['t', 'theme'], ['?', 'this help'],
  ['h  l', 'trace: fold, unfold (also ← →)'], ['e', 'trace: next failed span'], ['n', 'trace: next span found'],
  ['z  0', 'trace: look at the chosen span, at all of it'],
];

function fillHelp() {
  const { origin } = location;
  byId('help').append(
    el('div.detail-head', el('h2', { id: 'help-title' }, 'Keys'),
      button('✕', { class: 'quiet square', 'aria-label': 'Close', autofocus: true }, () => byId('help').close())),
    el('dl.keys', ...HELP_KEYS.flatMap(([key, words]) => [el('dt', ...key.split('  ').map((one) => el('kbd', one))), el('dd', words)])),
    el('h2', 'What is shown'),
    el('p', 'The service keeps its latest spans and log lines in its own memory, after redaction: what is personal was hidden before and can’t be shown here. ',
      ...textNodes('[REDACTED:email] [REDACTED] h:158c003136e2dd83b253c011902a1f64 ***0143'), ' stand for such values; each says what it is when one points at it.'),
    el('p', 'Scripts get the same as JSON:'), command(`curl ${origin}${BASE}requests`),
  );
}

function openHelp() {
  if (!byId('help').hasChildNodes()) fillHelp();
  byId('help').showModal();
}

function startHeader() {
  setTheme(storedTheme());
  for (const signal of ['traces', 'logs']) byId(`snapshot-${signal}`).href = `${BASE}snapshot?signal=${signal}`;
  byId('theme').addEventListener('click', nextTheme);
  byId('help-open').addEventListener('click', openHelp);
  byId('help').addEventListener('click', (event) => event.target === byId('help') && byId('help').close());
  byId('retry').addEventListener('click', () => (byId('connection').dataset.state === 'token' ? location.reload() : pollNow()));
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault();
    byId('main').focus();
  });
}

function nextTheme() {
  setTheme(THEMES[(THEMES.indexOf(byId('theme').dataset.theme) + 1) % THEMES.length]);
}
