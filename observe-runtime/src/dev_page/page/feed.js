// What comes in while one looks: asked for by sequence number, newest first, bounded, and held back while paused.

const MOST_ROWS = 1000;
const MOST_AT_ONCE = 500;

class Feed {
  /** `path` of the API, `name` of its list in the answer, `filters()` the parameters, `changed(fresh)` is told of news. */
  constructor({ path, name, filters, changed }) {
    Object.assign(this, { path, name, filters, changed });
    this.paused = false;
    this.forget();
  }

  /** Begins from the first that is kept. */
  forget() {
    this.rows = [];
    this.held = [];
    this.meanwhile = 0;
    this.next = 0;
    this.first = 0;
    this.running = [];
    this.skipped = false;
    this.asked = false;
    this.age = (this.age ?? 0) + 1;
  }

  async poll(signal) {
    const { age } = this;
    // One is asked for again and left out below, whether `after` itself is in the answer or not.
    const answer = await get(this.path, { after: Math.max(0, this.next - 1), limit: MOST_AT_ONCE, ...this.filters() }, signal);
    if (age !== this.age) return;
    // What was asked for again may be forgotten, and then it is what comes next. Less than that is another run of the
    // service, where the numbers begin again.
    if (answer.next < this.next - 1) {
      this.forget();
      await this.poll(signal);
      return;
    }
    this.take(answer);
  }

  take(answer) {
    const fresh = answer[this.name].filter((row) => row.seq >= this.next).sort((one, other) => other.seq - one.seq);
    const begins = !this.asked;
    this.asked = true;
    this.skipped = !begins && answer[this.name].length >= MOST_AT_ONCE;
    this.next = Math.max(this.next, answer.next);
    this.first = answer.first;
    if (this.paused && !begins) {
      this.meanwhile += fresh.length;
      this.held = bounded(fresh, this.held);
    } else {
      this.rows = bounded(fresh, this.rows);
      this.running = answer.running ?? [];
    }
    this.changed(begins ? [] : fresh);
  }

  pause(paused) {
    this.paused = paused;
    if (!paused) {
      this.rows = bounded(this.held, this.rows);
      this.held = [];
      this.meanwhile = 0;
    }
    this.changed([]);
  }
}

function bounded(fresh, rows) {
  return fresh.length === 0 ? rows : [...fresh, ...rows].slice(0, MOST_ROWS);
}
