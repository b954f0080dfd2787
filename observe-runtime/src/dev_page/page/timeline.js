// The time axis of a trace: which part of it is shown, its ticks, and the drag that shows less of it.

class Timeline {
  constructor(changed) {
    this.changed = changed;
    this.length = 1;
    this.part = undefined;
    this.ticks = el('div.ticks', { 'aria-hidden': 'true' });
    this.drawn = el('i.drag', { hidden: true });
    this.reset = button('Whole trace', { class: 'quiet', test: 'zoom-reset', hidden: true, title: 'Show the whole time (0)' }, () => this.zoom(undefined));
    this.node = el('div.axis', { title: 'Drag to look at a part of the time' }, this.ticks, this.drawn);
    this.node.addEventListener('pointerdown', (event) => this.drag(event));
    this.node.addEventListener('dblclick', () => this.zoom(undefined));
  }

  get from() { return this.part?.[0] ?? 0; }

  get to() { return this.part?.[1] ?? this.length; }

  /** Where a time stands, in percent of the width. */
  at(ms) {
    return ((ms - this.from) / (this.to - this.from)) * 100;
  }

  setLength(length) {
    this.length = Math.max(length, 0.001);
    this.draw();
  }

  zoom(part) {
    this.part = part && part[1] - part[0] >= this.length / 1e6 ? part : undefined;
    this.reset.hidden = this.part === undefined;
    this.draw();
    this.changed();
  }

  /** A span with a little room at both its ends. */
  zoomTo(span, end) {
    const room = Math.max((end - span.start) * 0.05, this.length / 1e5);
    this.zoom([Math.max(0, span.start - room), Math.min(this.length, end + room)]);
  }

  draw() {
    const step = stepOf((this.to - this.from) / (NARROW.matches ? 3 : 5));
    const ticks = [];
    for (let time = Math.ceil(this.from / step - 1e-9) * step; time <= this.to && ticks.length < 12; time += step) {
      const at = this.at(time);
      const tick = el('span', { class: at > 92 ? 'tick last' : 'tick' }, time === 0 ? '0' : duration(Number(time.toPrecision(6))));
      tick.style.left = `${at}%`;
      ticks.push(tick);
    }
    this.ticks.replaceChildren(...ticks);
    this.places = ticks.map((tick) => tick.style.left);
  }

  drag(event) {
    if (event.button !== 0) return;
    const box = this.node.getBoundingClientRect();
    const of = (at) => Math.max(0, Math.min(1, (at.clientX - box.left) / box.width));
    const begin = of(event);
    this.node.setPointerCapture(event.pointerId);
    const move = (at) => {
      const [left, right] = [Math.min(begin, of(at)), Math.max(begin, of(at))];
      this.drawn.hidden = right - left < 0.005;
      this.drawn.style.left = `${left * 100}%`;
      this.drawn.style.width = `${(right - left) * 100}%`;
    };
    const end = (at) => {
      this.node.removeEventListener('pointermove', move);
      this.drawn.hidden = true;
      const [left, right] = [Math.min(begin, of(at)), Math.max(begin, of(at))];
      const width = this.to - this.from;
      if (at.type === 'pointerup' && right - left >= 0.005) this.zoom([this.from + left * width, this.from + right * width]);
    };
    this.node.addEventListener('pointermove', move);
    this.node.addEventListener('pointerup', end, { once: true });
    this.node.addEventListener('pointercancel', end, { once: true });
  }
}

/** The round number next above: 1, 2 or 5 of a power of ten. */
function stepOf(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((times) => times * power >= least) ?? 10);
}
