// A list of which only the rows in sight are in the page. Rows have one height; those that are looked at stay under the
// pointer when others come in above, unless the list stands at its top.

const NARROW = matchMedia('(max-width: 760px)');

/** A cell of a row. */
function cell(name, ...children) {
  return el(`span.${name}`, { role: 'gridcell' }, ...children);
}

class Rows {
  /**
   * `make` gives `{node, …}` for a row, `update(row, item, index)` fills it, `key(item)` names an item for good.
   * `heights` are those of a row on a wide and on a narrow page.
   */
  constructor({ role = 'grid', label, test, heights, make, update, key, choose, open }) {
    Object.assign(this, { heights, make, update, key, choose, open });
    this.items = [];
    this.places = new Map();
    this.shown = new Map();
    this.spare = [];
    this.chosen = undefined;
    this.held = false;
    this.name = `rows-${Rows.count += 1}`;
    this.body = el('div.rows-body', { role: 'presentation' });
    this.space = el('div.rows-space', { role: 'presentation' }, this.body);
    this.node = el('div.rows', { role, tabindex: '0', 'aria-label': label, test }, this.space);
    this.node.addEventListener('scroll', () => this.render(), { passive: true });
    // While a button is down nothing moves: the row that is let go is the one that was pressed.
    this.node.addEventListener('pointerdown', (event) => { this.held = event.button === 0 && event.target !== this.node; });
    this.node.addEventListener('pointermove', (event) => event.buttons === 0 && this.letGo());
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(() => this.letGo()));
    this.node.addEventListener('click', (event) => this.clicked(event));
    new ResizeObserver(() => this.resized()).observe(this.node);
    NARROW.addEventListener('change', () => this.render());
  }

  /** The head above the list leaves as much room at its side as the scroll bar takes. */
  resized() {
    this.node.parentElement?.style.setProperty('--bar', `${this.node.offsetWidth - this.node.clientWidth}px`);
    this.render();
  }

  get height() {
    return this.heights[NARROW.matches ? 1 : 0];
  }

  get atTop() {
    return this.node.scrollTop < 4;
  }

  letGo() {
    if (!this.held) return;
    this.held = false;
    if (this.waiting) this.set(this.waiting);
  }

  clicked(event) {
    const row = event.target.closest('[role=row]');
    const item = row && this.items[this.places.get(row.key)];
    if (item === undefined) return;
    if (event.target.closest('a, button')) return;
    this.select(row.key);
    if (!String(getSelection())) this.open?.(item);
  }

  /** Shows these items, in this order. */
  set(items) {
    if (this.held) {
      this.waiting = items;
      return;
    }
    this.waiting = undefined;
    const anchor = this.atTop ? undefined : this.anchor(items);
    this.items = items;
    this.places = new Map(items.map((item, index) => [this.key(item), index]));
    this.space.style.height = `${items.length * this.height}px`;
    setAttribute(this.node, 'aria-rowcount', items.length);
    if (anchor) {
      const index = this.places.get(anchor.key);
      if (index !== undefined) this.node.scrollTop = index * this.height + anchor.rest;
    }
    this.render();
  }

  /** The first row in sight that is still there in the new items, and how far it is scrolled away. */
  anchor(items) {
    const coming = new Set(items.map((item) => this.key(item)));
    const top = this.node.scrollTop;
    const first = Math.floor(top / this.height);
    for (let index = first; index < this.items.length; index += 1) {
      const key = this.key(this.items[index]);
      if (coming.has(key) && !this.items[index].running) return { key, rest: top - index * this.height };
    }
    return undefined;
  }

  /** Puts the rows in sight into the page, in their order, and fills them. */
  render() {
    if (this.held && this.waiting) return;
    const { height } = this;
    this.space.style.height = `${this.items.length * height}px`;
    const first = Math.max(0, Math.floor(this.node.scrollTop / height) - 6);
    const last = Math.min(this.items.length, Math.ceil((this.node.scrollTop + this.node.clientHeight) / height) + 6);
    const wanted = new Set();
    for (let index = first; index < last; index += 1) wanted.add(this.key(this.items[index]));
    for (const [key, row] of this.shown) {
      if (wanted.has(key)) continue;
      this.shown.delete(key);
      row.node.remove();
      this.spare.push(row);
    }
    this.body.style.transform = `translateY(${first * height}px)`;
    let before = this.body.firstChild;
    for (let index = first; index < last; index += 1) {
      const item = this.items[index];
      const key = this.key(item);
      const row = this.shown.get(key) ?? this.add(key);
      if (row.node === before) before = before.nextSibling;
      else this.body.insertBefore(row.node, before);
      setAttribute(row.node, 'aria-rowindex', index + 1);
      this.mark(row, key);
      this.update(row, item, index);
    }
    if (this.spare.length > 60) this.spare.length = 60;
  }

  add(key) {
    const row = this.spare.pop() ?? this.make();
    row.node.key = key;
    row.node.id = `${this.name}-${String(key).replace(/\W/g, '')}`;
    this.shown.set(key, row);
    return row;
  }

  mark(row, key) {
    const chosen = key === this.chosen;
    setAttribute(row.node, 'aria-selected', chosen ? 'true' : 'false');
    if (chosen) setAttribute(this.node, 'aria-activedescendant', row.node.id);
  }

  get choice() {
    const index = this.places.get(this.chosen);
    return index === undefined ? undefined : this.items[index];
  }

  /** Chooses an item and brings it into sight. */
  select(key, quietly = false) {
    this.chosen = key;
    const index = this.places.get(key);
    if (index !== undefined) this.reveal(index);
    else this.node.removeAttribute('aria-activedescendant');
    this.render();
    if (!quietly && index !== undefined) this.choose?.(this.items[index]);
  }

  reveal(index) {
    const top = index * this.height;
    const { scrollTop, clientHeight } = this.node;
    if (top < scrollTop) this.node.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) this.node.scrollTop = top + this.height - clientHeight;
  }

  /** One or more rows down or up; the list takes the focus, so that a screen reader says the row. */
  move(by) {
    if (this.items.length === 0) return;
    this.node.focus({ preventScroll: true });
    const at = this.places.get(this.chosen);
    const next = at === undefined ? Math.floor(this.node.scrollTop / this.height) : at + by;
    this.select(this.key(this.items[Math.max(0, Math.min(this.items.length - 1, next))]));
  }

  /** The rows that fit. */
  get page() {
    return Math.max(1, Math.floor(this.node.clientHeight / this.height) - 1);
  }
}
Rows.count = 0;
