// All families of metrics: what they are now, how they were, and how many series they have of those they may have.

class MetricsView extends View {
  constructor() {
    super('metrics');
    this.search = filterInput({ label: 'Only metrics whose name or help contains this', test: 'filter-text', placeholder: 'Search', change: () => this.draw() });
    this.figures = el('span.figures');
    this.list = el('div.metric-list');
    this.none = el('div.none');
    this.rows = new Map();
    this.unfolded = new Set();
    this.node.append(el('div.toolbar', this.search, el('span.grow'), this.figures),
      el('div.scroll',
        rowsHead('metric-grid', 'Metric', 'Last minutes', 'Now', 'p50', 'p95', 'p99', 'Series'),
        this.list, this.none));
  }

  enter({ parts: [name] }) {
    if (!name) return;
    this.unfolded.add(name);
    this.wanted = name;
    this.draw();
  }

  async poll(signal) {
    const answer = await get('metrics', {}, signal);
    const families = answer.families.map((family) => ({ help: '', unit: '', used: 0, history: [], series: [], ...family }));
    this.answer = { ...answer, families };
    this.draw();
    return Math.max(1000, Math.min(this.answer.interval_ms || 5000, 5000));
  }

  draw() {
    const { answer } = this;
    if (!answer) return;
    const text = this.search.value.trim().toLowerCase();
    const families = answer.families.filter((family) => `${family.name} ${family.help}`.toLowerCase().includes(text));
    const shown = new Set();
    let before = this.list.firstChild;
    for (const family of families) {
      const row = this.rows.get(family.name) ?? new MetricRow(this, family.name);
      this.rows.set(family.name, row);
      shown.add(family.name);
      if (row.node === before) before = before.nextSibling;
      else this.list.insertBefore(row.node, before);
      row.fill(family, answer);
    }
    for (const [name, row] of this.rows) {
      if (shown.has(name)) continue;
      row.node.remove();
      this.rows.delete(name);
    }
    const series = families.reduce((sum, family) => sum + family.used, 0);
    setText(this.figures, `${plural(families.length, 'family', 'families')} · ${number(series)} series`);
    this.none.replaceChildren(...(families.length > 0 ? [] : [answer.families.length > 0
      ? emptyState('No metric fits', el('p', 'Search for another name.'))
      : emptyState('No metric yet', el('p', 'A metric shows up once it was counted or declared.'))]));
    if (this.wanted && this.rows.has(this.wanted)) {
      this.select(this.wanted);
      this.wanted = undefined;
    }
  }

  select(name) {
    this.rows.get(this.chosen)?.node.classList.remove('chosen');
    this.chosen = name;
    const row = this.rows.get(name);
    row?.node.classList.add('chosen');
    row?.node.scrollIntoView({ block: 'nearest' });
    row?.head.focus({ preventScroll: true });
  }

  move(by) {
    const names = [...this.list.children].map((node) => node.dataset.name);
    if (names.length === 0) return;
    const at = names.indexOf(this.chosen);
    this.select(names[at < 0 ? 0 : Math.max(0, Math.min(names.length - 1, at + by))]);
  }

  open() { this.rows.get(this.chosen)?.toggle(); }

  back() {
    const row = this.rows.get(this.chosen);
    if (!row || !this.unfolded.has(row.name)) return false;
    row.toggle();
    return true;
  }

  restarted() { pollNow(); }
}

class MetricRow {
  constructor(view, name) {
    this.view = view;
    this.name = name;
    this.title = el('span.metric-name', ...textNodes(name));
    this.type = el('span.tag');
    this.unit = el('span.tag');
    this.help = el('span.metric-help');
    this.spark = el('span.spark-cell');
    this.value = el('span.value');
    this.quantiles = ['p50', 'p95', 'p99'].map((words) => el('span.quantile', { 'data-words': words }));
    this.series = el('span.series-cell');
    this.head = el('button', { type: 'button', class: 'metric-grid metric-head', test: 'metric-open', 'aria-expanded': 'false', onclick: () => this.toggle() },
      el('span.metric-words', el('span.metric-line', this.title, this.type, this.unit), this.help),
      this.spark, this.value, ...this.quantiles, this.series);
    this.body = el('div.metric-body', { hidden: true });
    this.node = el('div.metric', { test: 'metric-row', 'data-name': plain(name) }, this.head, this.body);
  }

