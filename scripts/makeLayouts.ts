/**
 * Makes core/types/layouts/*.json from the collected layouts in ../shared/facts/layouts.
 *
 *     npx tsx scripts/makeLayouts.ts
 *
 * A type becomes one line of text; core/types/layoutText.ts reads it and documents the grammar. Nothing is invented
 * here; five things are put right, each of which the facts' own notes call for:
 * - an enum without a name gets the name that other builds give to an enum with the same first enumerator;
 * - the segment heap of the released 17763 is that of 18362: those types replace the preview build's, marked derived;
 * - a type's size that is not of that build is marked as derived too;
 * - negative enumerators that a source holds as a character (`û` for 0xfb) become -5 and so on;
 * - the fields of one nested structure of 22000, counted from the wrong place (offset -56), start at 0.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

type FactType =
  | string
  | { ptr: FactType }
  | { array: FactType; count: number }
  | { bits: string; pos: number; len: number }
  | { struct?: string; union?: string; size: number; fields: FactField[] }
  | { enum: string; base: string; values?: Record<string, number | string> };

interface FactField {
  name: string;
  offset: number;
  size: number;
  type: FactType;
}

interface FactDefinition {
  kind?: 'struct' | 'union';
  size?: number;
  fields?: FactField[];
  enum?: true;
  base?: string;
  values?: Record<string, number | string>;
  source?: number;
  derived?: boolean;
  size_is_of_this_build?: boolean;
}

interface FactFile {
  name: string;
  build: number;
  arch: 'x86' | 'x64';
  pointer_size: 4 | 8;
  sources: string[];
  types: Record<string, FactDefinition>;
}

// run from the project's root
const FACTS = resolve(process.env.STILLFRAME_SHARED ?? '../shared', 'facts/layouts');
const OUT = resolve('core/types/layouts');

const CODES: Record<string, [code: string, size: number]> = {
  UChar: ['u1', 1],
  UInt2B: ['u2', 2],
  UInt4B: ['u4', 4],
  UInt8B: ['u8', 8],
  Int2B: ['i2', 2],
  Int4B: ['i4', 4],
  Int8B: ['i8', 8],
  Char: ['c', 1],
  WChar: ['w', 2],
  Void: ['v', 0],
  Function: ['f', 0],
};

/** The value of a negative enumerator that stands in the facts as the character of its byte. */
function signedByte(character: string): number {
  return (character.charCodeAt(0) << 24) >> 24;
}

function codeOf(name: string): string {
  return CODES[name]?.[0] ?? name;
}

/** A nested structure whose fields were counted from the start of the structure around it less itself: from 0. */
function rebased(field: FactField): FactField {
  const { type, size } = field;
  if (size >= 0 || typeof type !== 'object' || !('fields' in type)) return field;
  const fields = type.fields.map((f) => ({ ...f, offset: f.offset + field.offset }));
  return { ...field, size: size + field.offset, type: { ...type, size: type.size + field.offset, fields } };
}

/** Writes the types of one file. */
class Writer {
  constructor(
    private readonly file: FactFile,
    private readonly enumNames: ReadonlyMap<string, string>,
  ) {}

  definition(type: FactDefinition): string {
    if (type.enum) return `e${codeOf(type.base ?? 'Int4B')}${this.enumerators(type.values ?? {})}`;
    return this.record(type.kind === 'union' ? 'n' : 's', type.size ?? 0, type.fields ?? []);
  }

  private record(tag: 's' | 'n', size: number, fields: readonly FactField[]): string {
    const groups: { names: string; at: string; type: string }[] = [];
    let start = 0;
    let next = 0;
    let bits: { bits: string; pos: number; len: number } | undefined;
    for (const stated of fields) {
      const field = rebased(stated);
      const { type: declared } = field;
      const now = typeof declared === 'object' && 'bits' in declared ? declared : undefined;
      const continues =
        bits !== undefined &&
        now?.bits === bits.bits &&
        now.pos === bits.pos + bits.len &&
        field.offset === start &&
        field.size === next - start;
      const known = this.sizeOf(field.type) === field.size;
      const type = continues ? `.${now.len}` : `${this.type(field.type)}${known ? '' : `~${field.size}`}`;
      let at = '';
      if (!continues && field.offset !== next)
        at = field.offset === start ? '^' : `@${field.offset.toString(16)}`;
      const last = groups.at(-1);
      if (last?.type === type && at === '') last.names += `,${field.name}`;
      else groups.push({ names: field.name, at, type });
      start = field.offset;
      next = start + field.size;
      bits = now;
    }
    return `${tag}${size}${groups.map(({ names, at, type }) => ` ${names}${at}:${type}`).join('')}`;
  }

