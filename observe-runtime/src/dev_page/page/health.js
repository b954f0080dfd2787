// What the service says of its own health, and of what it needs.

const HEALTH_WORDS = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy', unknown: 'Unknown' };
const HEALTH_CLASS = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' };

class HealthView extends View {
  constructor() {
    super('health');
    this.head = el('div', { class: 'verdict' });
    this.list = el('div', { class: 'cards' });
    this.node.append(el('div', { class: 'scroll padded' }, this.head, this.list));
  }

  async poll(signal) {
    const answer = await get('health', {}, signal);
    const text = JSON.stringify(answer);
    if (text !== this.text) this.draw(answer);
    for (const time of this.node.querySelectorAll('time[data-since]')) setText(time, age(now() - Number(time.dataset.since)));
    this.text = text;
    return 2000;
  }

  draw({ status, phase, components }) {
    const bad = components.filter((one) => one.status !== 'healthy').length;
    this.head.dataset.class = HEALTH_CLASS[status] ?? 'unknown';
    this.head.replaceChildren(el('b', {}, HEALTH_WORDS[status] ?? plain(status)), el('span', {}, plain(phase)),
      el('span', { class: 'soft' }, components.length === 0 ? '' : bad === 0 ? `all ${number(components.length)} components are well` : `${number(bad)} of ${number(components.length)} components are not well`));
    this.list.replaceChildren(...(components.length === 0
      ? [emptyState('No component is checked', el('p', {}, 'Declare a health check, and what it finds stands here.'))]
      : components.map(healthCard)));
  }
}

function since(ms) {
  return el('time', { datetime: isoTime(ms), title: isoTime(ms), 'data-since': ms }, age(now() - ms));
}

function healthCard(one) {
  const kind = HEALTH_CLASS[one.status] ?? 'unknown';
  return el('article', { class: 'card', test: 'health-row', 'data-name': plain(one.name), 'data-status': plain(one.status), 'data-class': kind },
    el('header', {}, el('h3', {}, ...textNodes(one.name)), el('span', { class: 'badge', 'data-class': kind }, HEALTH_WORDS[one.status] ?? plain(one.status))),
    el('p', { class: 'tags' }, one.kind && el('span', { class: 'tag' }, plain(one.kind)), el('span', { class: 'tag' }, one.critical ? 'critical' : 'not critical')),
    one.output ? el('p', { class: 'why' }, ...textNodes(one.output)) : '',
    facts([
      ['Took', one.elapsed_ms === undefined ? undefined : duration(one.elapsed_ms)],
      ['Checked', one.checked === undefined ? 'not yet' : since(one.checked)],
      ['Changed', one.changed === undefined ? undefined : el('span', {}, since(one.changed), one.before ? `, was ${plain(one.before)}` : '')],
      ...Object.entries(one.figures ?? {}).map(([key, value]) => [plain(key), fieldText(value)]),
    ]));
}
