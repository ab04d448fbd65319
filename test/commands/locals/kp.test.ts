import { describe, expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

// forms: samples.md, section 3; values are the lab's own (truth.json)
describe.skipIf(!hasCorpus)('parameters of frames', () => {
  const row = async (lab: string, command: string, name: string): Promise<readonly string[]> => {
    const { lines } = await runLine(await openLab(lab), command);
    const at = lines.findIndex((line) => line.includes(name));
    return lines.slice(at, at + 3).map((line) => line.slice(line.search(/RuntimeTest!|\t/)));
  };

  it('stand in one line with kp', async () => {
    expect((await row('x64-static-O0', '~7s;kp', 'inner_ns::Work'))[0]).toBe(
      'RuntimeTest!outer_ns::inner_ns::Work(struct ThreadRec * t = 0x00000000`029c5cb0, void * e = 0x00000000`00000040, int * refarg = 0x00000000`04defddc)+0x99 [/home/lab/src/types.cpp @ 122]',
    );
  });

  it('stand in a line each with kP', async () => {
    expect(await row('x64-static-O0', '~7s;kP', 'CppThreadBody')).toEqual([
      'RuntimeTest!CppThreadBody(',
      '\t\t\tstruct ThreadRec * t = 0x00000000`029c5cb0, ',
      '\t\t\tvoid * e = 0x00000000`00000040)+0xbe [/home/lab/src/types.cpp @ 130]',
    ]);
  });

  it('are named where optimised code keeps their values no longer', async () => {
    const { lines } = await runLine(await openLab('x64-static-O2'), '~*kp');
    expect(lines.join('\n')).toContain(' = <Value unavailable error>');
  });
});
