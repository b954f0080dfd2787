// Filters and buttons above a live list, and the frame that all views share.

/** A view: its frame, the line in which a failure is said, and whether it is the one that is shown. */
class View {
  constructor(name) {
    this.name = name;
    this.failure = el('p.problem', { role: 'alert', test: 'problem', hidden: true });
    this.node = el('section', {
      class: `view view-${name}`, id: `view-${name}`, role: 'tabpanel', 'aria-labelledby': `tab-${name}`,
      test: 'view', 'data-view': name, hidden: true,
    }, this.failure);
  }

  /** Says what is wrong, or takes it away. */
  problem(sentence) {
    this.failure.hidden = sentence === undefined;
    if (sentence !== undefined) show(this.failure, sentence);
  }

  // What the keys and the router call; each view has what it needs.
  enter() {}
  restarted() {}
  async poll() {}
  move(by) { this.node.querySelector('.scroll')?.scrollBy(0, by * 80); }
  open() {}
  back() { return false; }
  pause() {}
}

/** A view that is drawn as a whole, whenever the answer is another one. */
class WholeView extends View {
  async poll(signal) {
    const answer = await get(this.name, {}, signal);
    const text = JSON.stringify(answer);
    this.answer = answer;
    if (text !== this.text && (this.text === undefined || !inUse(this.node))) {
      this.draw(answer);
      this.text = text;
    }
    for (const time of this.node.querySelectorAll('time[data-since]')) setText(time, age(now() - Number(time.dataset.since)));
    return 2000;
  }
}

/** How long ago something was; goes on by itself. */
function since(ms) {
  return el('time', { datetime: isoTime(ms), title: isoTime(ms), 'data-since': ms }, age(now() - ms));
}

/** An input whose words filter a list. */
function filterInput({ label, test, placeholder, type = 'search', change, width }) {
  const input = el('input', {
    type, placeholder, test, 'aria-label': label, title: label, class: width, autocomplete: 'off', spellcheck: 'false',
    min: type === 'number' ? '0' : undefined, inputmode: type === 'number' ? 'decimal' : undefined,
  });
  input.addEventListener('input', whenStill(change));
  return input;
}

/** A field that filters by one of some values, as pairs of value and words. */
function filterSelect(label, test, values, change) {
  const options = values.map(([value, words]) => el('option', { value }, words));
  return el('select', { test, 'aria-label': label, onchange: change }, ...options);
}

/** The words above the columns of a list. */
function rowsHead(grid, ...columns) {
  return el(`div.${grid}.rows-head`, { 'aria-hidden': 'true' }, ...columns.map((words) => el('span', words)));
}

/** A button that stays down. */
function toggleButton(words, attributes, change) {
  const node = button(words, { 'aria-pressed': 'false', class: 'toggle', ...attributes }, () => change(!isPressed(node)));
  return node;
}

function press(node, on) {
  setAttribute(node, 'aria-pressed', String(on));
}

function isPressed(node) {
  return node.getAttribute('aria-pressed') === 'true';
}

/** A view with a feed: pause, clear, the line with the figures, the button that leads back to the newest. */
class LiveView extends View {
  /** `setUp` after the feed, the list and the filters are there. */
  setUp({ feed, rows, filters, side }) {
    Object.assign(this, { feed, rows });
    this.unseen = 0;
    this.pauseButton = toggleButton('Pause', { test: 'pause', title: 'Pause or go on (p)' }, () => this.pause());
    this.clearButton = button('Clear', { test: 'clear', class: 'quiet', title: 'Make the service forget the spans and logs that it keeps' }, () => this.clear());
    this.status = el('span.figures', { test: 'status' });
    this.newer = button('', { class: 'newer', test: 'newer', hidden: true }, () => this.toTop());
    this.none = el('div.none');
    this.node.append(
      el('div.toolbar', ...filters, el('span.grow'), this.status, this.pauseButton, this.clearButton),
      el('div.split', el('div.list', this.head(), this.newer, rows.node, this.none), side),
    );
    rows.node.addEventListener('scroll', () => rows.atTop && this.seen(), { passive: true });
  }

  seen() {
    this.unseen = 0;
    this.newer.hidden = true;
  }

  toTop() {
    this.rows.node.scrollTop = 0;
    this.seen();
  }

  /** Counts what came in above while one reads further down. */
  count(fresh) {
    if (this.rows.atTop || this.feed.paused) return;
    this.unseen += fresh.length;
    this.newer.hidden = this.unseen === 0;
    setText(this.newer, `↑ ${number(this.unseen)} new`);
  }

  async poll(signal) {
    await this.feed.poll(signal);
    return 1000;
  }

  pause() {
    this.feed.pause(!this.feed.paused);
    press(this.pauseButton, this.feed.paused);
    pollNow();
  }

  /** The filters are others: ask anew for what is kept. */
  filtered() {
    this.feed.forget();
    this.seen();
    this.rows.node.scrollTop = 0;
    if (loop.view === this) rewrite(this.address());
    rememberPlace(this.name, this.address());
    pollNow();
  }

  async clear() {
    try {
      await post('clear', {});
      for (const view of views.values()) view.restarted();
      toast('The service forgot the spans and logs that it kept.');
    } catch (failure) {
      this.problem(failure.message);
      return;
    }
    pollNow();
  }

  restarted() {
    this.feed.forget();
    this.seen();
    this.draw([]);
  }

  move(by) { this.rows.move(by); }

  /** What stands where no row is: nothing, how to get the first one, or how to see more. */
  drawEmpty(empty, title, first) {
    const isFiltered = Object.values(this.filters()).some(Boolean);
    const kind = !empty ? '' : isFiltered ? 'filtered' : 'first';
    if (this.none.dataset.kind === kind) return;
    this.none.dataset.kind = kind;
    if (kind === '') this.none.replaceChildren();
    else if (isFiltered) {
      const reset = button('Take the filters away', { class: 'primary', test: 'filters-reset' }, () => go(`#/${this.name}`));
      this.none.replaceChildren(emptyState('Nothing fits these filters', reset));
    } else this.none.replaceChildren(emptyState(title, el('p', first), command(`curl -i ${location.origin}/`)));
  }

  /** Says what is shown, or what was held back. */
  figures(words) {
    const { paused, meanwhile } = this.feed;
    setText(this.status, paused ? `Paused, ${number(meanwhile)} new` : words);
    this.node.classList.toggle('paused', paused);
    setText(this.pauseButton, paused ? 'Resume' : 'Pause');
  }
}
