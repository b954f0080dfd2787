// The spans of a trace as a tree with bars on one axis of time. Only rows in sight are in the page.

const MOST_INDENT = 14;
const MOST_DOTS = 40;

class Waterfall {
  constructor({ choose, open }) {
    this.collapsed = new Set();
    this.matching = undefined;
    this.timeline = new Timeline(() => this.redraw());
    this.rows = new Rows({
      role: 'treegrid', label: 'Spans of the trace', test: 'waterfall', heights: [28, 44],
      make: () => this.makeRow(), update: (row, span) => this.fillRow(row, span), key: (span) => span.key,
      choose, open,
    });
    this.lines = el('div.lines', { 'aria-hidden': 'true' });
    this.rows.node.prepend(el('div.lines-frame', { 'aria-hidden': 'true' }, this.lines));
    this.node = el('div.waterfall',
      el('div.span-grid.rows-head', el('span', 'Span'), el('span.took', 'Took'), this.timeline.node),
      this.rows.node);
  }

  /** Shows a trace; one that was read again keeps what is folded, chosen and scrolled. */
  set(trace, again) {
    if (!again) {
      this.collapsed.clear();
      this.timeline.part = undefined;
      this.timeline.reset.hidden = true;
      this.rows.node.scrollTop = 0;
      this.rows.chosen = undefined;
    }
    this.trace = trace;
    // Ids are unique in an honest trace; a second span with the same id still gets a row of its own.
    trace.spans.forEach((span, index) => {
      span.key = trace.byId.get(span.id) === span ? span.id : `${span.id}-${index}`;
    });
    this.fold();
    this.timeline.setLength(this.end());
    this.redraw();
  }

  /** Where the axis ends: with the last span, or now while one is open. */
  end() {
    const { length, openSpans, begin } = this.trace;
    return openSpans > 0 ? Math.max(length, now() - begin) : length;
  }

  endOf(span) {
    return span.end ?? Math.max(span.start, now() - this.trace.begin);
  }

  /** The rows that are not below a folded one. */
  fold() {
    const rows = [];
    let deeper = Infinity;
    for (const span of this.trace.spans) {
      if (span.depth > deeper) continue;
      deeper = Infinity;
      rows.push(span);
      if (this.collapsed.has(span.key)) deeper = span.depth;
    }
    this.rows.set(rows);
  }

  redraw() {
    if (!this.trace) return;
    this.lines.replaceChildren(...this.timeline.places.map((left) => {
      const line = el('i');
      line.style.left = left;
      return line;
    }));
    this.rows.render();
  }

  makeRow() {
    const row = {
      indent: el('span.indent'),
      toggle: button('', { class: 'fold', test: 'toggle', tabindex: '-1' }, () => this.toggle(row.span)),
      swatch: el('i.swatch', { 'aria-hidden': 'true' }),
      name: el('span.span-name'),
      note: el('span.span-note'),
      took: cell('took'),
      bar: el('i.span-bar'),
      dots: el('span.dots'),
    };
    row.node = el('div.row.span-grid', { role: 'row', test: 'waterfall-row' },
      cell('span-cell', row.indent, row.toggle, row.swatch, row.name, row.note),
      row.took, cell('time-cell', row.bar, row.dots));
    return row;
  }

  fillRow(row, span) {
    row.span = span;
    const { node } = row;
    const folded = this.collapsed.has(span.key);
    setAttribute(node, 'data-span', plain(span.id));
    setAttribute(node, 'data-failed', span.failed && 'true');
    setAttribute(node, 'data-open', span.open && 'true');
    setAttribute(node, 'aria-level', span.depth + 1);
    setAttribute(node, 'aria-expanded', span.children.length > 0 ? String(!folded) : undefined);
    node.classList.toggle('faded', this.matching !== undefined && !this.matching.has(span));
    row.indent.style.width = `${Math.min(span.depth, MOST_INDENT) * (NARROW.matches ? 8 : 14)}px`;
    setText(row.indent, span.depth > MOST_INDENT ? String(span.depth) : '');
    row.toggle.hidden = span.children.length === 0;
    setText(row.toggle, folded ? '▸' : '▾');
    setAttribute(row.toggle, 'aria-label', `${folded ? 'Unfold' : 'Fold'} ${plural(span.children.length, 'child', 'children')}`);
    row.swatch.dataset.color = span.scope.color;
    row.name.title = `${plain(span.name)} (${plain(span.scope.name)})`;
    show(row.name, span.name);
    setText(row.note, span.failed ? 'failed' : span.open ? 'running' : folded ? `+${number(span.children.length)}` : '');
    const end = this.endOf(span);
    setText(row.took, duration(end - span.start));
    this.place(row.bar, span.start, end);
    row.bar.dataset.color = span.scope.color;
    this.fillDots(row, span);
  }

