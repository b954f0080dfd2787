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

function rememberPlace(name) {
  places.set(name, location.hash);
  setAttribute(byId(`tab-${name}`), 'href', location.hash);
}

function enterPlace() {
  const where = place();
  const view = views.get(where.view);
  if (!view) {
    history.replaceState(null, '', '#/requests');
    enterPlace();
    return;
  }
  rememberPlace(view.name);
  for (const [name, other] of views) {
    const tab = byId(`tab-${name}`);
    const isShown = other === view;
    setAttribute(tab, 'aria-selected', String(isShown));
    setAttribute(tab, 'tabindex', isShown ? '0' : '-1');
    other.node.hidden = !isShown;
    if (isShown) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  hideTip();
  view.enter(where);
  watch(view);
}

function start() {
  for (const [index, { name, words, view: Kind }] of TABS.entries()) {
    byId('tabs').append(el('a', {
      class: 'tab', role: 'tab', id: `tab-${name}`, test: `tab-${name}`, href: `#/${name}`, 'aria-controls': `view-${name}`, title: `${words} (${index + 1})`,
    }, words));
    const view = new Kind();
    views.set(name, view);
    byId('main').append(view.node);
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
