import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import { createSymbolLoader, createSymbolService, type SymbolService } from '../../core/symbols/index.ts';
import { openTarget, type Target, type Thread } from '../../core/target/index.ts';
import { walkStack, type Frame, type StackTrace } from '../../core/unwind/index.ts';
import { corpusFile, corpusList, hasCorpus, shared } from '../corpus.ts';

const FRAME_LIMIT = 256;

interface Opened {
  readonly target: Target;
  readonly symbols: SymbolService;
}

function open(name: string): Opened {
  const path = corpusList('public/dumps').find((n) => n.includes(name)) ?? '';
  const source = new BufferSource(readFileSync(corpusFile(`public/dumps/${path}`)), path);
  const target = openTarget(Minidump.open(source));
  return { target, symbols: createSymbolService(target.modules, storeLoader) };
}

/** A dump that was made of a text description; `image` is given for each of its modules. */
function openMalformed(name: string, image?: Uint8Array): Opened {
  const bytes = readFileSync(corpusFile(`public/malformed/llvm_yaml-${name}.dmp.gz`));
  const dump = Minidump.open(new BufferSource(bytes, name));
  const target = openTarget(dump, { find: () => image && new BufferSource(image, `${name}.exe`) });
  return { target, symbols: createSymbolService(target.modules, storeLoader) };
}

/** The corpus' store, which has folders in lower case. */
const storeLoader = createSymbolLoader({
  *candidates({ kind, folder, key, name }) {
    const root = kind === 'breakpad' ? 'public/symbols/breakpad' : 'public/symbols';
    for (const f of new Set([folder, folder.toLowerCase()])) {
      const place = shared(`corpus/${root}/${f}/${key}/${name}`);
      if (existsSync(place)) yield { place, open: () => new BufferSource(readFileSync(place), place) };
    }
  },
});

function eventThread({ target }: Opened): Thread | undefined {
  return target.threads.find((t) => t.id === target.exception?.threadId);
}

function walk({ target, symbols }: Opened, thread: Thread | undefined, view = 0): StackTrace {
  const machine = target.machines[view] ?? target.system.machine;
  const isEvent = view === 0 && thread?.id === target.exception?.threadId;
  const registers = (isEvent ? target.exception?.context : undefined) ?? thread?.context(machine);
  return walkStack({ target, symbols, machine, registers, thread, limit: FRAME_LIMIT });
}

function names({ symbols }: Opened, frames: readonly Frame[]): string[] {
  return frames
    .filter((f) => !f.inline)
    .map((f) => symbols.describe(f.instruction) ?? f.instruction.toString(16));
}

/** Frames of breakpad's machine-readable output: thread, frame, module, function, …; and of its text the addresses. */
function breakpadAddresses(): { ip: number; sp: number; fp: number }[] {
  const text = readFileSync(
    shared('corpus/public/expected/google_minidump2-test-app-24b0ea_x86_winxp.breakpad-stackwalk.txt'),
    'utf8',
  );
  const registers = (name: string): number[] =>
    [...text.matchAll(new RegExp(`${name} = 0x([0-9a-f]+)`, 'g'))].map((m) => parseInt(m[1] ?? '', 16));
  const sps = registers('esp');
  const fps = registers('ebp');
  return registers('eip').map((ip, i) => ({ ip, sp: sps[i] ?? 0, fp: fps[i] ?? 0 }));
}

