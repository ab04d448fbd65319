import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { AwaitFirst } from '../../core/errors/index.ts';
import { exportSymbols } from '../../core/symbols/index.ts';
import { runLine } from '../commands/runLine.ts';

const SAMPLE = resolve(import.meta.dirname, '../../dumps/sample.dmp');

/** An engine whose symbols have to be waited for: each module's look-up fails the first time. */
function openSlow(): Promise<Engine> {
  const asked = new Set<string>();
  return Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'), {
    symbols: {
      load(module) {
        if (!asked.has(module.fileName)) {
          asked.add(module.fileName);
          throw new AwaitFirst(Promise.resolve(), module.fileName);
        }
        return module.image && exportSymbols(module.image);
      },
    },
  });
}

describe('an expression that has to wait for symbols', () => {
  it.each([
    // the counter is stepped, then the symbol is looked up: the second attempt must not step it again
    ['.if (@@c++(@$t0++) + @@masm(ntdll + (nosuch & 0))) { }'],
    ['? @@c++(@$t0++) + nosuch'],
    ['.printf "%d %y", @@c++(@$t0++), ntdll'],
    ['r $t0 = @$t0 + 1, $t1 = nosuch'],
    ['?? @$t0++ + nosuch'],
    ['.catch { .while (@@c++(@$t0++ < 1 + nosuch)) { } }'],
  ])('assigns once: %s', async (line) => {
    const engine = await openSlow();
    await runLine(engine, line);
    expect(engine.session.evaluator.evaluate('@$t0')).toBe(1n);
  });

  it('keeps what commands before it assigned', async () => {
    const engine = await openSlow();
    await runLine(engine, 'r? $t2 = (char)65; r $t0 = 5; ? nosuch; ?? @$t0++');
    expect((await runLine(engine, '?? @$t2; r $t0')).lines).toEqual(["char 0n65 'A'", '$t0=00000006']);
  });
});
