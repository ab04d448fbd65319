import { describe, expect, it } from 'vitest';
import { readdirSync } from 'node:fs';
import { BuiltInTypes, findField, loadLayout, type Type } from '../../core/types/index.ts';
import { hasCorpus, shared, sharedJson } from '../corpus.ts';

type FactType =
  | string
  | { ptr: FactType }
  | { array: FactType; count: number }
  | { bits: string; pos: number; len: number }
  | { enum: string; base: string; values?: Record<string, number | string> }
  | { struct?: string; union?: string; size: number; fields: FactField[] };

interface FactField {
  name: string;
  offset: number;
  size: number;
  type: FactType;
}

interface FactFile {
  name: string;
  build: number;
  arch: 'x86' | 'x64';
  pointer_size: number;
  sources: string[];
  types: Record<
    string,
    {
      kind?: string;
      size?: number;
      fields?: FactField[];
      base?: string;
      values?: Record<string, number | string>;
      derived?: boolean;
      source?: number;
    }
  >;
}

const VERSIONS: Readonly<Record<number, [number, number]>> = {
  2600: [5, 1],
  3790: [5, 2],
  6002: [6, 0],
  7601: [6, 1],
  9200: [6, 2],
  9600: [6, 3],
};

/** As dt names what the facts name otherwise. */
const DT_NAMES: Readonly<Record<string, string>> = {
  UInt2B: 'Uint2B',
  UInt4B: 'Uint4B',
  UInt8B: 'Uint8B',
  WChar: 'Wchar',
};

/** What the facts have wrong: negative enumerators as characters, one structure with offsets from its end. */
const CHARACTERS: Readonly<Record<string, number>> = { û: -5, ü: -4, ý: -3, þ: -2 };

function values(of: Record<string, number | string>): string {
  return Object.entries(of)
    .map(([name, value]) => `${name},${typeof value === 'string' ? CHARACTERS[value] : value}`)
    .join(' ');
}

function right<T extends { size: number; fields: FactField[] }>(
  type: T,
): { size: number; fields: FactField[] } {
  if (type.size !== -52) return type;
  return { size: 4, fields: type.fields.map((f) => ({ ...f, offset: f.offset + 56 })) };
}

/** A fact's type as comparable text; of a record inside only the name, as it is compared by itself. */
function factText(type: FactType): string {
  if (typeof type === 'string') return DT_NAMES[type] ?? type;
  if ('ptr' in type) return `ptr ${factText(type.ptr)}`;
  if ('array' in type) return `${type.count} of ${factText(type.array)}`;
  if ('bits' in type) return `${factText(type.bits)} bits ${type.pos} ${type.len}`;
  if ('enum' in type) return type.values ? `enum ${values(type.values)}` : type.enum;
  const { size, fields } = right(type);
  return `${type.union === undefined ? 'struct' : 'union'} ${size} ${fields.map(fieldText).join('; ')}`;
}

function fieldText(field: FactField): string {
  return `${field.name} +${field.offset} ${factText(field.type)}`;
}

function ourText(type: Type): string {
  switch (type.kind) {
    case 'basic':
      return type.name;
    case 'pointer':
      return `ptr ${ourText(type.target)}`;
    case 'array':
      return `${type.count} of ${ourText(type.element)}`;
    case 'bit field':
      return `${ourText(type.base)} bits ${type.position} ${type.length}`;
    case 'procedure':
      return 'Function';
    case 'enum':
      return type.name;
    case 'record':
      return type.name.startsWith('<') || type.name === '__unnamed' ? recordText(type) : type.name;
    default:
      return type.kind;
  }
}

function recordText(type: Type): string {
  if (type.kind !== 'record') return type.kind;
  const fields = type.members.map((m) =>
    m.kind === 'field' ? `${m.name} +${m.offset} ${memberText(m.type)}` : m.kind,
  );
  return `${type.tag} ${type.size} ${fields.join('; ')}`;
}

/** Enums that the facts hold without a name got one: compare them by their values. */
function memberText(type: Type): string {
  if (type.kind === 'enum') return `enum ${type.enumerators.map((e) => `${e.name},${e.value}`).join(' ')}`;
  return ourText(type);
}

/** `source: 1` of 17763 x64 is a preview build, by the file's own warning; those types are replaced. */
function replaced(file: FactFile, source: number | undefined): boolean {
  return file.name === 'win10-17763-x64' && source === 1;
}

function loadOf(file: FactFile) {
  const [major, minor] = VERSIONS[file.build] ?? [10, 0];
  return loadLayout({ major, minor, build: file.build }, file.arch);
}

describe('the names of built-in types', () => {
  it('are found by every pattern that a person can type', async () => {
    const layout = await loadLayout({ major: 10, minor: 0, build: 19041 }, 'x64');
    const types = new BuiltInTypes(layout);
    expect([...types.names('_pe?')]).toEqual(['_PEB']);
    expect([...types.names('_PE#B')]).toEqual(['_PEB']);
    expect([...types.names('_PEB[36]+[24]')].sort()).toEqual(['_PEB32', '_PEB64']);
    // a repeat of a repeat stands for itself
    expect([...types.names('_P##*')]).toEqual([]);
  });
});