describe.skipIf(!hasCorpus)('stacks of real dumps', () => {
  it('walks minidump2 as breakpad does, registers and all', () => {
    const opened = open('minidump2-test-app-24b0');
    const { frames, end } = walk(opened, eventThread(opened));
    const got = frames.map(({ registers }) => ({
      ip: Number(registers.ip),
      sp: Number(registers.sp),
      fp: Number(registers.fp),
    }));
    expect(got).toEqual(breakpadAddresses().slice(0, 4));
    expect(names(opened, frames)).toEqual([
      "test_app!`anonymous namespace'::CrashFunction+0xe",
      'test_app!main+0x50',
      'test_app!__tmainCRTStartup+0x15f',
      'kernel32!BaseProcessStart+0x23',
    ]);
    expect(end).toBe('null return address');
  });

  it('walks mini-crash as a symbolicator with call frame information does', () => {
    const opened = open('mini-crash');
    const expected = readFileSync(
      shared(
        'corpus/public/expected/getsentry_mini-crash-69a2bc_x86_srv2016.symbolicator-minidump_windows.txt',
      ),
      'utf8',
    );
    const [first = ''] = expected.split('- thread_id:').slice(1);
    const want = [...first.matchAll(/instruction_addr: "0x([0-9a-f]+)"/g)].map((m) =>
      parseInt(m[1] ?? '', 16),
    );
    const frames = walk(opened, eventThread(opened)).frames.filter((f) => !f.inline);
    const got = frames.map((f) => Number(f.instruction));
    // it gives one frame as the address of the call, the others as where they return to
    expect(got.map((a, i) => a - (want[i] ?? 0))).toEqual([0, 1, 0, 0, 0]);
    expect(frames.map((f) => f.how)).toEqual([
      'context',
      'frame data',
      'frame data',
      'frame pointer',
      'frame pointer',
    ]);
  });

  it('finds without Windows’ symbols in the other threads what a symbolicator finds with them', () => {
    const opened = open('mini-crash');
    const expected = readFileSync(
      shared(
        'corpus/public/expected/getsentry_mini-crash-69a2bc_x86_srv2016.symbolicator-integration_microsoft.txt',
      ),
      'utf8',
    );
    const threads = expected.split('- thread_id:').slice(1);
    expect(threads).toHaveLength(4);
    // the first thread is its worse: it scans there, for want of the image's own PDB, and shows leftovers
    for (const text of threads.slice(1)) {
      const [innermost = 0, ...callers] = [...text.matchAll(/instruction_addr: "0x([0-9a-f]+)"/g)].map((m) =>
        parseInt(m[1] ?? '', 16),
      );
      const thread = opened.target.threads.find((t) => t.id === parseInt(text));
      // the thread has no exception, though the dump has one
      const got = walk(opened, thread)
        .frames.filter((f) => !f.inline)
        .map((f) => Number(f.instruction));
      // it gives callers as the address of the call, where its own walk is sure of them
      expect(got.slice(0, callers.length + 1)).toEqual([innermost, ...callers.map((a) => a + 1)]);
    }
  });

  it('walks the 32-bit side of a WOW64 dump through the exception to the start of the thread', () => {
    const opened = open('fizzbuzz-wow64');
    const { frames, end } = walk(opened, opened.target.threads[0], 1);
    const list = names(opened, frames);
    expect(list[0]).toBe('ntdll_77cc0000!NtWaitForMultipleObjects+0x15');
    const dispatcher = list.findIndex((n) => n.includes('KiUserExceptionDispatcher'));
    // the fault lies in the program, and main and the thread's start are its callers
    expect(list.slice(dispatcher + 1, dispatcher + 4)).toEqual([
      'fizzbuzz+0x115a',
      'fizzbuzz+0x9449',
      'kernel32!BaseThreadInitThunk+0x12',
    ]);
    expect(frames.at(-1)?.module?.name).toBe('ntdll_77cc0000');
    expect(end).toBe('null return address');
    expect(frames.some((f) => f.how === 'scan')).toBe(false);
  });

  it('walks the 64-bit side of it by unwind tables', () => {
    const opened = open('fizzbuzz-wow64');
    const { frames, end } = walk(opened, opened.target.threads[0]);
    expect(names(opened, frames).at(-1)).toBe('ntdll!LdrInitializeThunk+0xe');
    expect(new Set(frames.slice(1).map((f) => f.how))).toEqual(new Set(['unwind info']));
    expect(end).toBe('null return address');
  });

  it('finds crash, foo and main with a PDB and no image', () => {
    const opened = open('sigsegv');
    const { frames } = walk(opened, eventThread(opened));
    expect(names(opened, frames).slice(0, 4)).toEqual([
      'sigsegv!crash+0x29',
      'sigsegv!foo+0x71',
      'sigsegv!main+0x1d',
      'sigsegv!mainCRTStartup+0x9',
    ]);
    expect(frames[0]?.warning).toBe('no unwind information');
  });

  it('lets the shadow stack say what no table can', () => {
    const opened = open('tiny-exe-with-cet-xsave');
    const { frames, end } = walk(opened, opened.target.threads[0]);
    expect(names(opened, frames).slice(1)).toEqual([
      'ntdll+0x5b4c3',
      'KERNELBASE+0x4b281',
      'tiny+0x9b8ca',
      'tiny+0x1b0ed',
      'tiny+0x59068',
      'KERNEL32+0x154e0',
      'ntdll+0x485b',
    ]);
    expect(end).toBe('end of stack');
  });

  it('walks a stack that overflowed from end to end', () => {
    const opened = open('stack-exhaustion');
    const { frames, end } = walk(opened, eventThread(opened));
    const recursing = frames.filter((f) => f.instruction === frames[20]?.instruction);
    expect(recursing.length).toBeGreaterThan(200);
    expect(end).toBe('null return address');
    expect(names(opened, frames).at(-1)).toContain('ntdll');
    // and no further than asked
    const { target, symbols } = opened;
    const [machine] = target.machines;
    if (!machine) throw new Error('no machine');
    const cut = walkStack({ target, symbols, machine, registers: target.exception?.context, limit: 50 });
    expect([cut.frames.length, cut.end, cut.truncated]).toEqual([50, 'frame limit', true]);
  });

  it.each([
    // `ret` stands behind the fault, in code that was written over main: it would return to what main keeps on its stack
    ['null-read-av', [0xa6cd, 0x83d8, 0x821f]],
    ['ascii-read-av-crashme', [0xa6cd, 0x83d8, 0x821f]],
    // the same program, without that `ret`
    ['ascii-write-av-crashme', [0xa6cd, 0x83d8, 0x821f]],
    // the fault jumped onto the stack: its caller called through it
    ['exec-av-on-stack', [undefined, 0x10ae]],
    ['google_read-av-conditional', [0x109e, 0x3617]],
  ])('walks %s through main to the start of the thread', (name, expected) => {
    const opened = open(name);
    const { frames, end } = walk(opened, eventThread(opened));
    const own = expected.map((_, i) => frames[i]?.registers.ip);
    const rvas = own.map((ip) => {
      const module = ip === undefined ? undefined : opened.target.modules.find(ip);
      return module && ip !== undefined ? Number(ip - module.base) : undefined;
    });
    expect(rvas).toEqual(expected);
    expect(frames.slice(expected.length).map((f) => f.module?.name)).toEqual(['kernel32', 'ntdll', 'ntdll']);
    expect(end).toBe('null return address');
  });

  it('takes no address in an image’s headers for code where neither image nor regions tell', () => {
    for (const name of corpusList('public/dumps')) {
      const opened = open(name);
      const { frames } = walk(opened, eventThread(opened) ?? opened.target.threads[0]);
      for (const { module, instruction, how } of frames) {
        if (module && how === 'scan') expect(instruction - module.base, name).toBeGreaterThanOrEqual(0x1000n);
      }
    }
  });

  it('follows no unwind table of x64 in an x86 image: llvm_yaml-broken-unwind has a wrong one', () => {
    const file = readFileSync(corpusFile('public/malformed/llvm_yaml-broken-unwind.exe.gz'));
    // the dump says that the image is larger: it would count as another one
    file.writeUInt32LE(0x5000, file.readUInt32LE(0x3c) + 24 + 56); // IMAGE_OPTIONAL_HEADER.SizeOfImage
    const opened = openMalformed('broken-unwind', file);
    expect(opened.target.modules.at(0)?.image?.exceptionDirectory).toEqual({ rva: 0x300f, size: 0xc });
    const { frames, end } = walk(opened, opened.target.threads[0]);
    expect(frames.map((f) => f.registers.ip)).toEqual([0xb1092n]);
    expect(end).toBe('memory not in dump');
  });

  it('says that it does not walk Thumb-2: llvm_yaml-arm-fp-unwind, whose context is all zero', () => {
    const opened = openMalformed('arm-fp-unwind');
    const { frames, end } = walk(opened, opened.target.threads[0]);
    expect([frames.length, end]).toEqual([1, 'machine not supported']);
  });

  it('ends every stack of every dump for a reason, and within the limit', () => {
    for (const name of corpusList('public/dumps')) {
      const opened = open(name);
      opened.target.machines.forEach((_, view) => {
        for (const thread of opened.target.threads) {
          const trace = walk(opened, thread, view);
          expect(trace.frames.length, name).toBeLessThanOrEqual(FRAME_LIMIT);
          expect(trace.frames.length > 0 || trace.end === 'no context', name).toBe(true);
          expect(trace.truncated, name).toBe(trace.end === 'frame limit');
        }
      });
    }
  });
});
