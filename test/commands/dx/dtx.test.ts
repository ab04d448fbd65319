import { expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

it.skipIf(!hasCorpus)('dtx shows a type at an address as dx shows the same object', async () => {
  const engine = await openLab('x86-static-O0');
  const { data: peb } = await runLine(engine, '? @$peb');
  const address = String(peb.value);
  const members = async (line: string): Promise<readonly string[]> =>
    (await runLine(engine, line)).lines.slice(1);
  const asked = await runLine(engine, 'dtx -r2 _PEB @$peb');
  expect(asked.lines[0]).toMatch(new RegExp(`^\\(\\*\\(\\(_PEB \\*\\)${address}\\)\\) +\\[Type: _PEB\\]$`));
  expect(asked.lines.slice(1)).toEqual(await members(`dx -r2 *(_PEB*)${address}`));
  expect(asked.lines.length).toBeGreaterThan(20);
  expect((await runLine(engine, 'dtx _PEB')).errors).toEqual([
    'dtx takes a type and an address: dtx ntdll!_PEB @$peb',
  ]);
});
