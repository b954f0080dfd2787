// Numbers, durations and times as words.

const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const significant = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Milliseconds, as short as one can read: `412 µs`, `12.3 ms`, `2.41 s`, `3 min 5 s`. */
function duration(ms) {
  if (!Number.isFinite(ms)) return '–';
  const size = Math.abs(ms);
  if (size === 0) return '0';
  if (size < 0.001) return `${significant.format(ms * 1e6)} ns`;
  if (size < 0.9995) return `${significant.format(ms * 1e3)} µs`;
  if (size < 999.5) return `${significant.format(ms)} ms`;
  if (size < 59_995) return `${significant.format(ms / 1e3)} s`;
  const seconds = Math.round(size / 1e3);
  const sign = ms < 0 ? '-' : '';
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${sign}${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${sign}${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** How long ago, with one unit. */
function age(ms) {
  if (!Number.isFinite(ms)) return '–';
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** A number that is exact up to a hundred thousand, and short from there on. */
function number(value) {
  if (value === undefined || value === null) return '–';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100_000) return compact.format(value);
  return size < 1 ? significant.format(value) : decimal.format(value);
}

/** Bytes with a binary unit. */
function bytes(value) {
  if (!Number.isFinite(value)) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  let left = value;
  while (Math.abs(left) >= 1024 && step < units.length - 1) {
    left /= 1024;
    step += 1;
  }
  return `${significant.format(left)} ${units[step]}`;
}

/** A metric's value in the unit that it was declared with. */
function inUnit(value, unit) {
  if (value === undefined || value === null) return '–';
  // Nothing lasts thirty years here: so many seconds are a time.
  if (unit === 'seconds' && value > 1e9) return isoTime(value * 1000).slice(0, 19).replace('T', ' ');
  if (unit === 'seconds' || unit === 's') return duration(value * 1000);
  if (unit === 'milliseconds' || unit === 'ms') return duration(value);
  if (unit === 'bytes' || unit === 'By') return bytes(value);
  if (unit === 'ratio') return `${decimal.format(value * 100)} %`;
  return number(value);
}

/** `1 span`, `2 spans`. */
function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

function padded(value, width = 2) {
  return String(value).padStart(width, '0');
}

/** The time of day here, with milliseconds. */
function clock(ms) {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) return '–';
  return `${padded(time.getHours())}:${padded(time.getMinutes())}:${padded(time.getSeconds())}.${padded(time.getMilliseconds(), 3)}`;
}

/** The exact time as ISO 8601 writes it, in the zone here. */
function isoTime(ms) {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) return '–';
  const offset = -time.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${padded(Math.floor(Math.abs(offset) / 60))}:${padded(Math.abs(offset) % 60)}`;
  return `${time.getFullYear()}-${padded(time.getMonth() + 1)}-${padded(time.getDate())}T${clock(ms)}${zone}`;
}

/** A `<time>`: words, and the exact time when one points at it. */
function timeElement(ms, words) {
  const exact = isoTime(ms);
  return el('time', { datetime: exact === '–' ? undefined : exact, title: exact }, words);
}
