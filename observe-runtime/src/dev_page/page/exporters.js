// Where the data go: what waits, what was sent, what was lost and why.

const LOSS_WORDS = { queue_full: 'the queue was full', export_failed: 'the export failed', shutdown: 'the service ended' };

class ExportersView extends View {
  constructor() {
    super('exporters');
    this.list = el('div', { class: 'cards' });
    this.node.append(el('div', { class: 'scroll padded' }, this.list));
  }

  async poll(signal) {
    const { exporters } = await get('exporters', {}, signal);
    const text = JSON.stringify(exporters);
    if (text !== this.text) {
      this.list.replaceChildren(...(exporters.length === 0
        ? [emptyState('Nothing is exported', el('p', {}, 'The data stay in this process. To send them, start it with '), command('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318'))]
        : exporters.map(exporterCard)));
    }
    this.text = text;
    for (const time of this.node.querySelectorAll('time[data-since]')) setText(time, age(now() - Number(time.dataset.since)));
    return 2000;
  }
}

function exporterCard(one) {
  const losses = Object.entries(one.lost ?? {}).filter(([, count]) => count > 0);
  const lost = losses.reduce((sum, [, count]) => sum + count, 0);
  const isNowhere = one.destination === 'nowhere';
  const kind = one.failing ? 'bad' : lost > 0 ? 'warn' : isNowhere ? 'unknown' : 'good';
  const words = one.failing ? 'Failing' : lost > 0 ? 'Has lost some' : isNowhere ? 'Off' : 'Working';
  return el('article', { class: 'card', test: 'exporter-row', 'data-signal': plain(one.signal), 'data-failing': String(Boolean(one.failing)), 'data-class': kind },
    el('header', {}, el('h3', {}, plain(one.signal)), el('span', { class: 'badge', 'data-class': kind }, words)),
    el('p', { class: 'destination' }, ...textNodes(one.destination)),
    facts([
      ['Sent', number(one.sent)],
      ['Waiting', one.capacity > 0 ? el('span', { class: 'with-meter' }, `${number(one.waiting)} of ${number(one.capacity)}`, fullness(one.waiting, one.capacity, `${number(one.waiting)} of ${number(one.capacity)} places in the queue`)) : number(one.waiting)],
      ['Lost', lost === 0 ? 'nothing' : el('span', { class: 'bad' }, losses.map(([why, count]) => `${number(count)}: ${LOSS_WORDS[why] ?? plain(why)}`).join('; '))],
    ]),
    one.last_error ? el('div', { class: 'error-panel' }, el('h3', {}, 'Last failure, ', since(one.last_error.time)), el('p', {}, ...textNodes(one.last_error.text))) : '');
}