  toggle() {
    const { unfolded } = this.view;
    const open = !unfolded.has(this.name);
    if (open) unfolded.add(this.name);
    else unfolded.delete(this.name);
    this.view.chosen = this.name;
    const to = open ? address('metrics', [this.name]) : '#/metrics';
    rewrite(to);
    rememberPlace('metrics', to);
    this.fill(this.family, this.answer);
  }

  fill(family, answer) {
    this.family = family;
    this.answer = answer;
    const { unit, history } = family;
    setText(this.type, family.type);
    this.unit.hidden = !unit;
    show(this.unit, unit);
    show(this.help, family.help);
    setAttribute(this.head, 'title', plain(family.help));
    const isRate = family.type !== 'gauge' && family.type !== 'info';
    const rateWords = (value) => (isRate ? `${number(value)}/s` : inUnit(value, unit));
    const known = history.filter((value) => Number.isFinite(value));
    const minutes = duration(history.length * answer.interval_ms);
    this.spark.replaceChildren(sparkline(history, {
      words: known.length === 0 ? 'No history yet'
        : `Last ${minutes}: ${rateWords(Math.min(...known))} to ${rateWords(Math.max(...known))}, now ${rateWords(known.at(-1))}`,
    }));
    this.fillValue(family, isRate ? known.at(-1) : undefined);
    this.fillSeries(family);
    const open = this.view.unfolded.has(this.name);
    setAttribute(this.head, 'aria-expanded', String(open));
    this.body.hidden = !open;
    if (!open) this.body.replaceChildren();
    else if (!inUse(this.body)) this.body.replaceChildren(...seriesNodes(family));
  }

  fillValue(family, rate) {
    const { series, unit } = family;
    const isSpread = family.type === 'histogram' || family.type === 'summary';
    const sum = series.reduce((all, one) => all + (isSpread ? one.count : one.value), 0);
    this.value.replaceChildren(el('b', series.length === 0 ? '–' : family.type === 'info' ? '' : isSpread ? number(sum) : inUnit(sum, unit)),
      rate !== undefined ? el('small', `${number(rate)}/s`) : '');
    setAttribute(this.value, 'title', series.length > 1 ? 'All series together' : undefined);
    for (const node of this.quantiles) {
      const value = isSpread ? familyQuantile(family, node.dataset.words) : undefined;
      setText(node, value === undefined ? '' : inUnit(value, unit));
    }
  }

  fillSeries({ used, allowed }) {
    const limit = allowed === undefined ? undefined : `${number(used)} of ${number(allowed)} series are used`;
    // One of one is no limit that one could come near to.
    this.series.replaceChildren(el('span', allowed === undefined ? number(used) : `${number(used)} / ${number(allowed)}`),
      allowed === undefined || allowed <= 1 ? '' : fullness(used, allowed, limit, 'series-meter'));
    setAttribute(this.series, 'title', limit ?? 'No limit is declared');
  }
}

/** A quantile of all series: out of the buckets together, else the worst of the series. */
function familyQuantile({ series }, name) {
  const filled = series.filter((one) => one.count > 0);
  if (filled.length === 1) return filled[0][name] ?? undefined;
  const bounds = filled[0]?.buckets?.map(([bound]) => bound).join();
  if (bounds && filled.every((one) => one.buckets?.map(([bound]) => bound).join() === bounds)) {
    const together = filled[0].buckets.map(([bound], index) => [bound, filled.reduce((sum, one) => sum + one.buckets[index][1], 0)]);
    return quantile(together, Number(name.slice(1)) / 100);
  }
  const known = filled.map((one) => one[name]).filter((value) => Number.isFinite(value));
  return known.length === 0 ? undefined : Math.max(...known);
}
