// Small pictures of numbers: a line over time, and how often which size came.

const SHORTEST_HISTORY = 36;

/** A line of the history, with its area; gaps where nothing was sampled. */
function sparkline(sampled, { width = 160, height = 30, words }) {
  // A service that is young has a short line at the right, not a few points over the whole width.
  const history = [...Array(Math.max(0, SHORTEST_HISTORY - sampled.length)).fill(null), ...sampled];
  const known = history.filter((value) => Number.isFinite(value));
  const picture = svg('svg.spark', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words });
  picture.append(svg('title', words));
  if (known.length === 0) return picture;
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  const range = most - least || 1;
  const step = width / Math.max(1, history.length - 1);
  const y = (value) => 2 + (1 - (value - least) / range) * (height - 4);
  let part = [];
  const close = () => {
    if (part.length > 0) {
      const line = part.map(([x, at]) => `${x.toFixed(1)} ${at.toFixed(1)}`).join('L');
      const floor = y(Math.max(least, 0)).toFixed(1);
      if (part.length > 1) picture.append(svg('path.area', { d: `M${part[0][0].toFixed(1)} ${floor}L${line}L${part.at(-1)[0].toFixed(1)} ${floor}Z` }));
      picture.append(svg('path.line', { d: part.length > 1 ? `M${line}` : `M${line}h1` }));
    }
    part = [];
  };
  history.forEach((value, index) => {
    if (Number.isFinite(value)) part.push([index * step, y(value)]);
    else close();
  });
  close();
  return picture;
}

/** Buckets as bars, each as high as it is full, and its exemplars as dots that lead to their traces. */
function histogram(buckets, unit, exemplars) {
  const most = Math.max(1, ...buckets.map(([, count]) => count));
  const bars = buckets.map(([bound, count], index) => {
    const under = index > 0 ? buckets[index - 1][0] : undefined;
    const range = bound === '+Inf' ? `over ${inUnit(under ?? 0, unit)}`
      : `${under === undefined ? 'up' : inUnit(under, unit)} to ${inUnit(bound, unit)}`;
    const bar = el('i.fill');
    bar.style.height = `${count === 0 ? 0 : Math.max(4, (count / most) * 100)}%`;
    const column = el('span.column', { tabindex: '0', role: 'img', 'aria-label': `${range}: ${number(count)}` }, bar);
    tip(column, `${range}\n${plural(count, 'observation')}`);
    return column;
  });
  const bound = (index) => (buckets[index][0] === '+Inf' ? '∞' : inUnit(buckets[index][0], unit));
  const middle = Math.floor(buckets.length / 2);
  return el('div.histogram', el('div.columns', ...bars),
    buckets.length > 2 && el('div.bounds', { 'aria-hidden': 'true' }, ...[0, middle, buckets.length - 1].map((index) => el('span', bound(index)))),
    exemplars?.length > 0 && el('p.exemplars', el('span.soft', 'Exemplars'), ...exemplars.slice(0, 12).map((exemplar) => traceLink(
      String(exemplar.trace_id), String(exemplar.span_id), inUnit(exemplar.value, unit),
      { class: 'exemplar', test: 'exemplar', 'data-trace': plain(exemplar.trace_id), title: `Trace ${plain(exemplar.trace_id)}, ${isoTime(exemplar.time)}` }))));
}

/**
 * How full something is, with words; it warns from four fifths on. A few that are all used are the ones that there are (the
 * reasons of a loss, say), and no limit that more would run into.
 */
function fullness(used, allowed, words, test) {
  const part = allowed > 0 ? used / allowed : 0;
  const bar = el('i.fill');
  bar.style.width = `${Math.min(100, part * 100)}%`;
  return el('span', {
    class: 'meter', test, role: 'meter', 'aria-valuemin': '0', 'aria-valuemax': allowed, 'aria-valuenow': used, 'aria-label': words, title: words,
    'data-class': part > 0.8 && !(used === allowed && allowed <= 10) ? 'warn' : 'good',
  }, bar);
}

/** The value below which a part of the observations is, out of buckets that each count alone; guessed inside a bucket. */
function quantile(buckets, part) {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  let seen = 0;
  for (const [index, [bound, count]] of buckets.entries()) {
    if (count > 0 && seen + count >= part * total) {
      const under = index > 0 ? buckets[index - 1][0] : Math.min(0, bound);
      return bound === '+Inf' ? under : under + (bound - under) * ((part * total - seen) / count);
    }
    seen += count;
  }
  return undefined;
}