  /** Puts a bar where its time is, as far as that part of the time is shown. */
  place(bar, start, end) {
    const left = this.timeline.at(start);
    const right = this.timeline.at(end);
    bar.hidden = right < 0 || left > 100;
    bar.style.left = `${Math.max(0, left)}%`;
    bar.style.width = `${Math.min(100, right) - Math.max(0, left)}%`;
  }

  /** Events as dots; those that would lie on each other are one. */
  fillDots(row, span) {
    const chosen = span.key === this.rows.chosen;
    const mark = `${span.key} ${span.events.length} ${this.timeline.from} ${this.timeline.to} ${chosen}`;
    if (row.mark === mark) return;
    row.mark = mark;
    const places = new Map();
    for (const event of span.events) {
      const at = this.timeline.at(event.at);
      if (at < 0 || at > 100) continue;
      const place = Math.round(at * 2);
      if (!places.has(place) && places.size >= MOST_DOTS) continue;
      if (!places.has(place)) places.set(place, []);
      places.get(place).push(event);
    }
    row.dots.replaceChildren(...[...places].map(([place, events]) => {
      const worst = events.find((event) => event.isException) ?? events.find((event) => event.level === 'error')
        ?? events.find((event) => event.level === 'warn') ?? events[0];
      const words = events.slice(0, 4).map((event) => `+${duration(event.at - span.start)}  ${event.level ?? ''} ${event.words}`.slice(0, 240));
      if (events.length > 4) words.push(`and ${events.length - 4} more`);
      const dot = el('button', {
        type: 'button', class: 'dot', test: 'event-dot', 'data-class': worst.class, tabindex: chosen ? '0' : '-1',
        'aria-label': plural(events.length, 'event'), onclick: () => this.rows.select(span.key),
      });
      dot.style.left = `${place / 2}%`;
      tip(dot, words.join('\n'));
      return dot;
    }));
  }

  toggle(span, fold = !this.collapsed.has(span.key)) {
    if (span.children.length === 0) return;
    if (fold) this.collapsed.add(span.key);
    else this.collapsed.delete(span.key);
    this.fold();
  }

  foldAll(fold) {
    this.collapsed = new Set(fold ? this.trace.spans.filter((span) => span.children.length > 0).map((span) => span.key) : []);
    this.fold();
  }

  /** Chooses a span; what it is folded into is unfolded. */
  choose(span, quietly) {
    for (let above = this.parentOf(span), steps = 0; above && steps < 10_000; above = this.parentOf(above), steps += 1) {
      this.collapsed.delete(above.key);
    }
    this.fold();
    this.rows.select(span.key, quietly);
  }

  parentOf(span) {
    return span.parent ? this.trace.byId.get(span.parent) : undefined;
  }

  /** Fades what does not fit; says how many do. */
  find(text) {
    const part = text.trim().toLowerCase();
    this.matching = part === '' ? undefined : new Set(this.trace.spans.filter((span) => span.id === part
      || span.name.toLowerCase().includes(part) || span.events.some((event) => event.words.toLowerCase().includes(part))
      || attributePairs(span.raw.attributes).some(([key, value]) => `${key}=${value}`.toLowerCase().includes(part))));
    this.rows.render();
    return this.matching?.size;
  }

  /** Chooses the next span after the chosen one that is wanted. */
  next(wanted) {
    const { spans } = this.trace;
    const at = spans.findIndex((span) => span.key === this.rows.chosen);
    for (let step = 1; step <= spans.length; step += 1) {
      const span = spans[(at + step) % spans.length];
      if (wanted(span)) return this.choose(span);
    }
    return undefined;
  }
}
