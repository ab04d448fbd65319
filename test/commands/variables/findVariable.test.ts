import { describe, expect, it } from 'vitest';
import { findVariable } from '../../../core/commands/variables/index.ts';
import type { Session } from '../../../core/commands/index.ts';
import type {
  LocalScope,
  LocalVariable,
  ModuleSymbols,
  SymbolService,
  VariableLocation,
} from '../../../core/symbols/index.ts';
import { MACHINES, type Module, type RegisterContext, type Target } from '../../../core/target/index.ts';
import { BASIC, readValue, type RecordType } from '../../../core/types/index.ts';
import type { Frame } from '../../../core/unwind/index.ts';
import { FakeMemory } from '../../types/fakeMemory.ts';

const PAIR: RecordType = {
  kind: 'record',
  tag: 'struct',
  name: 'Pair',
  size: 12,
  forward: false,
  members: [
    { kind: 'field', name: 'a', offset: 0, type: BASIC.uint4 },
    { kind: 'field', name: 'b', offset: 4, type: BASIC.uint4 },
    { kind: 'field', name: 'c', offset: 8, type: BASIC.uint4 },
  ],
};

const complete = (variable: Partial<LocalVariable>): LocalVariable => ({
  name: '',
  type: undefined,
  isParameter: false,
  compilerGenerated: false,
  locations: [],
  ranges: undefined,
  ...variable,
});

/** A session that stands in a frame whose function has these variables. */
function sessionWith(scopes: readonly (readonly Partial<LocalVariable>[])[]): Session {
  const registers = new Map([
    ['ecx', 0x1234n],
    ['ebp', 0x2000n],
    ['edx', 0x77n],
  ]);
  const bytes = (name: string) => {
    const value = registers.get(name);
    return value === undefined ? undefined : new Uint8Array(Uint32Array.of(Number(value)).buffer);
  };
  const context: Partial<RegisterContext> = {
    get: (name) => registers.get(name),
    bytes,
    known: (name) => name !== 'edx' && registers.has(name),
  };
  const app: Partial<Module> = { name: 'app', base: 0x400000n };
  const frame: Partial<Frame> = {
    module: app as Module,
    lookup: 0x401000n,
    virtualFrame: 0x3000n,
    registers: context as RegisterContext,
  };
  const localsAt = (rva: number): readonly LocalScope[] =>
    rva === 0x1000
      ? scopes.map((variables) => ({
          kind: 'block',
          name: undefined,
          start: 0,
          variables: variables.map(complete),
        }))
      : [];
  const withLocals: Partial<ModuleSymbols> = { localsAt };
  const symbols: Partial<SymbolService> = { of: () => withLocals as ModuleSymbols };
  const memory = new FakeMemory().put32(0x1ff8n, 77, 88).put32(0x2ff0n, 99);
  const target: Partial<Target> = { memory };
  const session: Partial<Session> = {
    target: target as Target,
    machine: MACHINES.x86,
    symbols: symbols as SymbolService,
    currentFrame: () => frame as Frame,
  };
  return session as Session;
}

function valueOf(session: Session, name: string): unknown {
  const local = findVariable(session, name);
  if (!local) return undefined;
  const source = { memory: local.memory, pointerSize: 4 as const };
  const read = (type: typeof local.type, address: bigint) => {
    const value = readValue(source, type, address);
    return value.kind === 'integer' ? Number(value.value) : value.kind;
  };
  const place = local.inMemory ? `0x${local.address.toString(16)}` : local.register;
  if (local.type.kind !== 'record') return [place, read(local.type, local.address)];
  return PAIR.members.map((m) => m.kind === 'field' && read(m.type, local.address + BigInt(m.offset)));
}

describe('a local variable', () => {
  const relative = (offset: number, part?: number): VariableLocation => ({
    kind: 'register relative',
    register: 'ebp',
    offset,
    part,
  });

  it('lies where its register and offset say, or in the register', () => {
    const session = sessionWith([
      [
        { name: 'stack', type: BASIC.uint4, locations: [relative(-8)] },
        { name: 'framed', type: BASIC.uint4, locations: [{ kind: 'frame relative', offset: -16 }] },
        { name: 'kept', type: BASIC.uint4, locations: [{ kind: 'register', registers: ['ecx'] }] },
        { name: 'overwritten', type: BASIC.uint4, locations: [{ kind: 'register', registers: ['edx'] }] },
        { name: 'known', type: BASIC.uint4, locations: [{ kind: 'constant', value: 5n }] },
        { name: 'gone', type: BASIC.uint4, locations: [] },
      ],
    ]);
    expect(valueOf(session, 'stack')).toEqual(['0x1ff8', 77]);
    expect(valueOf(session, 'framed')).toEqual(['0x2ff0', 99]);
    expect(valueOf(session, 'kept')).toEqual(['ecx', 0x1234]);
    // a register that the unwinder could not recover has a callee's value
    expect(valueOf(session, 'overwritten')).toBeUndefined();
    expect(valueOf(session, 'known')).toEqual([undefined, 5]);
    expect(valueOf(session, 'gone')).toBeUndefined();
    expect(valueOf(session, 'other')).toBeUndefined();
  });

  it('is put together of its pieces, and has holes where there are none', () => {
    const pieces: VariableLocation[] = [relative(-4, 4), { kind: 'register', registers: ['ecx'], part: 0 }];
    const session = sessionWith([[{ name: 'pair', type: PAIR, locations: pieces }]]);
    expect(valueOf(session, 'PAIR')).toEqual([0x1234, 88, 'missing']);
  });

  it('of an inner scope hides that of an outer one', () => {
    const session = sessionWith([
      [{ name: 'x', type: BASIC.uint4, locations: [relative(-8)] }],
      [{ name: 'x', type: BASIC.uint4, locations: [relative(-4)] }],
    ]);
    expect(valueOf(session, 'x')).toEqual(['0x1ffc', 88]);
  });
});
