/** Times as the debugger prints them. Seconds and 100 ns units come in as numbers or bigints, never as Date. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** seconds between 1601 (FILETIME) and 1970 */
const FILETIME_EPOCH = 11_644_473_600n;
const PER_SECOND = 10_000_000n;

/** `Thu Apr  9 10:53:08.000 2015 (UTC + 2:00)`; `bias` is minutes from local time to UTC, 0 where unknown. */
export function formatSessionTime(seconds: number, bias = 0): string {
  const local = new Date(Math.floor(seconds - bias * 60) * 1000);
  if (Number.isNaN(local.getTime())) return '<time out of range>';
  // of times before 1970 too the part of a second counts upwards
  const millis = Math.floor((seconds - Math.floor(seconds)) * 1000);
  const day = String(local.getUTCDate()).padStart(2);
  const clock = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}.${String(millis).padStart(3, '0')}`;
  const zone = `UTC ${bias > 0 ? '-' : '+'} ${Math.floor(Math.abs(bias) / 60)}:${two(Math.abs(bias) % 60)}`;
  return `${DAYS[local.getUTCDay()]} ${MONTHS[local.getUTCMonth()]} ${day} ${clock} ${local.getUTCFullYear()} (${zone})`;
}

/** `Wed Mar  3 17:04:27 2021`: the C library's form, UTC, as lm and !dh print time stamps. */
export function formatTimestamp(seconds: number): string {
  const d = new Date(seconds * 1000);
  const day = String(d.getUTCDate()).padStart(2);
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return `${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${day} ${clock} ${d.getUTCFullYear()}`;
}

/** `1 days 17:36:49.000` from milliseconds. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.floor(milliseconds));
  const seconds = Math.floor(ms / 1000);
  const clock = `${Math.floor(seconds / 3600) % 24}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 86400)} days ${clock}.${String(ms % 1000).padStart(3, '0')}`;
}

/** Seconds since 1970 of a FILETIME (100 ns units since 1601). */
export function filetimeToSeconds(filetime: bigint): number {
  return Number(filetime - FILETIME_EPOCH * PER_SECOND) / 1e7;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