  private type(type: FactType): string {
    if (typeof type === 'string') return codeOf(type);
    if ('ptr' in type) return `*${this.type(type.ptr)}`;
    if ('array' in type) return `[${type.count}]${this.type(type.array)}`;
    if ('bits' in type) return `${codeOf(type.bits)}.${type.pos}.${type.len}`;
    if ('enum' in type) {
      if (!type.values) return type.enum;
      const name = this.enumNames.get(Object.keys(type.values)[0] ?? '') ?? '<unnamed-tag>';
      return `(${name} ${codeOf(type.base)}${this.enumerators(type.values)})`;
    }
    const tag = type.union === undefined ? 's' : 'n';
    return `{${type.union ?? type.struct ?? ''} ${this.record(tag, type.size, type.fields)}}`;
  }

  private enumerators(values: Record<string, number | string>): string {
    return Object.entries(values)
      .map(([name, value]) => ` ${name}=${typeof value === 'number' ? value : signedByte(value)}`)
      .join('');
  }

  /** What the reader will take for the size, -1 where it cannot know. */
  private sizeOf(type: FactType): number {
    if (typeof type === 'string') {
      const code = CODES[type];
      if (code) return code[1];
      const known = this.file.types[type];
      return known ? (known.size ?? CODES[known.base ?? '']?.[1] ?? -1) : -1;
    }
    if ('ptr' in type) return this.file.pointer_size;
    if ('array' in type) return this.sizeOf(type.array) * type.count;
    if ('bits' in type) return this.sizeOf(type.bits);
    if ('enum' in type) return CODES[type.base]?.[1] ?? -1;
    return type.size;
  }
}

const files = readdirSync(FACTS)
  .filter((name) => /^(win|vista).*\.json$/.test(name))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(FACTS, name), 'utf8')) as FactFile);

const enumNames = new Map<string, string>();
for (const file of files) {
  for (const [name, type] of Object.entries(file.types)) {
    const first = type.enum && Object.keys(type.values ?? {})[0];
    if (first) enumNames.set(first, name);
  }
}

/** Puts the segment heap of `from` in place of the types of `file` that come from its preview-build source. */
function replaceSegmentHeap(file: FactFile, from: FactFile, previewSource: number): void {
  const source = file.sources.push(`segment heap as of ${from.name}: ${from.sources[0] ?? ''}`) - 1;
  const wanted = Object.keys(file.types).filter((name) => file.types[name]?.source === previewSource);
  for (const name of wanted) Reflect.deleteProperty(file.types, name);
  const taken = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const type = from.types[name];
    if (!type || taken.has(name) || file.types[name]) continue;
    taken.add(name);
    wanted.push(...(JSON.stringify(type.fields ?? []).match(/_[A-Z][A-Z0-9_]+/g) ?? []));
  }
  for (const name of [...taken].sort()) {
    const type = from.types[name];
    if (type) file.types[name] = { ...type, source, derived: true };
  }
}

const released17763 = files.find((file) => file.name === 'win10-17763-x64');
const next18362 = files.find((file) => file.name === 'win10-18362-x64');
if (!released17763 || !next18362) throw new Error(`no layouts of 17763 and 18362 in ${FACTS}`);
replaceSegmentHeap(released17763, next18362, 1);

mkdirSync(OUT, { recursive: true });
for (const file of files) {
  const writer = new Writer(file, enumNames);
  const entries = Object.entries(file.types);
  const head = {
    name: file.name,
    build: file.build,
    arch: file.arch,
    pointerSize: file.pointer_size,
    sources: file.sources,
    // the source of each type by its place in `sources`, where it is not the first
    sourceOf: Object.fromEntries(entries.filter(([, t]) => t.source).map(([name, t]) => [name, t.source])),
    derived: entries.filter(([, t]) => t.derived ?? t.size_is_of_this_build === false).map(([name]) => name),
  };
  // a type a line, so that a difference between two versions of this file can be read
  const types = entries.map(([name, t]) => `${JSON.stringify(name)}:${JSON.stringify(writer.definition(t))}`);
  const text = `${JSON.stringify(head).slice(0, -1)},"types":{\n${types.join(',\n')}\n}}\n`;
  writeFileSync(join(OUT, `${file.name}.json`), text);
}
