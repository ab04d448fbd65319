import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { hasCorpus, shared } from '../../corpus.ts';
import { openEngine, runLine } from '../runLine.ts';

describe.skipIf(!hasCorpus)('exceptions of a real process', () => {
  let engine: Engine;

  beforeAll(async () => {
    // a 32-bit process whose fault is being reported: UnhandledExceptionFilter has its EXCEPTION_POINTERS on the stack
    const symbolPath = shared('corpus/public/symbols');
    engine = await openEngine(
      'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz',
      nodeHost({ dump: '', symbolPath }),
    );
    await runLine(engine, '.effmach x86');
  });

  it('.exptr shows record and context', async () => {
    const { lines } = await runLine(engine, '.exptr 37f804');
    expect(lines.slice(0, 2)).toEqual([
      '----- Exception record at 0037f904:',
      'ExceptionAddress: 00e3115a (fizzbuzz+0x0000115a)',
    ]);
    // corpus/public/README.md: it reads *buggy with buggy == 0
    expect(lines).toContain('Attempt to read from address 00000000');
    expect(lines).toContain('----- Context record at 0037f954:');
    expect(lines.at(-2)).toBe('fizzbuzz+0x115a:');
    expect(lines.at(-1)).toMatch(/^00e3115a 8b00 +mov +eax,dword ptr \[eax\] +ds:002b:00000000=\?{8}$/);
  });

  it('.exptr and .exr leave the context as it was', async () => {
    const before = await runLine(engine, 'r eip');
    await runLine(engine, '.exptr 37f804;.exr 37f904');
    expect((await runLine(engine, 'r eip')).lines).toEqual(before.lines);
  });

  it('!cppexr says so where it is none', async () => {
    const { errors } = await runLine(engine, '!cppexr 37f904');
    expect(errors).toEqual(["Exception c0000005 is no C++ exception of Microsoft's compiler"]);
  });

  it('!exchain tells the handlers of scope tables without symbols', async () => {
    const { lines } = await runLine(engine, '!exchain');
    const at = lines.findIndex((l) => l.startsWith('0037fe1c: fizzbuzz+cf40'));
    // the CRT's __tmainCRTStartup calls main in a __try whose filter and block lie in the same function
    expect(lines.slice(at, at + 3)).toEqual([
      '0037fe1c: fizzbuzz+cf40 (00e3cf40)',
      '  CRT scope  0, filter: fizzbuzz+9483 (00e39483)',
      '                func:   fizzbuzz+9497 (00e39497)',
    ]);
  });

  it('!exchain shows the frames with handlers of the 64-bit side', async () => {
    const { lines } = await runLine(engine, '.effmach amd64;!exchain;.effmach x86');
    expect(lines).toContain('7 stack frames, scanning for handlers...');
    // a public transcript of the same Windows shows these two handlers for these frames of wow64cpu and wow64
    expect(lines.filter((l) => /^Frame 0x0[12]: wow64/.test(l))).toHaveLength(2);
  });
});

interface Chain {
  readonly found: unknown;
  readonly handlers: readonly (readonly string[])[];
}

/** Threads in order with the handlers of their chains. */
async function chainsOf(path: string): Promise<Chain[]> {
  const engine = await openEngine(path);
  const chains: Chain[] = [];
  for (const { index } of engine.session.target.threads) {
    const { data } = await runLine(engine, `~${index}s;!exchain`);
    const handlers = (data.handlers ?? []) as { address: string; handler: string }[];
    chains.push({ found: data.found, handlers: handlers.map((h) => [h.address, h.handler]) });
  }
  return chains;
}

describe.skipIf(!hasCorpus)('the chain of a dump without TEBs', () => {
  it.each(['x86-dll-O0', 'x86-static-O0', 'x86-static-O2-fpo'])(
    'is found on the stacks of %s as the TEBs of its other dump have it',
    async (name) => {
      const told = await chainsOf(`lab/${name}/privrw.dmp.gz`);
      const found = await chainsOf(`lab/${name}/normal.dmp.gz`);
      expect(told.every((c) => c.found === false)).toBe(true);
      // a thread that never ran has no chain: then there is none to find, and the command fails
      expect(found).toEqual(told.map((c) => ({ ...c, found: c.handlers.length > 0 ? true : undefined })));
    },
  );

  it('ends with the handler that kernel32 of Windows XP gives a thread, and says how it was found', async () => {
    const symbolPath = shared('corpus/public/symbols/breakpad');
    const engine = await openEngine(
      'public/dumps/google_minidump2-test-app-24b0ea_x86_winxp.dmp.gz',
      nodeHost({ dump: '', symbolPath }),
    );
    const { lines } = await runLine(engine, '!exchain');
    expect(lines[0]).toMatch(/does not hold the TEB .* found on the stack/);
    expect(lines.at(-2)).toBe('0012ffb0: test_app!_except_handler4+0 (00406fd0)');
    expect(lines.at(-1)).toBe('0012ffe0: kernel32!_except_handler3+0 (7c839aa8)');
  });

  it('!exchain refuses what it does not know', async () => {
    const engine = await openEngine('lab/x86-dll-O0/normal.dmp.gz');
    expect((await runLine(engine, '!exchain /x')).errors).toEqual([
      '!exchain has no option /x: it has /c, /C and /f',
    ]);
  });
});
