// What keys do. Keys that are typed into a field, or held with another, are left alone.

function listenForKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // A dialog or a menu that is open closes by itself.
    if (byId('help').open || document.querySelector('[popover]:popover-open')) return;
    if (isField(event.target)) {
      if (event.key === 'Escape') leaveField(event);
      return;
    }
    if (pressed(event)) event.preventDefault();
  });
}

/** Takes a search away, and goes back to the list. */
function leaveField(event) {
  event.preventDefault();
  if (event.target.type === 'search' && event.target.value !== '') {
    event.target.value = '';
    event.target.dispatchEvent(new Event('input'));
  }
  event.target.blur();
}

function isField(node) {
  return node.matches?.('input, textarea, select, [contenteditable]');
}

/** Whether the key did something. */
function pressed({ key, target }) {
  const view = loop.view;
  const isControl = target.matches?.('button, a, summary, [role=tab]');
  if (target.matches?.('[role=tab]') && (key === 'ArrowLeft' || key === 'ArrowRight')) return moveTab(key === 'ArrowLeft' ? -1 : 1);
  if (key === 'Enter') {
    if (isControl) return false;
    view.open();
  } else if (key === 'Escape') return view.back();
  else if (key === 'j' || key === 'ArrowDown') view.move(1);
  else if (key === 'k' || key === 'ArrowUp') view.move(-1);
  else if (key === 'PageDown' && view.rows?.page) view.move(view.rows.page);
  else if (key === 'PageUp' && view.rows?.page) view.move(-view.rows.page);
  else if (key === 'Home' && view.rows?.page) view.move(-Infinity);
  else if (key === 'End' && view.rows?.page) view.move(Infinity);
  else if (key === '/') focusSearch(view);
  else if (key === '?') openHelp();
  else if (key === 'p') view.pause();
  else if (key === 't') nextTheme();
  else if (/^[1-8]$/.test(key)) go(places.get(TABS[key - 1].name) ?? `#/${TABS[key - 1].name}`);
  else return view.key?.(key) ?? false;
  return true;
}

function focusSearch(view) {
  view.search?.focus();
  view.search?.select();
}

function moveTab(by) {
  const at = TABS.findIndex(({ name }) => name === loop.view.name);
  const { name } = TABS[(at + by + TABS.length) % TABS.length];
  go(places.get(name) ?? `#/${name}`);
  byId(`tab-${name}`).focus();
  return true;
}
