import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../core/engine/index.ts';
import { FileSource, nodeHost } from '../../../core/node/index.ts';
import { runLine } from '../runLine.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../dumps/sample.dmp');
const SUMMARY = [
  '',
  '************* Path validation summary **************',
  'Response                         Time (ms)     Location',
];

let engine: Engine;
const run = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).lines;

beforeAll(async () => {
  engine = await Engine.open(FileSource.open(SAMPLE), nodeHost({ dump: SAMPLE }));
});

describe('.sympath', () => {
  it('is empty at first, and says of each element whether it can be looked into', async () => {
    expect(await run('.sympath')).toEqual(['Symbol search path is: <empty>']);
    const here = import.meta.dirname;
    expect(await run(`.sympath ${here};srv*;${here}/nowhere`)).toEqual([
      `Symbol search path is: ${here};srv*;${here}/nowhere`,
      `Expanded Symbol search path is: ${here};cache*;SRV*https://msdl.microsoft.com/download/symbols;${here}/nowhere`,
      ...SUMMARY,
      `OK                                             ${here}`,
      'Deferred                                       srv*',
      `Error                                          ${here}/nowhere`,
    ]);
  });

  it('is added to with +, and goes on with the next command only behind a bare name', async () => {
    await run('.sympath /a');
    expect((await run('.sympath+ /b;"/c d"'))[0]).toBe('Symbol search path is: /a;/b;/c d');
    expect((await run('.sympath;.echo next')).at(-1)).toBe('next');
    expect((await run('.sympath'))[0]).toBe('Symbol search path is: /a;/b;/c d');
  });

  it('tells what of it cannot be read', async () => {
    expect(await run('.sympath foo*bar')).toContain(
      "WARNING: foo*bar: 'foo*' begins no element of a symbol path",
    );
  });
});

describe('.symfix', () => {
  it("sets Microsoft's server, with a cache where one is named, and prints nothing", async () => {
    expect(await run('.symfix')).toEqual([]);
    expect((await run('.sympath')).slice(0, 2)).toEqual([
      'Symbol search path is: srv*',
      'Expanded Symbol search path is: cache*;SRV*https://msdl.microsoft.com/download/symbols',
    ]);
    expect(await run('.symfix /my/cache')).toEqual([]);
    expect((await run('.sympath'))[1]).toBe(
      'Expanded Symbol search path is: cache*/my/cache;SRV*https://msdl.microsoft.com/download/symbols',
    );
    await run('.sympath /a');
    await run('.symfix+');
    expect((await run('.sympath'))[0]).toBe('Symbol search path is: /a;srv*');
  });
});

describe('.exepath and .srcpath', () => {
  it('are shown and set alike', async () => {
    expect(await run('.exepath /images')).toEqual([
      'Executable image search path is: /images',
      'Expanded Executable image search path is: /images',
      ...SUMMARY,
      'Error                                          /images',
    ]);
    expect((await run('.srcpath /src'))[0]).toBe('Source search path is: /src');
    expect((await run('.lsrcpath+ /more'))[0]).toBe('Source search path is: /src;/more');
    expect((await run('.srcpath'))[0]).toBe('Source search path is: /src;/more');
  });

  it('say what a source server is here', async () => {
    const lines = await run('.srcfix /src');
    expect(lines[0]).toBe('Source search path is: SRV*;/src');
    expect(lines.at(-1)).toBe(
      'SRV*: https addresses that PDBs name are asked, commands that they name are never run',
    );
  });
});

describe('a host without files', () => {
  it('says so', async () => {
    const bare = await Engine.open(FileSource.open(SAMPLE));
    const { errors } = await runLine(bare, '.sympath');
    expect(errors).toEqual(['no files are looked for here: symbols come with the dump or not at all']);
  });
});
