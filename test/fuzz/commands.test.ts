import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { MemoryFiles } from '../commands/files/memoryFiles.ts';

/** Commands that follow what a dump says of itself: lists, tokens, stacks, ranges. */
const LINES = [
  '!token -n',
  '!htrace',
  '!msg',
  '!gs',
  '!avrf',
  '!dflink @rsp 40',
  '!validatelist @rsp',
  '!slist @rsp',
  '!rtlavl @rsp',
  '!sd @rsp 1',
  '!ustr @rsp',
  's -[s1n4]sa @rsp L?1000',
  's -u 0 L?7fffffffffff "notepad"',
  '!chkimg -d notepad',
  '.dump /o /mFhutipwr x.dmp',
];

describe.skipIf(!hasCorpus)('commands on a damaged dump', () => {
  it('print what is there or say what is not, and never fail within', async () => {
    const path = corpusFile('public/dumps/google_notepad-64bit-712b1f_x64_win7.dmp.gz');
    const whole = new Uint8Array(readFileSync(path));
    const damage = fc.array(fc.tuple(fc.nat(0x4000), fc.nat(255)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = whole.slice();
        // behind the header's signature: directory, streams and the records at the front of the file
        for (const [at, value] of changes) bytes[8 + at] = value;
        const engine = await open(bytes);
        if (!engine) return;
        for (const line of LINES) {
          const [result] = await engine.execute(line, { line: () => undefined });
          expect([line, result?.error?.code]).not.toEqual([line, 'internal']);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** An engine, or undefined where the file is no dump any more. */
async function open(bytes: Uint8Array): Promise<Engine | undefined> {
  try {
    return await Engine.open(new BufferSource(bytes, 'damaged.dmp'), { outputFiles: new MemoryFiles() });
  } catch (e) {
    expect(e).toBeInstanceOf(StillframeError);
    return undefined;
  }
}
