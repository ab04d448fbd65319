import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mainModule } from '../../../core/commands/numbers/index.ts';
import type { FoundSymbol, SymbolKind } from '../../../core/symbols/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../../../core/types/index.ts';
import { corpusFile, hasCorpus, sharedJson } from '../../corpus.ts';
import { fakeSymbols, fakeTarget } from '../memory/fakeTarget.ts';
import { openSession, TestSession } from '../memory/openSession.ts';
import { loadDisassembler } from '../../../core/disasm/index.ts';
import { MACHINES, type Module } from '../../../core/target/index.ts';

interface Exception {
  code: string;
  nparams: number;
  params: string[];
  pc: string;
}

/** Module base and AddressOfEntryPoint, read from the image file at the offsets of the PE format. */
function entryPointInFile(image: string): number {
  const file = readFileSync(corpusFile(image));
  return file.readUInt32LE(file.readUInt32LE(0x3c) + 0x28);
}

describe.skipIf(!hasCorpus)('pseudo-registers of a crash dump', () => {
  if (!hasCorpus) return;
  const folder = 'lab/x64-crash-av-read-0x24';
  const truth = sharedJson<Exception>(`corpus/${folder}/exception.json.gz`);
  const opened = openSession(`${folder}/privrw.dmp.gz`, { images: true });
  const { evaluator } = opened.session;

  it('tell of the exception', () => {
    expect(evaluator.address('@$exr_code')).toBe(BigInt(truth.code));
    expect(evaluator.evaluate('@$exr_numparams')).toBe(BigInt(truth.nparams));
    truth.params.forEach((p, i) => {
      expect(evaluator.address(`@$exr_param${i}`)).toBe(BigInt(p));
    });
    expect(() => evaluator.evaluate('@$exr_param2')).toThrow("Bad register error at '@$exr_param2'");
    expect(evaluator.address('@$eventip')).toBe(BigInt(truth.pc));
  });

  it('name the entry point of the program', async () => {
    const entry = 0x140000000n + BigInt(entryPointInFile(`${folder}/RuntimeTest.exe`));
    expect(evaluator.address('$exentry')).toBe(entry);
    expect(evaluator.address('$iment(RuntimeTest)')).toBe(entry);
    expect(() => evaluator.evaluate('$iment(RuntimeTest+1)')).toThrow(/^Operand error/);
    // by way of the PEB, which is right even where the program is not the first in the list
    const { system } = opened.session.target;
    const layout = await loadLayout(system.os, system.machine.kind);
    const layouts = createStructLayouts([new BuiltInTypes(layout)]);
    expect(mainModule({ ...opened.session, layouts: () => layouts })?.fileName).toBe('RuntimeTest.exe');
  });

  it('know the addresses that the instruction uses', async () => {
    await loadDisassembler(MACHINES.x64);
    const fault = BigInt(truth.params[1] ?? 0);
    opened.session.contextOverride = opened.session.target.exception?.context;
    expect(evaluator.address('@$ea')).toBe(fault);
    expect(() => evaluator.evaluate('@$ea2')).toThrow(/^Bad register error/);
    opened.session.contextOverride = undefined;
  });

  it('have no value where a dump has none', () => {
    for (const name of [
      '$lastclrex',
      '$exr_chance',
      '$previp',
      '$relip',
      '$pcr',
      '$bug_code',
      '$exr_param15',
      '$t20',
      '$nothing',
    ]) {
      expect(() => evaluator.evaluate(`@${name}`)).toThrow(`Bad register error at '@${name}'`);
    }
    expect(evaluator.evaluate('@$bp3')).toBe(0n);
  });
});

describe('an address of a symbol', () => {
  const modules = ['app', 'lib'].map((name) => ({ name }) as Module);

  function found(module: number, address: bigint, kind: SymbolKind): FoundSymbol {
    const owner = modules[module];
    if (!owner) throw new Error('no such module');
    return { module: owner, address, displacement: 0n, symbol: { name: 'f', rva: 0, kind } };
  }

  function value(...symbols: FoundSymbol[]): bigint {
    const service = { ...fakeSymbols({}), resolve: () => symbols };
    return new TestSession(fakeTarget({}), { symbols: service }).session.evaluator.evaluate('f_name');
  }

  it('is that in the first module, of the function and not of its thunk', () => {
    expect(value(found(0, 0x10n, 'function'), found(1, 0x20n, 'function'))).toBe(0x10n);
    expect(value(found(0, 0x10n, 'thunk'), found(0, 0x18n, 'function'))).toBe(0x18n);
    expect(value(found(0, 0x10n, 'function'), found(0, 0x10n, 'public'))).toBe(0x10n);
    expect(value(found(0, 0x10n, 'thunk'))).toBe(0x10n);
    expect(() => value(found(0, 0x10n, 'function'), found(0, 0x18n, 'function'))).toThrow(
      "Ambiguous symbol error at 'f_name' (matches 10, 18)",
    );
  });
});
