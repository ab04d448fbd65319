import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { runLine } from '../runLine.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../dumps/sample.dmp');

function openSample(): Promise<Engine> {
  return Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
}

describe('aliases', () => {
  it('al lists what aS defined, and the name stands for its text', async () => {
    const engine = await openSample();
    await runLine(engine, 'aS Greeting hello');
    expect((await runLine(engine, 'al')).lines.slice(-1)[0]).toMatch(/^\s*Greeting\s+hello\s*$/);
    expect((await runLine(engine, '.echo ${Greeting}')).lines).toEqual(['hello']);
  });
});
