/**
 * Every PDB of the corpus held whole against `llvm-pdbutil dump`: publics, globals, procedures, lines, types, frame
 * data. Where pdbutil gives up on a section (types and names of PDBs of the XP time), that section is not compared.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Member, RecordType, Type } from '../../../core/types/index.ts';
import type { PdbSymbols } from '../../../core/symbols/pdb/index.ts';
import { LineTables } from '../../../core/symbols/pdb/lineTables.ts';
import { ModuleStreams } from '../../../core/symbols/pdb/moduleStreams.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { labPdbs, pdbSymbols, publicPdbs } from './openPdbs.ts';
import {
  dump,
  hasPdbutil,
  parseFpo,
  parseLines,
  parseModules,
  parseSymbols,
  parseTypes,
  type DumpedSymbol,
  type DumpedType,
} from './pdbutilDump.ts';

/** Paths without those whose bytes another one has. */
function distinct(paths: readonly string[]): string[] {
  const seen = new Set<string>();
  return paths.filter((path) => {
    const key = createHash('sha256')
      .update(readFileSync(corpusFile(path)))
      .digest('hex');
    return !seen.has(key) && seen.add(key);
  });
}

const paths = hasCorpus && hasPdbutil ? distinct([...publicPdbs(), ...labPdbs()]) : [];

if (process.env.STILLFRAME_REQUIRE_CORPUS && !hasPdbutil) {
  throw new Error('llvm-pdbutil-19 is required here and missing');
}

