// The lines of the log as they come in.

class LogsView extends LiveView {
  constructor() {
    super('logs');
    const change = () => this.filtered();
    const levels = [['', 'All levels'], ['error', 'error'], ['warn', 'warn or worse'], ['info', 'info or worse'], ['debug', 'debug or worse']];
    this.level = filterSelect('This level or worse', 'filter-level', levels, change);
    this.target = filterInput({ label: 'Only targets that contain this', test: 'filter-target', placeholder: 'Target', width: 'middle', change });
    this.text = filterInput({ label: 'Only lines that contain this', test: 'filter-text', placeholder: 'Search', change });
    this.traceChip = button('', { class: 'toggle', test: 'filter-trace', 'aria-pressed': 'true', title: 'Show the lines of all traces again', hidden: true }, () => {
      this.trace = undefined;
      change();
      this.drawTrace();
    });
    this.levels = new LevelControl();
    if (service.state) this.levels.show(service.state);
    this.detail = el('aside.detail', { test: 'log-detail', 'aria-label': 'The chosen line', tabindex: '-1', hidden: true });
    this.setUp({
      feed: new Feed({ path: 'logs', name: 'logs', filters: () => this.filters(), changed: (fresh) => this.draw(fresh) }),
      rows: new Rows({
        label: 'Log lines, newest first', test: 'log-list', heights: [28, 50], make: logRow, update: fillLog, key: (item) => item.seq,
        open: (item) => this.showDetail(item),
      }),
      filters: [this.text, this.target, this.level, this.traceChip], side: this.detail,
    });
    this.node.querySelector('.toolbar').after(this.levels.form);
    this.search = this.text;
  }

  head() {
    return rowsHead('log-grid', 'Time', 'Level', 'Target', 'Message', 'Trace');
  }

  filters() {
    return { level: this.level.value, target: this.target.value.trim(), text: this.text.value.trim(), trace: this.trace };
  }

  address() {
    return address('logs', [], this.filters());
  }

  enter({ query }) {
    const before = this.address();
    this.level.value = query.get('level') ?? '';
    this.target.value = query.get('target') ?? '';
    this.text.value = query.get('text') ?? '';
    this.trace = TRACE_ID.test(query.get('trace') ?? '') ? query.get('trace') : undefined;
    this.drawTrace();
    if (this.address() !== before) this.feed.forget();
    this.rows.render();
  }

  drawTrace() {
    this.traceChip.hidden = this.trace === undefined;
    setText(this.traceChip, `Trace ${String(this.trace).slice(0, 8)} ✕`);
  }

  draw(fresh) {
    const { rows, asked } = this.feed;
    this.rows.set(rows);
    this.count(fresh);
    this.figures(`${plural(rows.length, 'line')}${this.feed.skipped ? ' · more than 500 a second, some are left out' : ''}`);
    this.drawEmpty(asked && rows.length === 0, 'No log line yet', 'Make a request, or let the service say more with the level above:');
  }

  showDetail(item) {
    this.detail.hidden = false;
    const fields = Object.entries(item.fields ?? {}).map(([key, value]) => [key, fieldText(value)]);
    const link = item.trace_id && traceAddress(item.trace_id, item.span_id);
    this.detail.replaceChildren(
      el('header.detail-head',
        el('p.tags', el('span.badge', { 'data-class': item.level }, item.level), el('span.tag', ...textNodes(item.target)), el('span.grow'),
          button('✕', { class: 'quiet square', 'aria-label': 'Close', title: 'Close (Esc)' }, () => this.back())),
        el('h2.log-message', ...textNodes(item.message))),
      link ? el('div.buttons', el('a.button.primary', { href: link, test: 'log-trace' }, 'Open the trace'),
        button('Only this trace', {}, () => go(address('logs', [], { trace: item.trace_id })))) : '',
      facts([
        ['Time', timeElement(item.time, isoTime(item.time))], ['Code', item.file && `${item.file}${item.line === undefined ? '' : `:${item.line}`}`],
        ['Request id', item.request_id], ['User', item.user], ['Client', item.client], ['Trace id', item.trace_id], ['Span id', item.span_id],
      ]),
      section('Fields', fields.length, attributeTable(fields, 'No fields')),
    );
    this.rows.render();
  }

  restarted() {
    super.restarted();
    this.back();
  }

  open() {
    if (this.rows.choice) this.showDetail(this.rows.choice);
  }

  move(by) {
    this.rows.move(by);
    if (!this.detail.hidden && this.rows.choice) this.showDetail(this.rows.choice);
  }

  back() {
    const was = !this.detail.hidden;
    this.detail.hidden = true;
    if (was) this.rows.node.focus({ preventScroll: true });
    return was;
  }
}

function fieldText(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function logRow() {
  const row = {
    time: el('time.time'), level: el('span.badge'), target: cell('target'),
    message: el('span.message'), fields: el('span.pairs'), trace: el('a.trace-id', { tabindex: '-1' }),
  };
  row.node = el('div.row.log-grid', { role: 'row', test: 'log-row' },
    cell('time-of-log', row.time), cell('level-cell', row.level), row.target,
    cell('what', row.message, row.fields), cell('trace-cell', row.trace));
  return row;
}

function fillLog(row, item) {
  if (row.item === item) return;
  row.item = item;
  setAttribute(row.node, 'data-level', plain(item.level));
  setAttribute(row.node, 'data-trace', item.trace_id && plain(item.trace_id));
  setText(row.time, clock(item.time));
  setAttribute(row.time, 'title', isoTime(item.time));
  setAttribute(row.time, 'datetime', isoTime(item.time));
  setText(row.level, plain(item.level));
  row.level.dataset.class = plain(item.level);
  show(row.target, item.target);
  setAttribute(row.target, 'title', plain(item.target));
  show(row.message, item.message);
  row.fields.replaceChildren(...Object.entries(item.fields ?? {}).slice(0, 12).map(([key, value]) => pairNode([key, fieldText(value).slice(0, 200)])));
  const link = item.trace_id && traceAddress(item.trace_id, item.span_id);
  row.trace.hidden = !link;
  setAttribute(row.trace, 'href', link);
  setText(row.trace, link ? item.trace_id.slice(0, 8) : '');
  setAttribute(row.trace, 'title', link && `Open trace ${item.trace_id}`);
}
