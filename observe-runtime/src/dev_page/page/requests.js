// The requests as they come in.

class RequestsView extends LiveView {
  constructor() {
    super('requests');
    const change = () => this.filtered();
    this.errors = toggleButton('Errors', { test: 'filter-errors', title: 'Only what failed' }, (on) => {
      press(this.errors, on);
      change();
    });
    this.tasks = toggleButton('No tasks', { test: 'filter-tasks', title: 'Without what no request began: jobs, checks, calls of the service’s own' }, (on) => {
      press(this.tasks, on);
      rewrite(this.address());
      rememberPlace('requests', this.address());
      this.draw([]);
    });
    this.slow = filterInput({
      label: 'Only slower than this many milliseconds', test: 'filter-slow', placeholder: 'Min. ms', type: 'number', width: 'short', change,
    });
    this.route = filterInput({ label: 'Only routes that contain this', test: 'filter-route', placeholder: 'Route', width: 'middle', change });
    this.text = filterInput({ label: 'Only names, routes, trace ids and errors that contain this', test: 'filter-text', placeholder: 'Search', change });
    this.slowest = 0;
    this.setUp({
      feed: new Feed({ path: 'requests', name: 'requests', filters: () => this.filters(), changed: (fresh) => this.draw(fresh) }),
      rows: new Rows({
        label: 'Requests, newest first', test: 'request-list', heights: [34, 56], make: requestRow,
        update: (row, item) => fillRequest(row, item, this.slowest, this.feed.first),
        key: (item) => (item.running ? `r${item.span_id}` : item.seq),
        open: (item) => go(traceAddress(item.trace_id, item.span_id)),
      }),
      filters: [this.text, this.route, this.slow, this.errors, this.tasks],
    });
    this.search = this.text;
    this.quiet = 0;
  }

  head() {
    return rowsHead('request-grid', 'Method', 'Route', 'Status', 'Duration', 'Trace', 'Age');
  }

  filters() {
    return {
      errors: isPressed(this.errors) ? '1' : undefined,
      slow: Number(this.slow.value) > 0 ? this.slow.value : undefined,
      route: this.route.value.trim(),
      text: this.text.value.trim(),
    };
  }

  address() {
    return address('requests', [], { ...this.filters(), tasks: isPressed(this.tasks) ? '0' : undefined });
  }

  enter({ query }) {
    const before = this.address();
    press(this.errors, query.get('errors') === '1');
    press(this.tasks, query.get('tasks') === '0');
    this.slow.value = query.get('slow') ?? '';
    this.route.value = query.get('route') ?? '';
    this.text.value = query.get('text') ?? '';
    if (this.address() !== before) this.feed.forget();
    this.rows.render();
  }

  draw(fresh) {
    const { running, paused, asked } = this.feed;
    const withTasks = !isPressed(this.tasks);
    const rows = withTasks ? this.feed.rows : this.feed.rows.filter((item) => item.method);
    const open = running.filter((item) => (withTasks || item.method) && this.fits(item)).sort((one, other) => other.start - one.start)
      .map((item) => ({ ...item, running: true }));
    const items = [...open, ...rows];
    this.slowest = (rows.length > 0 ? rows : open).reduce((most, item) => Math.max(most, item.duration_ms), 0);
    this.rows.set(items);
    this.count(fresh);
    const failed = rows.filter((row) => row.failed).length;
    const words = [plural(rows.length, 'request'), `${number(failed)} failed`];
    if (open.length > 0) words.push(`${number(open.length)} running`);
    if (this.feed.skipped) words.push('more than 500 a second, some are left out');
    this.figures(words.join(' · '));
    this.drawEmpty(asked && items.length === 0, 'No request yet', 'Make one, and it shows up here within a second:');
    if (!paused) this.tell(fresh);
  }

  /** Those that run are filtered as the service filters the others. */
  fits(item) {
    const { errors, slow, route, text } = this.filters();
    const has = (value, part) => value?.toLowerCase().includes(part.toLowerCase());
    return !errors && !(item.duration_ms < Number(slow)) && (!route || has(item.route, route))
      && (!text || [item.name, item.route, item.trace_id].some((value) => has(value, text)));
  }

  /** Tells a screen reader of failures, now and then. */
  tell(fresh) {
    const failed = fresh.filter((row) => row.failed);
    if (failed.length === 0 || Date.now() < this.quiet) return;
    this.quiet = Date.now() + 5000;
    // A live region: what is written there is said.
    setText(byId('announce'), failed.length === 1 ? `Failed: ${plain(failed[0].name)}` : `${failed.length} requests failed`);
  }

  open() {
    const item = this.rows.choice;
    if (item) go(traceAddress(item.trace_id, item.span_id));
  }
}

function requestRow() {
  const row = {
    method: cell('method'),
    name: el('a.name', { tabindex: '-1' }),
    error: el('span.error-text'),
    status: cell('status'),
    bar: el('i.bar'),
    took: el('span.took'),
    trace: cell('trace-id'),
    age: el('time.age'),
  };
  row.node = el('div.row.request-grid', { role: 'row', test: 'request-row' },
    row.method,
    cell('what', row.name, row.error),
    row.status,
    cell('duration', row.took, el('span.track', { 'aria-hidden': 'true' }, row.bar)),
    row.trace,
    cell('when', row.age));
  return row;
}

function fillRequest(row, item, slowest, first) {
  const { node } = row;
  setAttribute(node, 'data-trace', plain(item.trace_id));
  setAttribute(node, 'data-span', plain(item.span_id));
  setAttribute(node, 'data-running', item.running && 'true');
  setAttribute(node, 'data-failed', item.failed && 'true');
  const gone = !item.running && item.seq < first;
  node.classList.toggle('gone', gone);
  show(row.method, item.method ?? item.kind ?? 'task');
  row.method.classList.toggle('soft', !item.method);
  // Where no route matched, the method is all that a request is named by.
  show(row.name, item.route ?? (item.name === item.method ? 'unmatched' : item.name));
  setAttribute(row.name, 'href', traceAddress(item.trace_id, item.span_id));
  setAttribute(row.name, 'title', gone ? 'The service keeps this trace no more' : plain(item.name));
  show(row.error, item.failed ? item.error ?? '' : '');
  setText(row.status, item.running ? 'running' : String(item.status ?? (item.failed ? 'failed' : 'ok')));
  row.status.dataset.class = item.running ? 'running' : item.failed ? 'bad' : item.status >= 400 ? 'warn' : 'good';
  setText(row.took, duration(item.duration_ms));
  setAttribute(row.took, 'title', `${item.duration_ms} ms`);
  row.bar.style.width = `${slowest > 0 ? Math.min(100, Math.max(1, (item.duration_ms / slowest) * 100)) : 0}%`;
  setText(row.trace, String(item.trace_id).slice(0, 8));
  setAttribute(row.trace, 'title', `${plain(item.trace_id)}${item.sampled === false ? ' (not sampled: kept here, not exported)' : ''}`);
  row.trace.classList.toggle('unsampled', item.sampled === false);
  const end = item.start + (item.running ? 0 : item.duration_ms);
  setText(row.age, age(now() - end));
  setAttribute(row.age, 'title', isoTime(item.start));
  setAttribute(row.age, 'datetime', isoTime(item.start));
}
