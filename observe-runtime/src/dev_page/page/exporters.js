// Where the data go: what waits, what was sent, what was lost and why.

const LOSS_WORDS = { queue_full: 'the queue was full', export_failed: 'the export failed', shutdown: 'the service ended' };

class ExportersView extends WholeView {
  constructor() {
    super('exporters');
    this.list = el('div.cards');
    this.node.append(el('div.scroll.padded', { tabindex: '0' }, this.list));
  }

  draw({ exporters = [] }) {
    this.list.replaceChildren(...(exporters.length === 0
      ? [emptyState('Nothing is exported', el('p', 'The data stay in this process. To send them, start it with'),
        command('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318'))]
      : exporters.map(exporterCard)));
  }
}

function exporterCard(one) {
  const losses = Object.entries(one.lost ?? {}).filter(([, count]) => count > 0);
  const lost = losses.reduce((sum, [, count]) => sum + count, 0);
  const waiting = `${number(one.waiting)} of ${number(one.capacity)}`;
  const isNowhere = one.destination === 'nowhere';
  const kind = one.failing ? 'bad' : lost > 0 ? 'warn' : isNowhere ? 'unknown' : 'good';
  const words = one.failing ? 'Failing' : lost > 0 ? 'Has lost some' : isNowhere ? 'Off' : 'Working';
  return el('article.card', { test: 'exporter-row', 'data-signal': plain(one.signal), 'data-failing': String(Boolean(one.failing)), 'data-class': kind },
    el('header', el('h2', plain(one.signal)), el('span.badge', { 'data-class': kind }, words)),
    el('p.destination', ...textNodes(one.destination)),
    isNowhere ? el('p.soft', 'Not sent anywhere: stays in this process.') : facts([
      ['Sent', number(one.sent)],
      ['Waiting', one.capacity > 0 ? el('span', waiting, fullness(one.waiting, one.capacity, `${waiting} places in the queue`)) : number(one.waiting)],
      ['Lost', lost === 0 ? 'nothing' : el('span.bad', losses.map(([why, count]) => `${number(count)}: ${LOSS_WORDS[why] ?? plain(why)}`).join('; '))],
    ]),
    one.last_error ? el('div.error-panel', el('h3', 'Last failure, ', since(one.last_error.time)), el('p', ...textNodes(one.last_error.text))) : '');
}
