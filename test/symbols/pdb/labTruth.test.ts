/** The lab's PDBs against what the lab's processes printed of themselves: types, globals, vftables, locals. */
import { describe, expect, it } from 'vitest';
import type { LocalVariable } from '../../../core/symbols/pdb/index.ts';
import { unmodified, type FieldMember, type RecordType, type Type } from '../../../core/types/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { pdbSymbols } from './openPdbs.ts';

interface Truth {
  readonly pointer_size: number;
  readonly modules: readonly { readonly base: string }[];
  readonly types: readonly {
    readonly name: string;
    readonly size: number;
    readonly fields: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
  }[];
  readonly globals: readonly { readonly name: string; readonly address: string; readonly size: number }[];
  readonly vftables: Readonly<Record<string, string>>;
  readonly threads: readonly {
    readonly locals?: readonly {
      readonly frame_from_outermost: number;
      readonly func: string;
      readonly name: string;
      readonly type: string;
      readonly addr: string;
    }[];
    readonly frames_innermost_first: readonly {
      readonly func: string;
      readonly return_address: string;
      readonly return_slot: string;
    }[];
  }[];
}

const CASES = [
  'x86-static-O0',
  'x86-static-O2-fpo',
  'x86-dll-O0',
  'x64-static-O0',
  'x64-static-O2',
  'x64-dll-O0',
];

describe.skipIf(!hasCorpus).each(CASES)('%s', (name) => {
  const truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
  const symbols = pdbSymbols(`lab/${name}/RuntimeTest.pdb`);
  const base = Number(truth.modules[0]?.base);

  it('has every type with its size and fields', () => {
    for (const expected of truth.types) {
      const type = symbols.types.find(expected.name);
      expect(type, expected.name).toMatchObject({ kind: 'record', name: expected.name, size: expected.size });
      const fields = type?.kind === 'record' ? fieldsOf(type) : [];
      for (const field of expected.fields) {
        const found = fields.find((f) => f.name === field.name);
        expect([expected.name, found?.name, found?.offset, found && sizeOf(found.type)]).toEqual([
          expected.name,
          field.name,
          field.offset,
          field.size,
        ]);
      }
    }
  });

  it('has the layout of bit fields', () => {
    const bits = symbols.types.find('Bits');
    const fields = bits?.kind === 'record' ? fieldsOf(bits) : [];
    const places = fields.map((f) =>
      f.type.kind === 'bit field'
        ? [f.name, f.offset, f.type.position, f.type.length, f.type.base.size]
        : f.name,
    );
    // lab.h: unsigned lo:3, mid:5; int sg:10; unsigned hi:12; unsigned long long wide:40, rest:24
    expect(places).toEqual([
      ['lo', 0, 0, 3, 4],
      ['mid', 0, 3, 5, 4],
      ['sg', 0, 8, 10, 4],
      ['hi', 0, 20, 12, 4],
      ['wide', 8, 0, 40, 8],
      ['rest', 8, 40, 24, 8],
    ]);
  });

  it('finds every global at its address, with a type of its size', () => {
    for (const expected of truth.globals) {
      const rva = Number(expected.address) - base;
      const found = symbols.find(expected.name);
      expect(found, expected.name).toMatchObject([{ name: expected.name, rva, kind: 'data', private: true }]);
      expect(found[0]?.type && sizeOf(found[0].type), expected.name).toBe(expected.size);
      expect(symbols.nearest(rva + expected.size - 1)).toMatchObject({ name: expected.name, rva });
    }
  });

  it('has the vftables where objects point', () => {
    for (const [variable, address] of Object.entries(truth.vftables)) {
      const at = symbols.at(Number(address) - base);
      const kind = variable === 'g_circle' ? 'Circle' : 'Square';
      // Square has two bases: its vftable for Shape has that in its name
      const decorated = at.map((s) => s.decorated ?? s.name);
      expect(decorated.some((d) => d.startsWith(`??_7${kind}@shapes@@6B`))).toBe(true);
    }
  });

  it('says where locals are', () => {
    let checked = 0;
    for (const thread of truth.threads) {
      const frames = [...thread.frames_innermost_first].reverse();
      for (const local of thread.locals ?? []) {
        const frame = frames[local.frame_from_outermost];
        const called = frames[local.frame_from_outermost + 1];
        // of the innermost frame it is not printed where it is
        if (!frame || !called) continue;
        expect(frame.func).toBe(local.func);
        const pc = Number(called.return_address) - base - 1;
        // the DLL has a PDB of its own
        if (!symbols.nearest(pc)) continue;
        const scopes = symbols.localsAt(pc);
        expect(scopes[0]?.name).toBe(local.func);
        const variable = scopes.flatMap((s) => s.variables).find((v) => v.name === local.name);
        if (!variable?.type) continue;
        const type = unmodified(variable.type);
        if (type.kind === 'basic') expect(type.cName).toBe(local.type);
        const program = symbols.unwind.frameData(pc)?.program ?? '';
        const address = addressOf(variable, Number(frame.return_slot), program);
        if (address === undefined) continue;
        expect([local.name, address]).toEqual([local.name, Number(local.addr)]);
        checked++;
      }
    }
    if (truth.pointer_size === 4) expect(checked).toBeGreaterThan(2);
  });
});

function sizeOf(type: Type): number {
  return unmodified(type).size;
}

/** Fields by name, those of base classes too, at their offset in the whole. */
function fieldsOf(record: RecordType, from = 0): FieldMember[] {
  return record.members.flatMap((member): FieldMember[] => {
    if (member.kind === 'field') return [{ ...member, offset: from + member.offset, type: member.type }];
    const base = member.kind === 'base' && !member.virtual ? unmodified(member.type) : undefined;
    return base?.kind === 'record' && member.kind === 'base' ? fieldsOf(base, from + member.offset) : [];
  });
}

/** Address of an x86 variable in a frame whose return address is at `returnSlot`, if that and frame data say it. */
function addressOf({ locations }: LocalVariable, returnSlot: number, program: string): number | undefined {
  const [location] = locations;
  if (location?.kind === 'register relative' && location.register === 'ebp')
    return returnSlot - 4 + location.offset;
  if (location?.kind !== 'frame relative') return undefined;
  const base = frameBase(program, returnSlot);
  return base === undefined ? undefined : base + location.offset;
}

/** `$T0` after a frame program that starts from the return address: `$T1 .raSearch = $T0 $T1 4 - 8 @ = ...`. */
function frameBase(program: string, returnSlot: number): number | undefined {
  const variables = new Map([
    ['.raSearch', returnSlot],
    ['$ebp', returnSlot - 4],
  ]);
  const stack: (number | string)[] = [];
  const value = (operand: number | string | undefined): number =>
    typeof operand === 'number' ? operand : (variables.get(operand ?? '') ?? NaN);
  for (const token of program.split(' ').filter(Boolean)) {
    if (variables.has('$T0')) break;
    const right = '=+-@'.includes(token) ? stack.pop() : undefined;
    const left = '=+-@'.includes(token) ? stack.pop() : undefined;
    if (token === '=') variables.set(String(left), value(right));
    else if (token === '+') stack.push(value(left) + value(right));
    else if (token === '-') stack.push(value(left) - value(right));
    else if (token === '@') stack.push(value(left) - (value(left) % value(right)));
    else stack.push(/^\d+$/.test(token) ? Number(token) : token);
  }
  return variables.get('$T0');
}
