import { beforeAll, describe, expect, it } from 'vitest';
import { Pace } from '../../core/commands/index.ts';
import {
  type CallFrame,
  type CallStack,
  findMisuse,
  type Misuse,
  misuseOfFailure,
  type MisuseInput,
} from '../../core/crt/index.ts';
import { argumentOf } from '../../core/crt/misuse/frameArguments.ts';
import { MACHINES, type Module, type RegisterContext } from '../../core/target/index.ts';
import { walkStack } from '../../core/unwind/index.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';
import type { LabTruth } from '../openCorpus.ts';
import { crtTruth, type LabAllocation, openLab, openTargetCrt, type OpenedCrt } from './labCrt.ts';
import { PatchedMemory } from './patchedMemory.ts';

/** where a test puts the arguments of its frames: in no range of the dump */
const ARGUMENTS = 0x7000_0000;

/** Frees that a test puts on the stack of a real process: 32-bit, with a runtime in each module. */
describe.skipIf(!hasCorpus)('frees on a stack', () => {
  const truth = hasCorpus ? crtTruth('x86-static-O0') : undefined;
  const heap = (role: string): number => Number(truth?.heaps[role] ?? 0);
  let opened: OpenedCrt;
  let memory: PatchedMemory;
  let registers: RegisterContext;

  beforeAll(async () => {
    const lab = await openLab('x86-static-O0', 'privrw', false);
    const patched = PatchedMemory.of(lab.target);
    memory = patched.memory.map(ARGUMENTS, 0x1000);
    opened = await openTargetCrt(patched.target);
    const context = lab.target.threads[0]?.context(MACHINES.x86);
    if (!context) throw new Error('no context');
    registers = context;
  });

  const module = (name: string): Module => {
    const found = opened.target.modules.byName(name);
    if (!found) throw new Error(name);
    return found;
  };

  /** Frames, innermost first: module, function, arguments. */
  async function misuse(...calls: [module: string, name: string, ...args: number[]][]): Promise<Misuse[]> {
    const names = new Map<bigint, string>();
    const frames: CallFrame[] = calls.map(([moduleName, name, ...args], index) => {
      const parameters = ARGUMENTS + index * 0x40;
      args.forEach((value, i) => memory.put(parameters + i * 4, 4, value));
      const owner = module(moduleName);
      const instruction = owner.base + 0x1000n + BigInt(index * 0x10);
      names.set(instruction, name);
      return {
        index,
        instruction,
        lookup: instruction,
        registers,
        inline: false,
        module: owner,
        parameters: BigInt(parameters),
      };
    });
    const stack: CallStack = { thread: { index: 0, id: 1 }, ofException: false, frames };
    return findMisuse(input([stack], (frame) => names.get(frame.instruction)));
  }

  function input(
    stacks: readonly CallStack[],
    nameOf: (frame: CallFrame) => string | undefined,
  ): MisuseInput {
    return {
      context: opened.context,
      map: opened.map,
      stacks,
      nameOf: (frame) => {
        const name = nameOf(frame);
        return name === undefined ? undefined : { name, start: frame.instruction };
      },
      pace: new Pace(),
    };
  }

  const allocation = (wanted: (a: LabAllocation) => boolean): LabAllocation => {
    const found = truth?.allocations.find((a) => !a.freed && wanted(a));
    if (!found) throw new Error('no such allocation');
    return found;
  };
  const ofDll = (): LabAllocation => allocation((a) => a.module === 'RuntimeDll' && a.how === 'operator new');
  const ofExe = (): LabAllocation => allocation((a) => a.module === 'RuntimeTest' && a.how === 'malloc');

  it('name allocator and freer of a block that crosses', async () => {
    const { addr } = ofDll();
    const [found, ...more] = await misuse(
      ['RuntimeTest', '_free_dbg', Number(addr), 1],
      ['RuntimeTest', 'free', Number(addr)],
      ['RuntimeTest', 'main'],
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({ kind: 'cross-module free', certainty: 'shown', pointer: BigInt(addr) });
    expect(found?.allocatedBy.map((m) => m.name)).toEqual(['RuntimeDll']);
    expect(found?.freedBy?.name).toBe('RuntimeTest');
    expect(found?.freerHeap).toBe(BigInt(heap('crt_exe')));
    expect(found?.frames.map((f) => f.function)).toEqual(['RuntimeTest!_free_dbg', 'RuntimeTest!free']);
    expect(found?.caller?.function).toMatch(/^RuntimeTest!main/);
  });

  it('name the same the other way round, for realloc and operator delete', async () => {
    const { addr } = ofExe();
    for (const name of ['realloc', 'operator delete', 'operator delete[]', '_aligned_free']) {
      const [found] = await misuse(['RuntimeDll', name, Number(addr)], ['RuntimeDll', 'Api']);
      expect(found?.kind, name).toBe('cross-module free');
      expect(found?.allocatedBy.map((m) => m.name)).toEqual(['RuntimeTest']);
      expect(found?.freedBy?.name).toBe('RuntimeDll');
    }
  });

  it('say nothing of a block that its own module frees', async () => {
    const exe = ofExe();
    const dll = ofDll();
    expect(await misuse(['RuntimeTest', 'free', Number(exe.addr)], ['RuntimeTest', 'main'])).toEqual([]);
    expect(await misuse(['RuntimeDll', 'free', Number(dll.addr)], ['RuntimeTest', 'main'])).toEqual([]);
    const header = Number(exe.crt_header);
    expect(
      await misuse(
        ['kernel32', 'HeapFree', heap('crt_exe'), 0, header],
        ['RuntimeTest', '_free_base', header],
      ),
    ).toEqual([]);
  });

  it('see a heap that is given a block of another', async () => {
    const header = Number(ofDll().crt_header);
    const [found] = await misuse(['ntdll', 'RtlFreeHeap', heap('crt_exe'), 0, header], ['RuntimeTest', 'f']);
    expect(found).toMatchObject({ kind: 'wrong heap', freerHeap: BigInt(heap('crt_exe')) });
    expect(found?.memory.heap?.address).toBe(BigInt(heap('crt_dll')));
    const block = allocation((a) => a.how === 'HeapAlloc' && Number(a.heap) === heap('growable'));
    const [own] = await misuse(['RuntimeTest', 'free', Number(block.addr)], ['RuntimeTest', 'main']);
    expect(own?.kind).toBe('wrong heap');
  });

  it('see pointers that are no block, and blocks that are free already', async () => {
    const { addr, size } = ofExe();
    const [inside] = await misuse(
      ['RuntimeTest', 'free', Number(addr) + (size >> 1)],
      ['RuntimeTest', 'main'],
    );
    expect(inside?.kind).toBe('not a block');
    // what a debug runtime hands out is no block to the heap
    const [data] = await misuse(
      ['ntdll', 'RtlFreeHeap', heap('crt_exe'), 0, Number(addr)],
      ['RuntimeTest', 'f'],
    );
    expect(data?.kind).toBe('not a block');
    const live = new Set(truth?.allocations.filter((a) => !a.freed).map((a) => a.addr));
    const gone = truth?.allocations.find(
      (a) => a.freed && a.module === 'RuntimeDll' && a.how === 'malloc' && !live.has(a.addr),
    );
    const [again] = await misuse(['RuntimeDll', 'free', Number(gone?.addr)], ['RuntimeDll', 'Api']);
    expect(again?.kind).toBe('double free');
  });

  it('pass over null, over addresses of no heap, and over frames without memory', async () => {
    expect(await misuse(['RuntimeTest', 'free', 0], ['RuntimeTest', 'main'])).toEqual([]);
    expect(await misuse(['RuntimeTest', 'free', 0x401000], ['RuntimeTest', 'main'])).toEqual([]);
    const unreadable: CallFrame = {
      index: 0,
      instruction: module('RuntimeTest').base,
      lookup: module('RuntimeTest').base,
      registers,
      inline: false,
      module: module('RuntimeTest'),
      parameters: 0x10n,
    };
    const stack: CallStack = { thread: undefined, ofException: false, frames: [unreadable] };
    expect(await findMisuse(input([stack], () => 'free'))).toEqual([]);
  });

  it('are seen in what the heap manager recorded', async () => {
    const dll = ofDll();
    // an NT heap names the entry, 8 bytes before the pointer that it was given
    const record = {
      heap: BigInt(heap('crt_exe')),
      stack: [module('ntdll').base + 1n, module('RuntimeTest').base + 0x1100n],
    };
    const foreign = await misuseOfFailure(
      input([], () => undefined),
      {
        ...record,
        typeName: 'heap_failure_block_not_busy',
        address: BigInt(dll.crt_header ?? 0) - 8n,
      },
    );
    expect(foreign).toMatchObject({ kind: 'cross-module free', certainty: 'shown' });
    expect(foreign?.allocatedBy.map((m) => m.name)).toEqual(['RuntimeDll']);
    expect(foreign?.freedBy?.name).toBe('RuntimeTest');
    const debugData = await misuseOfFailure(
      input([], () => undefined),
      { ...record, address: BigInt(ofExe().addr) - 8n },
    );
    expect(debugData).toMatchObject({ kind: 'cross-module free', certainty: 'likely' });
    const sound = await misuseOfFailure(
      input([], () => undefined),
      {
        ...record,
        address: BigInt(ofExe().crt_header ?? 0) - 8n,
      },
    );
    expect(sound).toBeUndefined();
  });
});

/** On x64 arguments are in registers; the lab's processes printed some of them as locals. */
describe.skipIf(!hasCorpus)('arguments of x64 frames', () => {
  it.each(['x64-static-O0', 'x64-static-O2'])('%s: what the process printed', async (name) => {
    const truth = sharedJson<LabTruth>(`corpus/lab/${name}/truth.json.gz`);
    const opened = await openLab(name);
    await opened.context.loadDisassemblers();
    const found = new Map<string, bigint | undefined>();
    for (const frames of stacksOf(opened)) {
      frames.forEach((frame, i) => {
        const symbol = opened.symbols.nearest(frame.lookup);
        const caller = frames.slice(i + 1).find((f) => !f.inline);
        if (!symbol || frame.inline) return;
        const argument = argumentOf(opened.context, frame, caller, symbol.address, 0);
        if (argument && !found.has(symbol.symbol.name)) {
          found.set(symbol.symbol.name, argument.value);
        }
      });
    }
    const locals = truth.threads.flatMap((t) => t.locals);
    const value = (func: string, local: string): bigint =>
      BigInt(locals.find((l) => l.func === func && l.name === local)?.value ?? 0);
    const address = (func: string, local: string): bigint =>
      BigInt(locals.find((l) => l.func === func && l.name === local)?.addr ?? 0);
    // this of a method, printed by the method itself; this of one that was called on a local
    expect(found.get('shapes::Circle::Area')).toBe(value('shapes::Circle::Area', 'self'));
    expect(found.get('FixedArray<int,5>::Sum')).toBe(address('outer_ns::inner_ns::Work', 'copy'));
  });
});

function* stacksOf({ target, symbols }: OpenedCrt): Iterable<readonly CallFrame[]> {
  for (const thread of target.threads) {
    const registers = thread.context(MACHINES.x64);
    const { frames } = walkStack({ target, symbols, machine: MACHINES.x64, thread, registers, limit: 64 });
    yield frames;
  }
}
