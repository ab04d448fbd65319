import { describe, expect, expectTypeOf, it } from 'vitest';
import { openDump } from '../../../cli/library/library.ts';
import type * as Promised from '../../../cli/library/stillframe.d.ts';
import type { CommandResult } from '../../../core/engine/index.ts';
import type { Progress } from '../../../core/commands/index.ts';
import type { NodeHostOptions } from '../../../core/node/index.ts';
import { readFileSync } from 'node:fs';

/** The declaration is written by hand: the compiler holds it against the code here, and `npm run typecheck` runs it. */
describe('the declaration of the library', () => {
  it('is that of the code', () => {
    expectTypeOf(openDump).toEqualTypeOf<typeof Promised.openDump>();
    // an answer is a command's result with its text
    expectTypeOf<Omit<CommandResult, 'data' | 'error'>>().toEqualTypeOf<
      Omit<Promised.CommandAnswer, 'data' | 'error' | 'text'>
    >();
    expectTypeOf<CommandResult['data']>().toExtend<Promised.CommandAnswer['data']>();
    expectTypeOf<CommandResult['error']>().toExtend<Promised.CommandAnswer['error']>();
    expectTypeOf<keyof CommandResult | 'text'>().toEqualTypeOf<keyof Promised.CommandAnswer>();
    type Reported = Parameters<NonNullable<Promised.RunOptions['onProgress']>>[0];
    expectTypeOf<Progress>().toExtend<Reported>();
    // every option is one of the host's
    expectTypeOf<Promised.OpenOptions>().toExtend<Omit<NodeHostOptions, 'dump'>>();
  });

  it('is what the package exports, and says nothing of values that are not there', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      exports: { '.': { types: string } };
    };
    const declared = readFileSync(exports['.'].types, 'utf8');
    const values = [...declared.matchAll(/^export (?:declare )?(?:function|const|class) (\w+)/gm)];
    expect(values.map(([, name]) => name)).toEqual(['openDump']);
  });
});
