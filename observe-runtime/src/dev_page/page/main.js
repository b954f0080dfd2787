// Puts the views together and begins.

const TABS = [
  { name: 'requests', words: 'Requests', view: RequestsView },
  { name: 'trace', words: 'Trace', view: TraceView },
  { name: 'metrics', words: 'Metrics', view: MetricsView },
  { name: 'logs', words: 'Logs', view: LogsView },
  { name: 'health', words: 'Health', view: HealthView },
  { name: 'catalogue', words: 'Catalogue', view: CatalogueView },
  { name: 'exporters', words: 'Exporters', view: ExportersView },
  { name: 'map', words: 'Service map', view: MapView },
];

const views = new Map();
/** Where each tab was left, so that it is found again as it was. */
const places = new Map();
/** The tab that led to the trace. */
let cameFrom = 'requests';

function rememberPlace(name, hash) {
  places.set(name, hash);
  setAttribute(byId(`tab-${name}`), 'href', hash);
}

/** The view of a name, made when it is first looked at. */
function viewOf(name) {
  const tab = TABS.find((one) => one.name === name);
  if (tab && !views.has(name)) {
    views.set(name, new tab.view());
    byId('main').append(views.get(name).node);
  }
  return views.get(name);
}

function enterPlace() {
  clearTimeout(rewriting.timer);
  const where = place();
  const view = viewOf(where.view);
  if (!view) {
    history.replaceState(null, '', '#/requests');
    enterPlace();
    return;
  }
  if (view.name === 'trace' && loop.view && loop.view !== view) cameFrom = loop.view.name;
  rememberPlace(view.name, location.hash);
  for (const { name } of TABS) {
    const tab = byId(`tab-${name}`);
    const isShown = name === view.name;
    setAttribute(tab, 'aria-selected', String(isShown));
    setAttribute(tab, 'tabindex', isShown ? '0' : '-1');
    if (views.has(name)) views.get(name).node.hidden = !isShown;
    if (isShown && NARROW.matches) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  hideTip();
  view.enter(where);
  watch(view);
}

function start() {
  for (const [index, { name, words }] of TABS.entries()) {
    byId('tabs').append(el('a', {
      class: 'tab', role: 'tab', id: `tab-${name}`, test: `tab-${name}`, href: `#/${name}`, 'aria-controls': `view-${name}`, title: `${words} (${index + 1})`,
    }, words));
  }
  loop.onState = showState;
  loop.onConnection = showConnection;
  loop.onRestart = () => {
    for (const view of views.values()) view.restarted();
    toast('The service was started anew; what it kept before is gone.');
  };
  startHeader();
  listenForTips();
  listenForKeys();
  addEventListener('hashchange', enterPlace);
  enterPlace();
}

start();
