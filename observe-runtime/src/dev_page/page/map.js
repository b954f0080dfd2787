// Who calls the service, and what it calls.

class MapView extends WholeView {
  constructor() {
    super('map');
    this.picture = el('div.map');
    this.table = el('div.map-table');
    this.node.append(el('div.scroll.padded', this.picture, this.table));
    NARROW.addEventListener('change', () => this.answer && this.draw());
  }

  draw() {
    const { service: middle, edges = [] } = this.answer;
    if (edges.length === 0) {
      this.picture.replaceChildren(emptyState('No call yet', el('p', 'The map grows with the requests that come in and the calls that are made.'), command(`curl -i ${location.origin}/`)));
      this.table.replaceChildren();
      return;
    }
    const into = edges.filter((edge) => edge.to === middle);
    const out = edges.filter((edge) => edge.to !== middle);
    this.picture.replaceChildren(NARROW.matches ? drawDown(middle, into, out) : drawAcross(middle, into, out));
    this.table.replaceChildren(edgeTable(edges));
  }
}

const BOX = { width: 220, height: 74 };

function mapPicture(width, height) {
  return svg('svg', { class: 'map-picture', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': 'Service map; the table below says the same' });
}

/** Callers left, the service in the middle, what it calls right. */
function drawAcross(middle, into, out) {
  const height = Math.max(into.length, out.length, 1) * 92 + 8;
  const picture = mapPicture(1080, height);
  const y = (count, index) => height / 2 + (index - (count - 1) / 2) * 92;
  into.forEach((edge, index) => picture.append(edgeShape(edge, edge.from, 0, y(into.length, index), [BOX.width, y(into.length, index), 450, height / 2])));
  out.forEach((edge, index) => picture.append(edgeShape(edge, edge.to, 860, y(out.length, index), [630, height / 2, 860, y(out.length, index)])));
  picture.append(middleShape(middle, 450, height / 2));
  return picture;
}

/** The same from top to bottom, for a narrow page. */
function drawDown(middle, into, out) {
  const picture = mapPicture(340, (into.length + out.length + 1) * 92);
  const y = (index) => index * 92 + 46;
  const center = y(into.length);
  into.forEach((edge, index) => picture.append(edgeShape(edge, edge.from, 100, y(index), [100, y(index), 40, center])));
  out.forEach((edge, index) => picture.append(edgeShape(edge, edge.to, 100, y(into.length + 1 + index), [40, center, 100, y(into.length + 1 + index)])));
  picture.append(middleShape(middle, 20, center));
  return picture;
}

/** The line of an edge and the box at its other end, in which the figures stand. */
function edgeShape(edge, name, x, y, [fromX, fromY, toX, toY]) {
  const half = (fromX + toX) / 2;
  const line = NARROW.matches ? `M40 ${fromX === 40 ? fromY : toY}V${y}H100` : `M${fromX} ${fromY}C${half} ${fromY} ${half} ${toY} ${toX} ${toY}`;
  const words = (dy, text, kind) => svg('text', { x: x + 14, y: y + dy, class: kind }, text);
  const shown = plain(name);
  return svg('g', { class: 'edge', 'data-test': 'map-edge', 'data-from': plain(edge.from), 'data-to': plain(edge.to), 'data-class': edge.failed > 0 ? 'bad' : 'good' },
    svg('title', `${plain(edge.from)} to ${plain(edge.to)}`),
    svg('path', { d: line, 'stroke-width': Math.min(7, 1.5 + Math.log10(Math.max(1, edge.calls))).toFixed(1) }),
    svg('rect', { x, y: y - BOX.height / 2, ...BOX, rx: 8 }),
    words(-14, shown.length > 23 ? `${shown.slice(0, 22)}…` : shown, 'map-name'),
    words(4, `${plural(edge.calls, 'call')} · p95 ${duration(edge.p95_ms)}`, 'soft'),
    words(21, edge.failed > 0 ? `${number(edge.failed)} failed` : 'none failed', edge.failed > 0 ? 'bad' : 'soft'));
}

function middleShape(name, x, y) {
  const words = plain(name);
  return svg('g', { class: 'middle' }, svg('title', words), svg('rect', { x, y: y - 26, width: 180, height: 52, rx: 8 }),
    svg('text', { x: x + 90, y: y - 2, 'text-anchor': 'middle', class: 'map-name' }, words.length > 22 ? `${words.slice(0, 21)}…` : words),
    svg('text', { x: x + 90, y: y + 14, 'text-anchor': 'middle', class: 'soft' }, 'this service'));
}

function edgeTable(edges) {
  const heads = ['From', 'To', 'Kind', 'Calls', 'Failed', 'Mean', 'p95'];
  return el('table.figures-table', el('caption.unseen', 'Calls between services'),
    el('thead', el('tr', ...heads.map((words) => el('th', { scope: 'col' }, words)))),
    el('tbody', ...edges.map((edge) => el('tr', el('td', ...textNodes(edge.from)), el('td', ...textNodes(edge.to)), el('td', plain(edge.kind)),
      el('td', number(edge.calls)), el('td', { class: edge.failed > 0 ? 'bad' : undefined }, number(edge.failed)), el('td', duration(edge.mean_ms)), el('td', duration(edge.p95_ms))))));
}
