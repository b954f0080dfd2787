// Who calls the service, and what it calls.

class MapView extends WholeView {
  constructor() {
    super('map');
    this.picture = el('div.map');
    this.table = el('div.map-table', { tabindex: '0' });
    this.node.append(el('div.scroll.padded', { tabindex: '0' }, this.picture, this.table));
    NARROW.addEventListener('change', () => this.answer && this.draw());
  }

  draw() {
    const { service: middle, edges = [] } = this.answer;
    if (edges.length === 0) {
      this.picture.replaceChildren(emptyState('No call yet', el('p', 'The map grows with the requests that come in and the calls that are made.'),
        command(`curl -i ${location.origin}/`)));
      this.table.replaceChildren();
      return;
    }
    const into = edges.filter((edge) => edge.to === middle);
    const out = edges.filter((edge) => edge.to !== middle);
    this.picture.replaceChildren(drawMap(middle, into, out));
    this.table.replaceChildren(edgeTable(edges));
  }
}

const BOX = { width: 220, height: 74 };
const STEP = 92;

/** Callers left, the service in the middle, what it calls right; on a narrow page from top to bottom, beside one line. */
function drawMap(middle, into, out) {
  const isDown = NARROW.matches;
  const count = Math.max(into.length, out.length, 1);
  const [width, height] = isDown ? [340, (into.length + out.length + 1) * STEP] : [1080, count * STEP];
  const [x, y] = isDown ? [20, (into.length + 0.5) * STEP] : [450, height / 2];
  const words = 'Service map; the table below says the same';
  const picture = svg('svg.map-picture', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': words });
  for (const [edges, name, left, first, from] of [[into, 'from', 0, 0.5, 450], [out, 'to', 860, into.length + 1.5, 630]]) {
    edges.forEach((edge, index) => {
      const top = isDown ? (first + index) * STEP : y + (index - (edges.length - 1) / 2) * STEP;
      const end = left === 0 ? BOX.width : left;
      const half = (from + end) / 2;
      const line = isDown ? `M40 ${y}V${top}H100` : `M${from} ${y}C${half} ${y} ${half} ${top} ${end} ${top}`;
      picture.append(edgeShape(edge, edge[name], isDown ? 100 : left, top, line));
    });
  }
  picture.append(svg('g.middle', svg('title', plain(middle)), svg('rect', { x, y: y - 26, width: 180, height: 52, rx: 8 }),
    svg('text.map-name', { x: x + 90, y: y - 2, 'text-anchor': 'middle' }, shortName(middle)),
    svg('text.soft', { x: x + 90, y: y + 14, 'text-anchor': 'middle' }, 'this service')));
  return picture;
}

/** The line of an edge and the box at its other end, in which the figures stand. */
function edgeShape(edge, name, x, y, line) {
  const failed = edge.failed > 0;
  const words = (dy, text, kind) => svg(`text.${kind}`, { x: x + 14, y: y + dy }, text);
  return svg('g.edge', { test: 'map-edge', 'data-from': plain(edge.from), 'data-to': plain(edge.to), 'data-class': failed ? 'bad' : 'good' },
    svg('title', `${plain(edge.from)} to ${plain(edge.to)}`),
    svg('path', { d: line, 'stroke-width': Math.min(7, 1.5 + Math.log10(Math.max(1, edge.calls))).toFixed(1) }),
    svg('rect', { x, y: y - BOX.height / 2, ...BOX, rx: 8 }),
    words(-14, shortName(name), 'map-name'), words(4, `${plural(edge.calls, 'call')} · p95 ${duration(edge.p95_ms)}`, 'soft'),
    words(21, failed ? `${number(edge.failed)} failed` : 'none failed', failed ? 'bad' : 'soft'));
}

function shortName(name) {
  const words = plain(name);
  return words.length > 23 ? `${words.slice(0, 22)}…` : words;
}

function edgeTable(edges) {
  const heads = ['From', 'To', 'Kind', 'Calls', 'Failed', 'Mean', 'p95'];
  return el('table.figures-table', el('caption.unseen', 'Calls between services'),
    el('thead', el('tr', ...heads.map((words) => el('th', { scope: 'col' }, words)))),
    el('tbody', ...edges.map((edge) => el('tr', el('td', ...textNodes(edge.from)), el('td', ...textNodes(edge.to)), el('td', plain(edge.kind)),
      ...[number(edge.calls), number(edge.failed), duration(edge.mean_ms), duration(edge.p95_ms)].map((words) => el('td', words))))));
}
