/**
 * What follows dt on a line: options anywhere, a name, fields and an address in either order
 * (debuggercmds/dt--display-type-.md: `dt [-opts] [module!]Name [[-opts] Field] [Address] [-l List]`, and as people
 * type it `dt Address Name`).
 */
import { UsageError } from '../../errors/index.ts';
import { type FieldSpec, parseFieldSpec } from './fieldSpec.ts';

export interface DtArguments {
  readonly help: boolean;
  /** the type or variable as typed; `.` is the last one */
  readonly name?: string;
  /** -y before the name: it is the beginning of a name */
  readonly prefix: boolean;
  readonly fields: readonly FieldSpec[];
  /** the expression of the address, not yet evaluated */
  readonly address?: string;
  /** -l: the field that leads to the next element */
  readonly list?: string;
  /** -a before the name: elements to show, Infinity for all */
  readonly elements?: number;
  /** -b */
  readonly blocks: boolean;
  /** -c */
  readonly compact: boolean;
  /** -d */
  readonly details: boolean;
  /** -f: functions with their parameters */
  readonly functionFormat: boolean;
  /** -e */
  readonly enumerate: boolean;
  /** /h: heap blocks that pointers lead into; -h is the help */
  readonly heapNotes: boolean;
  /** -natvis: as NatVis files say */
  readonly natvis: boolean;
  /** -i */
  readonly noIndent: boolean;
  /** -o */
  readonly noOffsets: boolean;
  /** -r: levels, 0 without it */
  readonly depth: number;
  /** -s: bytes */
  readonly size?: number;
  /** -t */
  readonly typesOnly: boolean;
  /** -v */
  readonly verbose: boolean;
}

/** What -r without a digit goes down to: the most that one digit can say. */
const MAX_DEPTH = 9;

/** the one switch with a slash, as the d* commands have it */
const HEAP_NOTES = '/h';
/** the one switch of several letters */
const NATVIS = '-natvis';

class Parser {
  private readonly words: string[];
  private at = 0;
  private flags = new Set<string>();
  private depth = 0;
  private size: number | undefined;
  private list: string | undefined;
  private name: string | undefined;
  private namePrefix = false;
  private nameElements: number | undefined;
  private address: string | undefined;
  private readonly fields: FieldSpec[] = [];
  // what an option says of the next word only
  private prefix = false;
  private verbatim = false;
  private elements: number | undefined;

  constructor(text: string) {
    this.words = splitWords(text);
  }

  parse(): DtArguments {
    for (let word = this.next(); word !== undefined; word = this.next()) {
      if (/^\/h$/i.test(word)) this.flags.add(HEAP_NOTES);
      else if (/^-natvis$/i.test(word)) this.flags.add(NATVIS);
      else if (/^-[a-z]/i.test(word)) this.options(word.slice(1));
      else this.word(word);
    }
    if (this.elements !== undefined) this.nameElements ??= this.elements;
    const has = (flag: string) => this.flags.has(flag);
    return {
      help: has('h'),
      name: this.name,
      prefix: this.namePrefix,
      fields: this.fields,
      address: this.address,
      list: this.list,
      elements: this.nameElements,
      blocks: has('b'),
      compact: has('c'),
      details: has('d'),
      functionFormat: has('f'),
      enumerate: has('e') || has('t') || this.size !== undefined,
      heapNotes: has(HEAP_NOTES),
      natvis: has(NATVIS),
      noIndent: has('i'),
      noOffsets: has('o'),
      depth: this.depth,
      size: this.size,
      typesOnly: has('t'),
      verbose: has('v') || has('V'),
    };
  }

  private next(): string | undefined {
    return this.words[this.at++];
  }

  private options(letters: string): void {
    const option = /([a-z])(\d*)/giy;
    for (let match = option.exec(letters); match; match = option.exec(letters)) {
      const [, letter = '', digits = ''] = match;
      this.option(letter, digits);
      if (option.lastIndex === letters.length) return;
    }
    throw new UsageError(`dt: option not understood: -${letters} (dt -h lists them)`);
  }

