import { appendFileSync, readdirSync, readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompiledFiles } from '../../cli/compiledFiles.ts';
import { PROGRAM } from './run.ts';

describe('files with their compiled code', () => {
  let folder: string;
  let main: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-compiled-'));
    main = join(folder, 'main.js');
    writeFileSync(
      main,
      `const part = require('./part.js'); exports.sum = () => part.two() + require('node:path').sep.length;`,
    );
    writeFileSync(
      join(folder, 'part.js'),
      `exports.two = () => 2; exports.main = () => require('./main.js');`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(): CompiledFiles {
    const files = new CompiledFiles();
    expect((files.require(main) as { sum(): number }).sum()).toBe(3);
    return files;
  }

  it('run without a cache, and with the one they wrote', () => {
    const first = run();
    expect(first.refused).toEqual([]);
    expect(first.writeCaches()).toEqual([main, join(folder, 'part.js')]);
    expect(run().refused).toEqual([]);
  });

  it.each([
    ['damaged', (b: Buffer) => b.fill(0xff)],
    ['empty', () => Buffer.alloc(0)],
    ['cut', (b: Buffer) => b.subarray(0, 10)],
  ])('run when a cache is %s', (how, spoil) => {
    // a text of its own: V8 remembers what it compiled in this process
    appendFileSync(main, ` // ${how}`);
    run().writeCaches();
    appendFileSync(main, ` // once more`);
    writeFileSync(`${main}.cache`, spoil(readFileSync(`${main}.cache`)));
    expect(run().refused).toEqual([main]);
  });

  it('run when a cache is of another text', () => {
    appendFileSync(main, ' // longer');
    expect(run().refused).toEqual([main]);
  });
});

it('the program is built with code that this Node takes', () => {
  const folder = dirname(PROGRAM);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const cached = files
    .filter((f) => f.endsWith('.js.cache'))
    .map((f) => join(folder, f.replace(/\.cache$/, '')));
  expect(cached).toContain(join(folder, 'main.js'));
  expect(cached.length).toBeGreaterThan(10);
  // in a process of its own: the runner may give V8 other flags
  const check = `
    const { readFileSync } = require('node:fs');
    for (const file of process.argv.slice(1)) {
      const script = new (require('node:vm').Script)(require('node:module').wrap(readFileSync(file, 'latin1')), {
        filename: file, cachedData: readFileSync(file + '.cache') });
      if (script.cachedDataRejected) console.log(file);
    }`;
  const { stdout, status } = spawnSync('node', ['-e', check, ...cached], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});