describe.skipIf(paths.length === 0).each(paths)('%s as llvm-pdbutil sees it', (path) => {
  const file = corpusFile(path);
  const symbols = pdbSymbols(path);
  const { pdb } = symbols;
  /** Undefined for places that the image does not have, or that the rearranged image has for another place as well. */
  const rvaOf = (place: { section: number; offset: number }): number | undefined => {
    const source = pdb.space.sourceRva(place.section, place.offset);
    if (source === undefined || !pdb.space.sectionAt(source)) return undefined;
    const rva = pdb.space.toImage(source);
    return rva !== undefined && pdb.space.toSource(rva) === source ? rva : undefined;
  };

  it('has the same publics, found by name and by address', () => {
    const listed = parseSymbols(dump(file, '--publics') ?? []);
    const publics = pdb.publics();
    const wrong: unknown[] = [];
    let placed = 0;
    for (const symbol of listed) {
      const found = publics?.find(symbol.name).map((offset) => publics.record(offset)) ?? [];
      const same = found.some((p) => p?.section === symbol.section && p.offset === symbol.offset);
      const rva = rvaOf(symbol);
      if (pdb.space.sourceRva(symbol.section, symbol.offset) !== undefined) placed++;
      if (!same) wrong.push(['not found', symbol, found]);
      if (rva === undefined) continue;
      // a private symbol stands in for the public one of its name
      const shown = symbols.find(symbol.name).find((s) => s.rva === rva)?.name ?? '';
      const here = symbols.at(rva);
      if (!here.some((s) => s.name === shown || s.kind !== 'public'))
        wrong.push(['not at its address', symbol]);
    }
    expect(wrong).toEqual([]);
    if (listed.length > 0) expect(publics?.addresses.all().rvas.length).toBe(placed);
  });

  it('has the same globals, found by name', () => {
    const listed = parseSymbols(dump(file, '--globals') ?? []);
    const wrong = listed.filter((symbol) => !isGlobal(symbols, symbol, rvaOf));
    expect(wrong).toEqual([]);
  });

  it('has the same procedures and thunks at their addresses', () => {
    const wrong: unknown[] = [];
    const modules = new ModuleStreams(pdb);
    for (const symbol of parseSymbols(dump(file, '--symbols') ?? [])) {
      if (!/^S_[GL]PROC32/.test(symbol.kind)) continue;
      const rva = rvaOf(symbol);
      if (rva === undefined) continue;
      const record = modules.symbol(symbol.module, symbol.record);
      const same = record?.is === 'procedure' && record.name === symbol.name && record.size === symbol.size;
      if (!same || rvaOf(record) !== rva) wrong.push(['record', symbol, record]);
      // several procedures may have been folded into one: one of them names the address
      const at = symbols.at(rva).find((s) => s.kind === 'function');
      if (at?.rva !== rva || at.size === undefined) wrong.push(['address', symbol, at]);
      if ((symbol.type ?? 0) !== 0 && at?.type?.kind !== 'procedure') wrong.push(['type', symbol]);
    }
    expect(wrong).toEqual([]);
  });

  it('has the same lines', () => {
    // for a module without a stream pdbutil repeats the lines of the one before
    const own = parseModules(dump(file, '--modules') ?? []);
    const expected = (parsed: ReturnType<typeof parseLines>): string[] =>
      parsed
        .filter((l) => l.line > 0 && own.has(l.module))
        .map((l) => `${l.module} ${pdb.space.sourceRva(l.section, l.offset)} ${l.line} ${l.file}`)
        .sort();
    const tables = new LineTables(pdb, new ModuleStreams(pdb));
    const mine: string[] = [];
    for (let module = 0; module < (pdb.modules()?.count ?? 0); module++) {
      const table = tables.of(module);
      for (const run of table?.runs() ?? [])
        mine.push(`${module} ${run.rva} ${run.line} ${table?.file(run.file)}`);
    }
    expect(mine.sort()).toEqual(expected(parseLines(dump(file, '-l') ?? [])));
  });

  it('has the same types', () => {
    const types = parseTypes(dump(file, '--types') ?? []);
    const wrong: unknown[] = [];
    for (const type of types.values()) wrong.push(...differences(type, types, symbols));
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  it('has the same FPO and frame data', () => {
    const tables = parseFpo(dump(file, '--fpo') ?? []);
    const wrong: unknown[] = [];
    // records that start at one address differ in what was folded into one function: any of them will do
    const framesAt = (start: string): string[] =>
      tables.new
        .filter(([other]) => other === start)
        .map(([, length, locals, parameters, stack, prolog, saved, seh, eh, first, program]) =>
          JSON.stringify([
            ...[length, locals, parameters, stack, prolog, saved].map(Number),
            ...[seh, eh, first].map((cell) => cell === 'true'),
            program ?? '',
          ]),
        );
    const imageRva = (start: string): number | undefined => {
      const rva = pdb.space.toImage(parseInt(start, 16));
      return rva !== undefined && pdb.space.toSource(rva) === parseInt(start, 16) ? rva : undefined;
    };
    for (const start of new Set(
      tables.new.filter(([, length]) => length !== '0').map(([first = '']) => first),
    )) {
      const rva = imageRva(start);
      if (rva === undefined) continue;
      const frame = symbols.unwind.frameData(rva);
      const mine = frame && [
        frame.length,
        frame.locals,
        frame.parameters,
        frame.maxStack,
        frame.prolog,
        frame.savedRegisters,
        frame.seh,
        frame.eh,
        frame.functionStart,
        frame.program.trim(),
      ];
      if (!framesAt(start).includes(JSON.stringify(mine))) wrong.push([start, mine]);
    }
    for (const [start = ''] of tables.old) {
      const rva = imageRva(start);
      if (rva === undefined) continue;
      const fpo = symbols.unwind.fpo(rva);
      // pdbutil 19 takes SEH and BP from two bits of the register count, and four bits of the prolog's eight (winnt.h)
      const mine = fpo && [
        fpo.length,
        fpo.locals / 4,
        fpo.parameters / 4,
        fpo.prolog & 0xf,
        fpo.savedRegisterCount,
      ];
      const theirs = tables.old
        .filter(([other]) => other === start)
        .map((row) => row.slice(1, 6).map(Number).join());
      if (!theirs.includes(mine?.join() ?? '')) wrong.push([start, mine, theirs]);
    }
    expect(wrong).toEqual([]);
  });
});

function isGlobal(
  symbols: PdbSymbols,
  { kind, name, type, value, ...place }: DumpedSymbol,
  rvaOf: (place: { section: number; offset: number }) => number | undefined,
): boolean {
  const found = symbols.find(name);
  switch (kind) {
    case 'S_UDT':
      return found.some((s) => s.kind === 'type');
    case 'S_CONSTANT':
      return found.some((s) => s.kind === 'constant' && s.value?.toString() === value);
    case 'S_GDATA32':
    case 'S_LDATA32': {
      const rva = rvaOf(place);
      const same = found.filter((s) => s.kind === 'data' && s.rva === rva);
      return rva === undefined || (same.length > 0 && ((type ?? 0) === 0 || same.some((s) => s.type)));
    }
    case 'S_GTHREAD32':
    case 'S_LTHREAD32':
      return found.some((s) => s.thread);
    case 'S_PROCREF':
    case 'S_LPROCREF':
      return found.some((s) => s.kind === 'function' || s.kind === 'thunk');
    default:
      return kind === 'S_ANNOTATIONREF';
  }
}

/** How a type differs from what the dump says of it. */
function differences(dumped: DumpedType, all: Map<number, DumpedType>, { types }: PdbSymbols): unknown[] {
  const type = types.type(dumped.index);
  const at = (text: string | undefined): Type | undefined => types.type(parseInt(text ?? '0', 16));
  const wrong: unknown[] = [];
  const check = (what: string, mine: unknown, theirs: unknown): void => {
    if (mine !== theirs) wrong.push([dumped.index.toString(16), dumped.leaf, what, mine, theirs]);
  };
  const { text, leaf } = dumped;
  const field = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  switch (leaf) {
    case 'LF_STRUCTURE':
    case 'LF_CLASS':
    case 'LF_INTERFACE':
    case 'LF_UNION': {
      if (type?.kind !== 'record') return [[dumped, type]];
      check('name', type.name, dumped.name);
      if (text.includes('forward ref')) {
        const definition = field(/forward ref \(-> (0x[0-9A-F]+)\)/);
        const definitions = [...all.values()].filter(
          (t) => t.name === dumped.name && !t.text.includes('forward ref'),
        );
        if (definition && definitions.length === 1) check('definition', type, at(definition));
        if (definitions.length > 0) check('defined', type.forward, false);
        break;
      }
      check('size', type.size, Number(field(/sizeof (\d+)/)));
      check(
        'tag',
        type.tag,
        { LF_STRUCTURE: 'struct', LF_CLASS: 'class', LF_UNION: 'union' }[leaf as 'LF_CLASS'],
      );
      const list = field(/field list: (0x[0-9A-F]+)/);
      const members = list ? memberLines(parseInt(list, 16), all) : [];
      wrong.push(...memberDifferences(dumped, type, members, at));
      break;
    }
    case 'LF_ENUM': {
      if (type?.kind !== 'enum') return [[dumped, type]];
      check('name', type.name, dumped.name);
      if (text.includes('forward ref')) break;
      const members = memberLines(parseInt(field(/field list: (0x[0-9A-F]+)/) ?? '0', 16), all);
      check('underlying', type.underlying, at(field(/underlying type: (0x[0-9A-F]+)/)));
      const theirs = members.map((m) => m.text.slice(1, -1)).join();
      check('enumerators', type.enumerators.map((e) => `${e.name} = ${e.value}`).join(), theirs);
      break;
    }
    case 'LF_POINTER':
      if (type?.kind !== 'pointer') return [[dumped, type]];
      check('target', realType(type.target), at(field(/referent = (0x[0-9A-F]+)/)));
      // of pointers to members the kind does not say the size
      if (!text.includes('member')) check('size', type.size, text.includes('kind = ptr64') ? 8 : 4);
      check('const', type.const ?? false, /opts = [^,]*const/.test(text));
      check('reference', type.mode.includes('reference'), /mode = (ref|rvalue ref)/.test(text));
      break;
    case 'LF_ARRAY':
      if (type?.kind !== 'array') return [[dumped, type]];
      check('size', type.size, Number(field(/size: (\d+)/)));
      check('element', realType(type.element), at(field(/element type: (0x[0-9A-F]+)/)));
      break;
    case 'LF_BITFIELD':
      if (type?.kind !== 'bit field') return [[dumped, type]];
      check('base', type.base, at(field(/type = (0x[0-9A-F]+)/)));
      check('position', type.position, Number(field(/bit offset = (\d+)/)));
      check('length', type.length, Number(field(/# bits = (\d+)/)));
      break;
    case 'LF_MODIFIER':
      if (type?.kind !== 'modifier') return [[dumped, type]];
      check('base', realType(type.base), at(field(/referent = (0x[0-9A-F]+)/)));
      check('const', type.const, /modifiers = .*const/.test(text));
      check('volatile', type.volatile, /modifiers = .*volatile/.test(text));
      break;
    case 'LF_PROCEDURE':
    case 'LF_MFUNCTION': {
      if (type?.kind !== 'procedure') return [[dumped, type]];
      const list = all.get(parseInt(field(/param list = (0x[0-9A-F]+)/) ?? '0', 16));
      const theirs = [...(list?.text ?? '').matchAll(/(0x[0-9A-F]+|<no type>)(?: \([^`]*\))?: `/g)].map(
        (m) => m[1],
      );
      const variadic = theirs.at(-1) === '0x0000' || theirs.at(-1) === '<no type>';
      check('variadic', type.variadic, variadic);
      check('parameters', type.parameters.length, theirs.length - (variadic ? 1 : 0));
      type.parameters.forEach((p, i) => {
        check(`parameter ${i}`, realType(p), at(theirs[i]));
      });
      check('returns', realType(type.returns), at(field(/return type = (0x[0-9A-F]+)/)));
      if (leaf === 'LF_MFUNCTION') check('owner', type.owner, at(field(/class type = (0x[0-9A-F]+)/)));
      break;
    }
  }
  return wrong;
}

/** Members of a list and of those that it goes on in. */
function memberLines(list: number, all: Map<number, DumpedType>): DumpedType['members'] {
  const members = all.get(list)?.members ?? [];
  return members.flatMap((m) => {
    if (m.leaf !== 'LF_INDEX') return [m];
    return memberLines(parseInt(/(0x[0-9A-F]+)/.exec(m.text)?.[1] ?? '0', 16), all);
  });
}

function memberDifferences(
  dumped: DumpedType,
  type: RecordType,
  theirs: DumpedType['members'],
  at: (text: string | undefined) => Type | undefined,
): unknown[] {
  const expected = theirs.flatMap(({ leaf, text }): string[] => {
    const name = /name = `(.*?)`[,\]]/.exec(text)?.[1] ?? '';
    const offset = /offset = (-?\d+)/.exec(text)?.[1] ?? '';
    switch (leaf) {
      case 'LF_MEMBER':
        return [`field ${name} ${offset}`];
      case 'LF_BCLASS':
        return [`base ${offset}`];
      case 'LF_VBCLASS':
      case 'LF_IVBCLASS':
        return [
          `virtual ${/vbptr offset = (\d+)/.exec(text)?.[1]} ${/index = (\d+)/.exec(text)?.[1]} ${leaf}`,
        ];
      case 'LF_STMEMBER':
        return [`static ${name}`];
      case 'LF_NESTTYPE':
        return [`nested ${name}`];
      case 'LF_VFUNCTAB':
        return ['vftable'];
      case 'LF_ONEMETHOD':
        return [`method ${name}`];
      case 'LF_METHOD':
        return Array<string>(Number(/# overloads = (\d+)/.exec(text)?.[1])).fill(`method ${name}`);
      default:
        return [`${leaf} ${text}`];
    }
  });
  const mine = type.members.map(memberLine);
  const wrong: unknown[] =
    JSON.stringify(mine) === JSON.stringify(expected) ? [] : [[dumped, mine, expected]];
  const fields = theirs.filter((m) => m.leaf === 'LF_MEMBER');
  type.members
    .filter((m) => m.kind === 'field')
    .forEach((m, i) => {
      const theirType = at(/Type = (0x[0-9A-F]+)/.exec(fields[i]?.text ?? '')?.[1]);
      if (realType(m.type) !== theirType) wrong.push([dumped.name, m.name, m.type, theirType]);
    });
  return wrong;
}

/** `undefined` for what the reader shows in place of a type it has not. */
function realType(type: Type): Type | undefined {
  return type.kind === 'basic' && type.encoding === 'none' ? undefined : type;
}

function memberLine(m: Member): string {
  switch (m.kind) {
    case 'field':
      return `field ${m.name} ${m.offset}`;
    case 'base':
      return m.virtual
        ? `virtual ${m.virtual.pointerOffset} ${m.virtual.tableIndex} ${m.virtual.indirect ? 'LF_IVBCLASS' : 'LF_VBCLASS'}`
        : `base ${m.offset}`;
    case 'vftable pointer':
      return 'vftable';
    default:
      return `${m.kind} ${m.name}`;
  }
}
