// One trace: its head, the waterfall and the panel of the chosen span.

class TraceView extends View {
  constructor() {
    super('trace');
    this.title = el('h2.trace-title');
    this.meta = el('p.trace-meta');
    this.legend = el('p.legend');
    this.stale = el('p.stale', { hidden: true });
    this.waterfall = new Waterfall({ choose: (span) => this.chose(span), open: () => {} });
    this.find = filterInput({ label: 'Find spans by name, attribute or log line', test: 'find', placeholder: 'Find a span', change: () => this.found() });
    this.find.addEventListener('keydown', (event) => event.key === 'Enter' && this.nextFound());
    this.hits = el('span.figures');
    this.logs = el('a.button.quiet', { test: 'trace-logs' }, 'Logs');
    this.detail = el('aside.detail', { test: 'detail', 'aria-label': 'The chosen span', tabindex: '-1' });
    const { timeline } = this.waterfall;
    this.frame = el('div.trace-frame', { hidden: true },
      el('div.trace-head',
        el('div.trace-words', this.title, this.meta),
        el('div.buttons',
          button('Copy trace id', { test: 'copy-trace-id' }, () => copy(this.trace.id, 'the trace id')),
          button('Download', { test: 'download-trace', title: 'This trace as OTLP JSON' },
            () => download(`trace-${this.trace.id}.json`, JSON.stringify(this.trace.json, null, 1))),
          this.logs)),
      this.stale,
      el('div.toolbar', this.find, this.hits,
        this.nextFailed = button('Next failed', { class: 'quiet', test: 'next-failed', title: 'Go to the next failed span (e)' }, () => this.key('e')),
        timeline.reset,
        button('Fold all', { class: 'quiet', title: 'Show the roots only' }, () => this.waterfall.foldAll(true)),
        button('Unfold all', { class: 'quiet' }, () => this.waterfall.foldAll(false)), this.legend),
      el('div.split', this.waterfall.node, this.detail));
    this.none = el('div.none');
    this.node.append(this.frame, this.none);
    this.search = this.find;
  }

  address() {
    return this.id === undefined ? '#/trace' : traceAddress(this.id, this.waterfall.rows.choice?.id ?? this.wanted) ?? '#/trace';
  }

  enter({ parts: [id, span] }) {
    if (id === undefined || id === '') {
      if (this.trace === undefined) this.drawNone('No trace chosen', 'Open one from the requests, from a log line or from an exemplar of a metric.');
      return;
    }
    if (!TRACE_ID.test(id)) {
      this.forget();
      this.drawNone('That is no trace id', 'A trace id has 32 hexadecimal digits.');
      return;
    }
    this.wanted = SPAN_ID.test(span ?? '') ? span : undefined;
    if (id !== this.id) {
      this.forget();
      this.id = id;
      this.drawNone('Reading the trace', '');
    } else if (this.trace) this.chooseWanted();
  }

  forget() {
    this.id = undefined;
    this.trace = undefined;
    this.stale.hidden = true;
    this.frame.hidden = true;
    this.find.value = '';
    this.waterfall.matching = undefined;
    setText(this.hits, '');
  }

  drawNone(title, words) {
    this.frame.hidden = true;
    this.none.replaceChildren(emptyState(title, el('p', words), el('p', el('a', { href: '#/requests' }, 'To the requests'))));
  }

  /** Reads the trace, and again while a span is open or the trace is young. A big one is asked for less often. */
  async poll(signal) {
    const { id } = this;
    if (id === undefined) return 2000;
    const done = this.trace && this.trace.openSpans === 0 && now() - this.trace.begin - this.trace.length > 10_000;
    if (done && !this.again) return 2000;
    const began = performance.now();
    let json;
    try {
      json = await get(`traces/${id}`, {}, signal);
    } catch (failure) {
      if (failure.status !== 404 || id !== this.id) throw failure;
      this.gone(failure);
      return 5000;
    }
    if (id !== this.id) return 0;
    this.again = false;
    this.stale.hidden = true;
    this.take(readTrace(json));
    return Math.max(1000, 6 * (performance.now() - began));
  }

  gone(failure) {
    if (this.trace) {
      this.stale.hidden = false;
      setText(this.stale, 'The service keeps this trace no more. This is what it said before.');
      this.again = false;
      this.trace.openSpans = 0;
    } else this.drawNone('This trace is not here', failure.message);
  }