  private option(letter: string, digits: string): void {
    switch (letter) {
      case 'a':
        this.elements = digits === '' ? Number.POSITIVE_INFINITY : Number(digits);
        return;
      case 'r':
        this.depth = digits === '' ? MAX_DEPTH : Math.min(Number(digits), MAX_DEPTH);
        return;
      case 's':
        this.size = parseSize(digits === '' ? (this.next() ?? '') : digits);
        return;
      case 'l':
        this.list = this.next();
        if (this.list === undefined)
          throw new UsageError('dt: -l wants the field that leads to the next element');
        return;
      case 'n':
        this.verbatim = true;
        return;
      case 'y':
        this.prefix = true;
        return;
      case 'p':
        throw new UsageError('dt: a user-mode dump has no physical addresses (-p)', 'not-applicable');
      default:
        if (!'bcdefhiotvV'.includes(letter))
          throw new UsageError(`dt: no such option: -${letter} (dt -h lists them)`);
        this.flags.add(letter);
    }
  }

  private word(word: string): void {
    const { prefix, verbatim, elements } = this;
    this.prefix = false;
    this.verbatim = false;
    if (!verbatim && !prefix && this.address === undefined && isAddress(word, this.name !== undefined)) {
      this.address = word;
      return;
    }
    this.elements = undefined;
    if (this.name === undefined) {
      this.name = word;
      this.namePrefix = prefix;
      this.nameElements = elements;
      return;
    }
    this.fields.push(parseFieldSpec(word, prefix, elements));
  }
}

/** Reads the arguments of dt; throws `UsageError` for options that there are not. */
export function parseArguments(text: string): DtArguments {
  return new Parser(text).parse();
}

function parseSize(text: string): number {
  const match = /^(?:0x([0-9a-f]+)|(?:0n)?(\d+)|([0-9a-f]+))$/i.exec(text);
  if (!match) throw new UsageError(`dt: -s wants a size in bytes: ${text}`);
  const [, hex, decimal, bare] = match;
  return decimal === undefined ? Number.parseInt(hex ?? bare ?? '', 16) : Number(decimal);
}

/**
 * Whether a word is taken as an address: numbers (a name made of hexadecimal digits needs -n), registers, functions
 * and arithmetic; behind a name also symbols.
 */
function isAddress(word: string, afterName: boolean): boolean {
  if (/^(0x|0n|0t|0y)?[0-9a-f`]+([-+*/&|%].+)?$/i.test(word) && /[0-9a-f]/i.test(word)) return true;
  if (/^[@$]/.test(word) || /^-?\d/.test(word)) return true;
  if (/^(poi|by|wo|dwo|qwo|low|hi|@@(c\+\+|masm)?)\(/i.test(word)) return true;
  return afterName && (word.startsWith('(') || /!|\w[-+]\w/.test(word.replace(/->/g, '.')));
}

/**
 * Words at blanks outside brackets: `std::vector<int,std::allocator<int> >` and `poi(@ebp + 8)` are one, and so is
 * what compilers put between a backtick and an apostrophe (``anonymous namespace'`).
 */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    const quoted = c === '`' ? /^`[a-z][^`']*'/i.exec(text.slice(i))?.[0] : undefined;
    if (quoted !== undefined) {
      word += quoted;
      i += quoted.length - 1;
      continue;
    }
    const opens = c === '(' || c === '[' || (c === '<' && /[\w>]$/.test(word));
    // the arrow of a->b closes nothing
    const closes = c === ')' || c === ']' || (c === '>' && !word.endsWith('-'));
    if (opens) depth++;
    else if (closes && depth > 0) depth--;
    if (/\s/.test(c) && depth === 0) {
      if (word !== '') words.push(word);
      word = '';
    } else word += c;
  }
  if (word !== '') words.push(word);
  return words;
}
