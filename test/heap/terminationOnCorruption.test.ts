import { describe, expect, it } from 'vitest';
import { terminationOnCorruption } from '../../core/heap/index.ts';
import type { SymbolService } from '../../core/symbols/index.ts';
import { ntdllOf } from '../../core/target/index.ts';
import { hasCorpus } from '../corpus.ts';
import { openView } from '../process/openCase.ts';
import { patched } from './segment/patched.ts';
import { withMemory } from './segment/heapTruth.ts';

describe.skipIf(!hasCorpus)('termination on corruption', () => {
  it.each([
    ['2600-x86/backend', undefined],
    ['7601-x86/backend', { enabled: true, source: 'rule', reason: "the program's subsystem version is 6" }],
    ['19041-x64/mixed', { enabled: true, source: 'rule', reason: 'every 64-bit process has it' }],
  ])('of %s without symbols', async (name, expected) => {
    expect(terminationOnCorruption(await openView(`nt-heap/${name}.dmp.gz`), undefined)).toEqual(expected);
  });

  it('of a program made for XP is not known without symbols', async () => {
    const view = await openView('nt-heap/7601-x86/backend.dmp.gz');
    const { target, machine, layouts } = view;
    const at = Number(target.peb(machine)) + layouts.offset('_PEB', 'ImageSubsystemMajorVersion');
    const old = withMemory(view, patched(target.memory, [{ address: at, bytes: [5, 0, 0, 0] }]));
    const policy = terminationOnCorruption(old, undefined);
    expect(policy).toMatchObject({ enabled: undefined, source: 'rule' });
    expect(policy?.reason).toContain('version is 5');
  });

  it.each([
    [0, true],
    [0x1234_5678, false],
  ])("is what ntdll's variable says: %i", async (cookie, enabled) => {
    const view = await openView('nt-heap/19041-x64/mixed.dmp.gz');
    const ntdll = ntdllOf(view);
    if (!ntdll) throw new Error('no ntdll');
    // any place in ntdll's data that the dump holds stands for the variable
    const [window] = view.target.memory.windows({ start: ntdll.base, end: ntdll.end });
    if (!window) throw new Error('nothing of ntdll');
    const bytes = [0, 8, 16, 24].map((shift) => (cookie >>> shift) & 0xff);
    const changed = withMemory(view, patched(view.target.memory, [{ address: Number(window.base), bytes }]));
    const find = (name: string): unknown[] =>
      name === 'RtlpDisableBreakOnFailureCookie' ? [{ rva: Number(window.base - ntdll.base) }] : [];
    const symbols = { of: () => ({ find }) } as unknown as SymbolService;
    expect(terminationOnCorruption(changed, symbols)).toEqual({ enabled, source: 'symbol' });
  });
});