  restarted() {
    this.again = true;
  }

  take(trace) {
    if (trace === undefined) {
      this.drawNone('This trace has no spans', 'The service keeps none of it any more.');
      return;
    }
    const again = this.trace !== undefined;
    const isSame = (one, other) => one.openSpans === 0 && other.openSpans === 0 && one.spans.length === other.spans.length;
    if (again && isSame(this.trace, trace)) return;
    this.trace = trace;
    this.none.replaceChildren();
    this.frame.hidden = false;
    const [root] = trace.spans;
    show(this.title, root.name);
    this.waterfall.set(trace, again);
    this.meta.replaceChildren(...[
      el('code', { title: 'Trace id' }, trace.id), timeElement(trace.begin, `${clock(trace.begin)}, ${age(now() - trace.begin)}`),
      el('b', { title: 'From the first start to the last end' }, duration(this.waterfall.end())), el('span', plural(trace.spans.length, 'span')),
      trace.failed > 0 && el('span.bad', `${number(trace.failed)} failed`),
      trace.openSpans > 0 && el('span.running', `${number(trace.openSpans)} running`),
    ].filter(Boolean));
    this.legend.replaceChildren(...trace.scopes.slice(0, 8).map((scope) => el('span.legend-item', { title: `${plain(scope.name)}: ${plural(scope.spans, 'span')}` },
      el('i.swatch', { 'data-color': scope.color }), plain(scope.name))));
    this.nextFailed.hidden = trace.failed === 0;
    this.logs.href = address('logs', [], { trace: trace.id });
    if (this.find.value !== '') this.found();
    if (again && this.waterfall.rows.choice) this.showDetail();
    else this.chooseWanted();
  }

  /** The span of the address, or the first. */
  chooseWanted() {
    const span = this.trace.byId.get(this.wanted) ?? this.trace.spans[0];
    this.waterfall.choose(span);
  }

  chose(span) {
    const to = traceAddress(this.id, span.id);
    rewrite(to);
    rememberPlace('trace', to);
    this.showDetail();
  }

  showDetail() {
    const span = this.waterfall.rows.choice;
    if (!span) return;
    const same = this.detail.dataset.span === span.id;
    if (same && inUse(this.detail)) return;
    const { scrollTop } = this.detail;
    this.detail.dataset.span = span.id;
    this.detail.replaceChildren(...spanDetail(this.trace, span, this.waterfall.endOf(span)));
    this.detail.scrollTop = same ? scrollTop : 0;
  }

  found() {
    if (!this.trace) return;
    const hits = this.waterfall.find(this.find.value);
    setText(this.hits, hits === undefined ? '' : `${number(hits)} of ${number(this.trace.spans.length)}`);
  }

  nextFound() {
    this.found();
    if (this.waterfall.matching?.size > 0) this.waterfall.next((span) => this.waterfall.matching.has(span));
  }

  move(by) { if (this.trace) this.waterfall.rows.move(by); }

  get rows() { return this.trace && this.waterfall.rows; }

  open() { this.detail.focus(); }

  back() {
    if (this.detail.contains(document.activeElement)) this.waterfall.rows.node.focus({ preventScroll: true });
    else go(places.get(cameFrom) ?? '#/requests');
    return true;
  }

  /** Keys of this view alone. */
  key(key) {
    const span = this.trace && this.waterfall.rows.choice;
    if (!span) return false;
    if (key === 'e') this.waterfall.next((one) => one.failed);
    else if (key === 'n') this.nextFound();
    else if (key === 'z') this.waterfall.timeline.zoomTo(span, this.waterfall.endOf(span));
    else if (key === '0') this.waterfall.timeline.zoom(undefined);
    else if (key === 'ArrowLeft' || key === 'h') this.fold(span);
    else if (key === 'ArrowRight' || key === 'l') this.waterfall.toggle(span, false);
    else return false;
    return true;
  }

  /** Folds a span; one that has nothing to fold leads to its parent. */
  fold(span) {
    const canFold = span.children.length > 0 && !this.waterfall.collapsed.has(span.key);
    const parent = this.waterfall.parentOf(span);
    if (canFold) this.waterfall.toggle(span, true);
    else if (parent) this.waterfall.choose(parent);
  }
}
