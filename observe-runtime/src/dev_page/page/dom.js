'use strict';
// The page of a service, of whose files one script is made.
//
// Whatever comes from the service may have been written by somebody hostile. So text becomes text nodes and attributes
// that are only words (title, aria-label), addresses are made from checked parts (route.js), and nothing is ever parsed
// as markup. The policy that the page is served with refuses the rest.
//
// Hooks for tests, as data-test="…":
// - head: connection (data-state: wait, live, lost, token), retry, snapshot, snapshot-traces, snapshot-logs, theme
//   (data-theme: auto, dark, light), help, help-dialog, toast, announce
// - tabs: tab-requests, tab-trace, tab-metrics, tab-logs, tab-health, tab-catalogue, tab-exporters, tab-map
// - all views: view (data-view), empty, problem (a sentence of the API), chip (data-kind: hidden, pseudonym, masked)
// - requests: filter-errors, filter-slow, filter-route, filter-text, filter-tasks, filters-reset, pause (aria-pressed), clear,
//   status, newer, request-list, request-row (data-trace, data-span, data-running, data-failed)
// - trace: waterfall, waterfall-row (data-span, data-failed, data-open), toggle, event-dot, find, next-failed, zoom-reset,
//   detail (data-span), attribute-row (data-key), event-row, link-row, error-panel, copy-traceparent, copy-curl,
//   copy-trace-id, download-trace, trace-logs
// - metrics: filter-text, metric-row (data-name), metric-open, series-row, series-meter, exemplar (data-trace)
// - logs: filter-level, filter-target, filter-text, filter-trace, filters-reset, pause, clear, status, newer, log-list,
//   log-row (data-level, data-trace), log-detail, log-trace, log-level-input, log-level-apply, log-level-quick (data-level),
//   log-level-now, log-level-answer
// - others: health-row (data-name, data-status), filter-seen, catalogue-row (data-name, data-seen), exporter-row
//   (data-signal, data-failing), map-edge (data-from, data-to)

/**
 * Makes an element: `el('p.soft', {title}, …children)`; the attributes may be left out. Those that are absent or false are
 * not set; functions are listeners, so a text never becomes one.
 */
function el(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElement(tag), classes, rest);
}

/** The same for SVG. */
function svg(name, ...rest) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), classes, rest);
}

function fill(node, classes, rest) {
  const attributes = rest[0]?.constructor === Object ? rest.shift() : {};
  if (classes.length > 0) node.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else setAttribute(node, name === 'test' ? 'data-test' : name, value);
  }
  node.append(...rest.filter((child) => child !== undefined && child !== null && child !== false && child !== ''));
  return node;
}

/** The element that page.html brings. */
function byId(id) {
  return document.getElementById(id);
}

/** Sets a text only where it is another one: a page that ticks every second should not make the browser lay out. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or takes away an attribute. */
function setAttribute(node, name, value) {
  if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? '' : value);
}

/** Whether somebody is at it: the focus or a selection is inside. What is in use is not drawn anew. */
function inUse(node) {
  const chosen = getSelection();
  return (node !== document.activeElement && node.contains(document.activeElement)) || (!chosen.isCollapsed && node.contains(chosen.anchorNode));
}

/** A button with words. */
function button(words, attributes, act) {
  return el('button', { type: 'button', ...attributes, onclick: act }, words);
}

const tips = new WeakMap();

/** Shows words beside an element while the pointer or the focus is on it. */
function tip(node, text) {
  tips.set(node, text);
}

function showTip(node) {
  const box = byId('tip');
  box.replaceChildren(...textNodes(tips.get(node)));
  box.hidden = false;
  node.setAttribute('aria-describedby', 'tip');
  const at = node.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const above = at.top - size.height - 8;
  box.style.top = `${above < 4 ? at.bottom + 8 : above}px`;
  box.style.left = `${Math.max(4, Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - 4))}px`;
}

function hideTip() {
  byId('tip').hidden = true;
}

function listenForTips() {
  for (const [show, hide] of [['pointerover', 'pointerout'], ['focusin', 'focusout']]) {
    document.addEventListener(show, (event) => tips.has(event.target) && showTip(event.target));
    document.addEventListener(hide, (event) => tips.has(event.target) && hideTip());
  }
  document.addEventListener('scroll', hideTip, true);
}

/** Calls once things have been still for a while. */
function whenStill(act, wait = 200) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait, ...given);
  };
}

/** Says a few words for a moment, also to a screen reader. */
const toast = (() => {
  let timer;
  return (words) => {
    const box = byId('toast');
    box.textContent = words;
    box.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { box.hidden = true; }, 2500);
  };
})();

/** Copies, also where the page has no secure context and so no clipboard of its own. */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = el('textarea.unseen', { 'aria-hidden': 'true' });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    if (!done) return toast('The browser does not let this page copy.');
  }
  return toast(`Copied ${what}`);
}

/** What a view shows when there is nothing: words, and what to do. */
function emptyState(title, ...body) {
  return el('div.empty', { test: 'empty' }, el('h2', title), ...body);
}

/** A command that can be copied by a click. */
function command(line) {
  return el('span.command', el('code', line),
    button('Copy', { class: 'quiet' }, () => copy(line, 'the command')));
}
