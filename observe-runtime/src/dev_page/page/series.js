// The series of a family: labels and values, buckets, exemplars.

function seriesNodes(family) {
  const { series, unit, more } = family;
  const isSpread = family.type === 'histogram' || family.type === 'summary';
  const nodes = [el('p.metric-long', ...textNodes(family.help || 'No help is written for this metric.'))];
  if (series.length === 0) nodes.push(el('p.soft', 'Declared, and not one series so far.'));
  else nodes.push(isSpread ? spreadList(series, unit) : valueTable(series, unit, family.type));
  if (more > 0) nodes.push(el('p.soft', `${plural(more, 'more series is', 'more series are')} not shown.`));
  return nodes;
}

function labelNodes(labels) {
  const pairs = Object.entries(labels);
  return pairs.length === 0 ? [el('span.soft', 'no labels')] : pairs.map(pairNode);
}

function valueTable(series, unit, type) {
  const sorted = [...series].sort((one, other) => other.value - one.value);
  const most = Math.max(...sorted.map((one) => Math.abs(one.value)), 0);
  return el('table.series', el('tbody', ...sorted.map((one) => {
    const bar = el('i.fill');
    bar.style.width = `${most > 0 ? (Math.abs(one.value) / most) * 100 : 0}%`;
    return el('tr', { test: 'series-row' }, el('th', { scope: 'row' }, ...labelNodes(one.labels)),
      type !== 'info' && el('td.series-bar', { 'aria-hidden': 'true' }, el('span.track', bar)),
      type !== 'info' && el('td.series-value', { title: String(one.value) }, inUnit(one.value, unit)));
  })));
}

function spreadList(series, unit) {
  return el('div.spreads', ...series.map((one) => el('div.spread', { test: 'series-row' },
    el('div.labels', ...labelNodes(one.labels)),
    el('dl.numbers', ...[
      ['count', number(one.count)], ['mean', one.count > 0 ? inUnit(one.sum / one.count, unit) : '–'],
      ['p50', inUnit(one.p50, unit)], ['p95', inUnit(one.p95, unit)], ['p99', inUnit(one.p99, unit)],
    ].map(([name, value]) => el('div', el('dt', name), el('dd', value)))),
    one.buckets && histogram(one.buckets, unit, one.exemplars))));
}