describe.skipIf(!hasCorpus)('the built-in layouts against the facts', () => {
  const names = hasCorpus
    ? readdirSync(shared('facts/layouts')).filter((name) => /^(win|vista).*\.json$/.test(name))
    : [];

  it('are all thirty', () => expect(names).toHaveLength(30));

  it.each(names)('%s: every type, field, offset and size', async (name) => {
    const facts = sharedJson<FactFile>(`facts/layouts/${name}`);
    const layout = await loadOf(facts);
    expect(layout.name).toBe(facts.name);
    expect(layout.note).toBeUndefined();
    expect(layout.pointerSize).toBe(facts.pointer_size);
    const types = new BuiltInTypes(layout);
    let fields = 0;
    for (const [typeName, fact] of Object.entries(facts.types)) {
      if (replaced(facts, fact.source)) continue;
      const type = types.find(typeName);
      if (type?.kind === 'enum') {
        expect(type.enumerators.map((e) => [e.name, Number(e.value)])).toEqual(
          Object.entries(fact.values ?? {}),
        );
        continue;
      }
      if (type?.kind !== 'record') throw new Error(`${typeName} is no record`);
      expect(type.tag).toBe(fact.kind);
      expect(type.size, typeName).toBe(fact.size);
      expect(types.sourceOf(typeName)).toBe(facts.sources[fact.source ?? 0]);
      if (fact.derived) expect(types.isDerived(typeName)).toBe(true);
      const wanted = (fact.fields ?? []).map((f) => {
        const named =
          typeof f.type === 'object' && 'enum' in f.type ? facts.types[f.type.enum]?.values : undefined;
        return named ? `${f.name} +${f.offset} enum ${values(named)}` : fieldText(f);
      });
      const got = type.members.map((m) =>
        m.kind === 'field' ? `${m.name} +${m.offset} ${memberText(m.type)}` : m.kind,
      );
      expect(got, typeName).toEqual(wanted);
      fields += wanted.length;
      for (const [i, member] of type.members.entries()) {
        const size = fact.fields?.[i]?.size;
        if (size && size > 0 && member.kind === 'field')
          expect(member.type.size, `${typeName}.${member.name}`).toBe(size);
      }
    }
    expect(fields).toBeGreaterThan(500);
  });
});

describe('the segment heap of the released 17763', () => {
  // segment-heap-by-build.json of the facts: measured on heaps of 10.0.17763.1 and .475
  it('is that of 18362, marked as derived', async () => {
    const types = new BuiltInTypes(await loadLayout({ major: 10, minor: 0, build: 17763 }, 'x64'));
    const heap = types.find('_SEGMENT_HEAP');
    const offset = (name: string) => heap?.kind === 'record' && findField(heap, name)?.offset;
    expect([offset('SegContexts'), offset('VsContext'), offset('LfhContext')]).toEqual([0x100, 0x280, 0x340]);
    expect(types.isDerived('_SEGMENT_HEAP')).toBe(true);
    expect(types.sourceOf('_SEGMENT_HEAP')).toContain('as of win10-18362-x64');
  });
});

describe('the choice of a layout', () => {
  const choice = async (
    major: number,
    minor: number,
    build: number,
    machine: 'x86' | 'x64' | 'arm64' | 'arm',
  ) => {
    const { name, note } = await loadLayout({ major, minor, build }, machine);
    return [name, note];
  };

  it('takes the exact build and says nothing', async () => {
    expect(await choice(6, 1, 7601, 'x86')).toEqual(['win7-x86', undefined]);
    expect(await choice(10, 0, 22000, 'x64')).toEqual(['win11-22000-x64', undefined]);
  });

  it('knows builds that are an older one with features switched on', async () => {
    expect(await choice(10, 0, 19045, 'x64')).toEqual(['win10-19041-x64', undefined]);
  });

  it('takes the nearest older one and says so', async () => {
    expect(await choice(10, 0, 26100, 'x64')).toEqual([
      'win11-22621-x64',
      'no layout for build 26100: using win11-22621-x64',
    ]);
    expect(await choice(10, 0, 26100, 'x86')).toEqual([
      'win11-22621-x86-wow64',
      'no layout for build 26100: using win11-22621-x86-wow64',
    ]);
  });

  it('stays within the Windows version where that has a layout', async () => {
    expect(await choice(6, 1, 7600, 'x86')).toEqual(['win7-x86', 'no layout for build 7600: using win7-x86']);
  });

  it('takes the oldest where there is no older one', async () => {
    expect(await choice(5, 0, 2195, 'x86')).toEqual([
      'winxp-x86',
      'no layout for build 2195: using winxp-x86',
    ]);
  });

  it('takes x64 for arm64 and x86 for arm, and says so', async () => {
    expect(await choice(10, 0, 22621, 'arm64')).toEqual([
      'win11-22621-x64',
      'no layout for arm64: using that of x64 (win11-22621-x64)',
    ]);
    expect((await choice(10, 0, 17763, 'arm'))[0]).toBe('win10-17763-x86');
  });
});
