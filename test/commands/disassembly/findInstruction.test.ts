import { describe, expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

describe.skipIf(!hasCorpus)('#', () => {
  const open = () => openLab('x86-crash-av-write-null', 'privrw', { fresh: true });
  const POKE = 'RuntimeDll!DllWidget::Poke';

  it('finds what u shows: an address, bytes, a mnemonic, operands, names', async () => {
    const engine = await open();
    const code = (await runLine(engine, `u ${POKE} L30`)).lines.filter((l) => /^1000/.test(l));
    for (const pattern of ['call', '8b45??', '???10', 'mov*dword*ebp', 'DWORD', '"dword ptr [ebp-"']) {
      const { lines, errors } = await runLine(engine, `# ${pattern} ${POKE} L30`);
      expect(errors).toEqual([]);
      const wanted = pattern.replaceAll('"', '').toLowerCase();
      const literal = wanted.split(/[*?]+/).filter(Boolean);
      const first = code.find((l) => literal.every((piece) => l.toLowerCase().includes(piece)));
      if (!wanted.includes('?')) expect(lines.at(-1)).toBe(first);
      expect(code).toContain(lines.at(-1));
    }
  });

  it('goes on behind what it found, with the last pattern or another', async () => {
    const engine = await open();
    const calls = (await runLine(engine, `u ${POKE} L60`)).lines.filter((l) => l.includes(' call '));
    await runLine(engine, `# " call " ${POKE}`);
    expect((await runLine(engine, '#')).lines.at(-1)).toBe(calls[1]);
    const { data } = await runLine(engine, '# ret');
    expect(data).toMatchObject({
      pattern: 'ret',
      instruction: { text: expect.stringMatching(/^ret/) as string },
    });
  });

  it('says where it has not found it; the first # without an address searches nothing', async () => {
    const engine = await open();
    expect((await runLine(engine, '# ret')).lines).toEqual([]);
    expect((await runLine(engine, `# nosuch ${POKE} L3`)).errors[0]).toMatch(
      /^'nosuch' is not found up to 0x1000/,
    );
  });
});

describe.skipIf(!hasCorpus)('.fnret', () => {
  it('shows a value by the type that a function returns', async () => {
    const engine = await openLab('x86-dll-O0', 'privrw', { fresh: true });
    expect((await runLine(engine, '.fnret RuntimeTest!wtoi_ ffffffff')).lines).toEqual(['int 0n-1']);
    expect((await runLine(engine, '.fnret MSVCR90D!malloc 400000')).lines).toEqual(['void * 0x00400000']);
    expect((await runLine(engine, '.fnret RuntimeTest!HeapScenario')).lines).toEqual([
      'RuntimeTest!HeapScenario returns void',
    ]);
    const [eax] = (await runLine(engine, 'r eax')).lines;
    await runLine(engine, '.fnret /s RuntimeTest!wtoi_');
    const value = BigInt.asIntN(32, BigInt(`0x${eax?.slice(4)}`));
    expect((await runLine(engine, '?? @$callret')).lines).toEqual([`int 0n${value}`]);
    expect((await runLine(engine, '.fnret ntdll!NtClose 0')).errors[0]).toContain('do not say what');
  });
});
