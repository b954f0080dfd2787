// What the service logs, changed while it runs.

class LevelControl {
  constructor() {
    this.now = el('code', { test: 'log-level-now' });
    this.input = el('input.level-input', {
      test: 'log-level-input', 'aria-label': 'Log filter of the service', placeholder: 'info,hyper=warn', autocomplete: 'off', spellcheck: 'false', required: true,
    });
    this.apply = el('button', { type: 'submit', test: 'log-level-apply' }, 'Apply');
    this.quick = ['error', 'warn', 'info', 'debug', 'trace'].map((level) => button(
      level, { class: 'quiet', test: 'log-level-quick', 'data-level': level }, () => this.set(level),
    ));
    this.answer = el('span.soft', { role: 'status', test: 'log-level-answer' });
    this.form = el('form.level', el('span.level-now', 'The service logs ', this.now), this.input, this.apply, el('span.quick', ...this.quick), this.answer);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.set(this.input.value.trim());
    });
  }

  /** Shows what /state says. */
  show({ log_filter: filter }) {
    const fixed = filter === null || filter === undefined;
    for (const control of [this.input, this.apply, ...this.quick]) control.disabled = fixed;
    if (fixed) {
      setText(this.now, 'as it was started');
      setText(this.answer, 'The level can’t be changed here: the program set up its logs itself, or logs nothing.');
      this.fixed = true;
      return;
    }
    if (this.fixed) setText(this.answer, '');
    this.fixed = false;
    show(this.now, filter);
    for (const one of this.quick) press(one, one.dataset.level === filter);
  }

  async set(filter) {
    if (filter === '') return;
    try {
      const { before, now: after } = await post('log-filter', { filter });
      if (service.state) service.state.log_filter = after;
      this.show({ log_filter: after });
      this.answer.replaceChildren(...textNodes(`was ${before}, is ${after} now`));
      this.answer.classList.remove('bad');
    } catch (failure) {
      this.answer.replaceChildren(...textNodes(failure.message));
      this.answer.classList.add('bad');
    }
  }
}
