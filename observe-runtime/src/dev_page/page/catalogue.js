// Everything that the program declares, and whether this run has shown it.

const RECORD_KINDS = {
  service: 'Service', span: 'Spans', metric: 'Metrics', family: 'Families of metrics', meter: 'Meters', label: 'Labels', set: 'Sets of labels',
  redaction: 'Redactions', health_check: 'Health checks',
};

class CatalogueView extends WholeView {
  constructor() {
    super('catalogue');
    this.search = filterInput({ label: 'Only records that contain this', test: 'filter-text', placeholder: 'Search', change: () => this.draw() });
    const seen = [['', 'Seen and never seen'], ['true', 'Seen in this run'], ['false', 'Never seen in this run']];
    this.seen = filterSelect('Seen in this run', 'filter-seen', seen, () => this.draw());
    this.figures = el('span.figures');
    this.list = el('div.catalogue');
    this.node.append(el('div.toolbar', this.search, this.seen, el('span.grow'), this.figures), el('div.scroll.padded', { tabindex: '0' }, this.list));
  }

  draw() {
    if (!this.answer) return;
    const { records = [], note } = this.answer;
    const part = this.search.value.trim().toLowerCase();
    const wanted = records.filter((record) => (this.seen.value === '' || String(record.seen) === this.seen.value)
      && JSON.stringify(record).toLowerCase().includes(part));
    const groups = new Map(Object.keys(RECORD_KINDS).map((kind) => [kind, []]));
    for (const record of wanted) {
      if (!groups.has(record.kind)) groups.set(record.kind, []);
      groups.get(record.kind).push(record);
    }
    const never = records.filter((record) => record.seen === false).length;
    setText(this.figures, `${plural(wanted.length, 'record')} · ${number(never)} never seen in this run`);
    const closed = new Set([...this.list.querySelectorAll('details:not([open])')].map((node) => node.dataset.kind));
    const filled = [...groups].filter(([, list]) => list.length > 0);
    this.list.replaceChildren(...filled.map(([kind, list]) => el('details.group', { 'data-kind': plain(kind), open: !closed.has(kind) },
      el('summary', el('h2', RECORD_KINDS[kind] ?? plain(kind)), el('span.count', number(list.length))),
      ...list.sort((one, other) => (one.name < other.name ? -1 : 1)).map(recordRow))));
    if (wanted.length > 0) return;
    this.list.append(records.length > 0 ? emptyState('No record fits', el('p', 'Search for something else.'))
      : emptyState('The catalogue is empty', el('p', ...textNodes(note ?? 'The program declares nothing.'))));
  }
}

function recordRow(record) {
  const details = Object.entries(record.details ?? {}).filter(([, value]) => value !== '');
  const help = details.find(([key]) => key === 'help' || key === 'description');
  return el('div.record', { test: 'catalogue-row', 'data-name': plain(record.name), 'data-seen': record.seen === undefined ? undefined : String(record.seen) },
    el('div.record-head',
      record.kind === 'metric' || record.kind === 'family'
        ? el('a.record-name', { href: address('metrics', [record.name]) }, ...textNodes(record.name)) : el('span.record-name', ...textNodes(record.name)),
      record.seen === undefined ? '' : el('span.badge', { 'data-class': record.seen ? 'good' : 'unknown' }, record.seen ? 'seen' : 'never seen'),
      el('span.grow'), el('code.code-place', { title: plain(`${record.crate ?? ''} ${record.module}`) },
        ...textNodes(record.file ? `${record.file}:${record.line}` : record.module))),
    help ? el('p.record-help', ...textNodes(fieldText(help[1]))) : '',
    el('div.pairs', ...details.filter((pair) => pair !== help).map(([key, value]) => pairNode([key, fieldText(value)]))));
}
