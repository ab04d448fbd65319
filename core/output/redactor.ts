import type { JsonObject, JsonValue } from './json.ts';
import { type Line, plain, type Span } from './span.ts';

/** A text that must not be shown, and what stands in its place. */
export interface Secret {
  readonly text: string;
  /** `<user>` */
  readonly mask: string;
}

/** What is known to be somebody's own: worked out from a dump before anything of it is shown. */
export interface Secrets {
  readonly texts: readonly Secret[];
  /** names of the process's environment variables: whatever is shown as a value of one is masked */
  readonly variables: readonly string[];
}

/** A run of a text that is replaced. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly mask: string;
}

/** A pattern, and what its match becomes: the named group `secret` where it has one, else all of it. */
interface Rule {
  readonly pattern: RegExp;
  readonly mask: string;
}

/** The people's folders of Windows, Linux and macOS; what Windows itself keeps there is nobody's name. */
const PROFILE =
  /[\\/](?:Users|Documents and Settings|home)[\\/]+(?!(?:Public|Default|Default User|All Users|Administrator|Shared)(?:[\\/\s;"']|$))(?<secret>[^\\/:*?"<>|\s;,']+(?: [^\\/:*?"<>|;,'\s]+)*(?=[\\/])|[^\\/:*?"<>|\s;,']+)/dgi;

/** `\\server\share`, but not `\\?\C:\` and `\\.\pipe\`. */
const SHARE = /(?<![\\\w:])\\\\(?<secret>[A-Za-z0-9][\w.-]{0,62})(?=\\[\w$])/dg;

const MAIL = /(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![\w-])/dg;

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** Four octets are also a version: where the text says so they are let pass. Of loopback and any there is one everywhere. */
const IPV4 = new RegExp(
  `(?<![\\d.]|version\\W{0,20})(?!127\\.0\\.0\\.1|0\\.0\\.0\\.0)${OCTET}(?:\\.${OCTET}){3}(?![\\d.])`,
  'dgi',
);
/** Link-local, unique local and global addresses, and all that have eight groups: `a::b` is a C++ name as well. */
const IPV6 =
  /(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:fe80|f[cd][0-9a-f]{2}|2[0-9a-f]{3}|3[0-9a-f]{3})(?::[0-9a-f]{1,4}){0,6}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?![\w:])/dgi;

/** The part of a security identifier that names a machine or domain, and the account in it. */
const ACCOUNT = /\bS-1-5-21(?<secret>(?:-\d{1,10}){3,5})\b/dg;

const RULES: readonly Rule[] = [
  { pattern: PROFILE, mask: '<user>' },
  { pattern: SHARE, mask: '<machine>' },
  { pattern: MAIL, mask: '<mail>' },
  { pattern: ACCOUNT, mask: '-<account>' },
  { pattern: IPV4, mask: '<ip>' },
  { pattern: IPV6, mask: '<ip>' },
];

/** Keys of JSON objects whose four numbers are a version. */
const VERSION_KEY = /version/i;
/** What stands for the value of an environment variable. */
const VALUE = '<value>';

/**
 * Masks what is personal in all that is shown: names of users and machines, values of the environment, addresses of
 * the network and of mail. What the dump tells is masked wherever it stands; the rest by its form. One place for text
 * and JSON alike, so that no command has to think of it.
 */
export class Redactor {
  private readonly known: readonly Rule[];
  private readonly assignment: RegExp | undefined;
  private readonly variables: ReadonlySet<string>;

  constructor(secrets: Secrets) {
    // the longest first: a path's value holds the user's name
    this.known = secrets.texts
      .filter(({ text }) => text.trim() !== '')
      .toSorted((a, b) => b.text.length - a.text.length)
      .map(({ text, mask }) => ({ pattern: wholeWord(text), mask }));
    this.variables = new Set(secrets.variables.map((name) => name.toLowerCase()));
    const names = secrets.variables.filter((name) => name !== '').map(escapeRegExp);
    this.assignment =
      names.length === 0
        ? undefined
        : new RegExp(`(?:^|["'\\s])(?:${names.join('|')})[ ]?=[ ]?(?<secret>[^"\\r\\n]+)`, 'dgi');
  }

  /** A text as it may be shown. */
  text(text: string): string {
    let shown = '';
    let at = 0;
    for (const { from, to, mask } of this.cuts(text)) {
      shown += text.slice(at, from) + mask;
      at = to;
    }
    return at === 0 ? text : shown + text.slice(at);
  }

  /** A line as it may be shown. What is masked may begin in one span and end in another. */
  line(line: Line): Line {
    const cuts = this.cuts(plain(line));
    const masked: Span[] = [];
    let start = 0;
    for (const span of line) {
      masked.push({
        ...span,
        text: cutSpan(span.text, start, cuts),
        ...(span.command === undefined ? {} : { command: this.text(span.command) }),
      });
      start += span.text.length;
    }
    return masked;
  }

  /** Data of a command as it may be given away: every string in it, keys as well. */
  json(value: JsonObject): JsonObject {
    const { name } = value;
    const isVariable = typeof name === 'string' && this.variables.has(name.toLowerCase());
    const entries = Object.entries(value).map(([key, v]): [string, JsonValue] => {
      if (isVariable && key === 'value' && typeof v === 'string') return [key, VALUE];
      if (VERSION_KEY.test(key) && typeof v === 'string') return [key, v];
      return [this.text(key), this.value(v)];
    });
    return Object.fromEntries(entries);
  }

  private value(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    return isList(value) ? value.map((v) => this.value(v)) : this.json(value);
  }

  /** What of a text is replaced, in order and without overlap: the environment's values first, then what is known. */
  private cuts(text: string): Cut[] {
    const cuts: Cut[] = [];
    if (this.assignment) collect(text, { pattern: this.assignment, mask: VALUE }, cuts);
    for (const rule of this.known) collect(text, rule, cuts);
    for (const rule of RULES) collect(text, rule, cuts);
    return cuts.sort((a, b) => a.from - b.from);
  }
}

function collect(text: string, { pattern, mask }: Rule, cuts: Cut[]): void {
  for (const match of text.matchAll(pattern)) {
    const [from, to] = match.indices?.groups?.secret ?? match.indices?.[0] ?? [0, 0];
    if (to > from && cuts.every((c) => to <= c.from || from >= c.to)) cuts.push({ from, to, mask });
  }
}

/** The part of a span that is left, and the masks of what begins in it. */
function cutSpan(text: string, start: number, cuts: readonly Cut[]): string {
  let shown = '';
  let at = 0;
  for (const { from, to, mask } of cuts) {
    if (to <= start || from >= start + text.length) continue;
    shown += text.slice(at, Math.max(at, from - start));
    if (from >= start) shown += mask;
    at = Math.min(text.length, to - start);
  }
  return shown + text.slice(at);
}

/** A text where it is no part of a longer word, in any case. */
function wholeWord(text: string): RegExp {
  const word = '[\\p{L}\\p{N}_]';
  const before = /^[\p{L}\p{N}_]/u.test(text) ? `(?<!${word})` : '';
  const after = /[\p{L}\p{N}_]$/u.test(text) ? `(?!${word})` : '';
  return new RegExp(`${before}${escapeRegExp(text)}${after}`, 'dgiu');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}
