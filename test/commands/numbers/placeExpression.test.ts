import { describe, expect, it } from 'vitest';
import { placeExpression } from '../../../core/commands/numbers/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

describe.skipIf(!hasCorpus)('an expression of a pane', async () => {
  const engine = hasCorpus ? await openLab('x64-dll-O0', 'full', { fresh: true }) : undefined;
  const at = (expression: string) => {
    if (!engine) throw new Error('no corpus');
    return placeExpression(engine.session, expression);
  };
  const run = async (line: string) => {
    if (!engine) throw new Error('no corpus');
    return runLine(engine, line);
  };

  it('has the stack pointer of the frame in effect, as k lists them', async () => {
    const { lines } = await run('kn');
    const stack = lines.flatMap((l) => /^[0-9a-f]{2} ([0-9a-f`]+) /.exec(l)?.[1] ?? []);
    expect(stack.length).toBeGreaterThan(4);
    for (const [frame, childSp] of stack.slice(0, 5).entries()) {
      await run(`.frame ${frame}`);
      expect(at('@$csp')).toEqual({ address: BigInt(`0x${childSp.replace('`', '')}`), ofContext: true });
      expect(at('@rsp').address).toBe(at('@$csp').address);
    }
  });

  it.each([
    ['@$teb', true],
    ['poi(@rsp+8)', true],
    ['gs:30', true],
    ['@@c++(&@$teb->ClientId)', true],
    ['@$t0', false],
    ['@$exentry', false],
    ['RuntimeTest!wmain', false],
    ['0x1000', false],
  ])('rests on the context or not: %s', async (expression, is) => {
    await run('~0s');
    expect(at(expression).ofContext).toBe(is);
  });

  it('means a local by its name in the frame that has it, and nothing elsewhere', async () => {
    const { lines } = await run('.frame 3; dv /v t');
    const place = /([0-9a-f]{8}`[0-9a-f]{8})\s+t = /.exec(lines.join('\n'))?.[1] ?? '';
    expect(at('t')).toEqual({ address: BigInt(`0x${place.replace('`', '')}`), ofContext: true });
    await run('.frame 0');
    expect(() => at('t')).toThrow("Couldn't resolve");
  });

  it('leaves no trace: the last expression is still the one that was typed', async () => {
    await run('.frame 1; ? 1234');
    at('@rsp + 8');
    expect((await run('? @$exp')).data.value).toBe('0x1234');
  });
});
