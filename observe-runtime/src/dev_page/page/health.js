// What the service says of its own health, and of what it needs.

const HEALTH_WORDS = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy', unknown: 'Unknown' };
const HEALTH_CLASS = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' };

class HealthView extends WholeView {
  constructor() {
    super('health');
    this.head = el('div.verdict');
    this.list = el('div.cards');
    this.node.append(el('div.scroll.padded', { tabindex: '0' }, this.head, this.list));
  }

  draw({ status, phase, components = [] }) {
    const bad = components.filter((one) => one.status !== 'healthy').length;
    this.head.dataset.class = HEALTH_CLASS[status] ?? 'unknown';
    this.head.replaceChildren(el('b', HEALTH_WORDS[status] ?? plain(status)), el('span', plain(phase)),
      el('span.soft', bad === 0 ? `${plural(components.length, 'component')}, all well` : `${number(bad)} of ${plural(components.length, 'component')} not well`));
    this.list.replaceChildren(...(components.length === 0
      ? [emptyState('No component is checked', el('p', 'Declare a health check, and what it finds stands here.'))]
      : components.map(healthCard)));
  }
}

function healthCard(one) {
  const kind = HEALTH_CLASS[one.status] ?? 'unknown';
  return el('article.card', { test: 'health-row', 'data-name': plain(one.name), 'data-status': plain(one.status), 'data-class': kind },
    el('header', el('h2', ...textNodes(one.name)), el('span.badge', { 'data-class': kind }, HEALTH_WORDS[one.status] ?? plain(one.status))),
    el('p.tags', one.kind && el('span.tag', plain(one.kind)), el('span.tag', one.critical ? 'critical' : 'not critical')),
    one.output ? el('p.why', ...textNodes(one.output)) : '',
    facts([
      ['Took', one.elapsed_ms === undefined ? undefined : duration(one.elapsed_ms)],
      ['Checked', one.checked === undefined ? 'not yet' : since(one.checked)],
      ['Changed', one.changed === undefined ? undefined : el('span', since(one.changed), one.before ? `, was ${plain(one.before)}` : '')],
      ...Object.entries(one.figures ?? {}).map(([key, value]) => [plain(key), fieldText(value)]),
    ]));
}
