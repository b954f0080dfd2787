// Values that were hidden before they were kept, shown as chips, and characters that would deceive the eye.

/** The forms that hide (a mask, a pseudonym, a cut) and characters that have no shape or turn the text round. */
const SPECIAL = new RegExp([
  /\[REDACTED(?::(?<kind>[\w .-]{1,40}))?\]/.source,
  /(?<![\w:])h:(?:[\w.-]{1,32}:)?(?<hash>[0-9a-f]{32})(?![0-9a-f])/.source,
  /(?<![\p{L}\p{N}*])(?<masked>[\p{L}\p{N}]{0,8}\*{3,}(?:@\*{3}|[\p{L}\p{N}]{1,8})?)(?![\p{L}\p{N}*])/.source,
  /(?<control>[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff])/.source,
].join('|'), 'gu');

/** Most texts have none of it: looked at quickly. */
const MAY_BE_SPECIAL = /\[REDACTED|h:|\*\*\*|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const MOST_CHARACTERS = 20_000;

/** The nodes that show a text: plain text, and chips where something was hidden. */
function textNodes(value) {
  let text = value === undefined || value === null ? '' : String(value);
  const cut = text.length > MOST_CHARACTERS;
  if (cut) text = text.slice(0, MOST_CHARACTERS);
  if (!MAY_BE_SPECIAL.test(text)) return cut ? [text, tooLong()] : [text];
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(SPECIAL)) {
    if (found.index > done) nodes.push(text.slice(done, found.index));
    nodes.push(chipOf(found));
    done = found.index + found[0].length;
  }
  if (done < text.length) nodes.push(text.slice(done));
  if (cut) nodes.push(tooLong());
  return nodes;
}

function tooLong() {
  return el('span.more', ' … the rest is in the JSON');
}

function chipOf({ 0: text, groups }) {
  if (groups.control !== undefined) {
    const point = `U+${text.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    return el('span.control', { title: 'A character that has no shape of its own or turns text round; shown by its number' }, point);
  }
  if (groups.hash !== undefined) {
    return chip('pseudonym', '# pseudonym', groups.hash.slice(0, 4),
      `${text}: a pseudonym. The same value always gives the same pseudonym, so one can follow it without knowing it.`);
  }
  if (groups.masked !== undefined) {
    return chip('masked', text, undefined, 'Masked before it was kept: only the characters that are shown are known here.');
  }
  const kind = groups.kind?.replaceAll('_', ' ');
  return chip('hidden', `●● ${kind ?? 'hidden'}`, undefined, kind === undefined
    ? 'Hidden before it was kept: personal or secret by its type or by its name.'
    : `Hidden before it was kept: found to be personal or secret (${kind}).`);
}

function chip(kind, words, more, explanation) {
  return el('span.chip', { test: 'chip', 'data-kind': kind, title: explanation }, words,
    more && el('span.chip-more', more));
}

/** Shows a text in an element; nothing is done where it is shown already. */
function show(node, value) {
  if (node.shown === value) return;
  node.shown = value;
  node.replaceChildren(...textNodes(value));
}

/** The text without what would deceive, for places that hold words only (titles, labels). */
function plain(value) {
  return String(value ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, ' ').slice(0, 500);
}
