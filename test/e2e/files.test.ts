import { randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeMinidump } from '../../core/minidump/index.ts';
import { AppPage } from './page.ts';

const GIB = 1024 ** 3;
const SYMBOLS = ['ntdll', 'RuntimeTest', 'RuntimeDll', 'MSVCR90D', 'KERNEL32'];

describe('files that are dropped on the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-'));
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
  });
  afterEach(() => expect(app.complaints).toEqual([]));
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true });
  });

  /** Drops files of this machine, as the system does it: the page gets them and folders among them. */
  async function drop(paths: readonly string[]): Promise<void> {
    const session = await app.page.context().newCDPSession(app.page);
    const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 700, y: 450, data });
    await session.detach();
  }

  it('says in one sentence what a file is that is no dump', async () => {
    const files: readonly (readonly [name: string, bytes: Uint8Array | string, said: string])[] = [
      ['cut.dmp', 'MDMP and no more', 'a minidump cut off in its header: 16 of 32 bytes are there'],
      ['kernel.dmp', `PAGEDU64${'\0'.repeat(8000)}`, 'a 64-bit Windows kernel dump (PAGEDU64)'],
      ['core.dmp', `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x04\0\x3e\0`, 'an ELF core file'],
      ['log.dmp', 'a log file\n', 'a text file'],
      ['empty.dmp', '', 'an empty file'],
      ['app.dmp', `MZ${'\0'.repeat(600)}`, 'a Windows image (EXE or DLL)'],
      ['dump.zip', 'PK\x03\x04', 'a zip archive: take the dump out first'],
      ['dump.cab', 'MSCF', 'a cabinet (.cab): take the dump out first'],
      ['dump.7z', Buffer.from('377abcaf271c', 'hex'), 'a 7-Zip archive: take the dump out first'],
      ['text.dmp.gz', gzipSync('not packed well'), 'a text file'],
      ['broken.gz', gzipSync(randomBytes(1000)).subarray(0, 14), 'broken.gz is a damaged gzip file'],
      ['notes', 'of any name, with nothing open', 'a text file'],
    ];
    for (const [name, bytes, said] of files) {
      writeFileSync(join(folder, name), typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
      await drop([join(folder, name)]);
      await expect.poll(() => app.page.getByRole('alert').textContent()).toContain(`${name} could not be`);
      const sentence = (await app.page.getByRole('alert').textContent()) ?? '';
      expect(sentence).toContain(said);
      expect(sentence.length).toBeLessThan(120);
    }
  });

  it('opens a dump, and takes symbols out of dropped folders', async () => {
    await drop(['dumps/runtime-test-md.dmp']);
    await app.page.getByTestId('title-line').waitFor();
    expect(await app.run('lm1m')).toContain('RuntimeTest');
    await drop(SYMBOLS.map((name) => `dumps/${name}.pdb`));
    await expect.poll(() => app.output()).toContain('added');
    expect(await app.run('k')).toContain('RuntimeTest!wmain');
  });

  it('opens a second dump in a tab of its own, and each keeps its own console', async () => {
    const { page } = app;
    await drop(['dumps/runtime-test-mt.dmp']);
    const tabs = page.getByRole('tablist', { name: 'Dumps' }).getByRole('tab');
    await expect.poll(() => tabs.count()).toBe(2);
    await expect.poll(() => page.getByTestId('title-line').textContent()).toContain('runtime-test-mt.dmp');
    expect(await app.run('.echo in the second')).toContain('in the second');
    await tabs.first().click();
    await expect.poll(() => page.getByTestId('title-line').textContent()).toContain('runtime-test-md.dmp');
    const first = page.locator('[data-testid=console-text]').first();
    await expect.poll(() => first.textContent()).toContain('RuntimeTest!wmain');
    expect(await first.textContent()).not.toContain('in the second');
  });

  it('opens a packed dump as far as it is there, and says that it is damaged', async () => {
    const packed = gzipSync(readFileSync('dumps/runtime-test-mt.dmp'));
    writeFileSync(join(folder, 'cut.dmp.gz'), packed.subarray(0, packed.length - 2000));
    await drop([join(folder, 'cut.dmp.gz')]);
    await expect.poll(() => app.page.getByTestId('title-line').textContent()).toContain('cut.dmp ');
    await expect.poll(() => app.page.locator('.status-bar').textContent()).toMatch(/problems? in the file/);
    await app.page.keyboard.press('Alt+2');
    await expect.poll(() => app.pane('summary').textContent()).toContain('gzip data is damaged');
  });

  it('opens a dump whose name says nothing, beside another one', async () => {
    copyFileSync('dumps/runtime-test-md.dmp', join(folder, 'crash.bin'));
    await drop([join(folder, 'crash.bin')]);
    await expect.poll(() => app.page.getByTestId('title-line').textContent()).toContain('crash.bin');
    expect(await app.run('.opendump other.dmp')).toContain('Drop the dump on the window');
  });

  it('opens a file of ten gigabytes without reading it', async () => {
    const large = join(folder, 'large.dmp');
    const dump = writeMinidump({
      systemInfo: { processorArchitecture: 9, majorVersion: 10, minorVersion: 0, buildNumber: 19041 },
      threads: [{ id: 0x1234, teb: 0x7ff000n }],
      modules: [{ base: 0x1_4000_0000n, size: 0x1000, name: 'C:\\large.exe' }],
      memory: [{ start: 0x10000n, size: 0x1000, bytes: new Uint8Array(0x1000).fill(0x5a) }],
    });
    // the rest is a hole of the file: it has a size and takes no place
    const file = openSync(large, 'w');
    writeSync(file, dump);
    ftruncateSync(file, 10 * GIB);
    closeSync(file);
    expect(statSync(large).size).toBe(10 * GIB);
    await drop([large]);
    await expect.poll(() => app.page.getByTestId('title-line').textContent()).toContain('large.dmp');
    expect(await app.run('db 10000 L8')).toContain('5a 5a 5a 5a 5a 5a 5a 5a');
  });

  it('says when it is loaded anew which dumps it had', async () => {
    await app.page.reload();
    const said = app.page.getByRole('status').filter({ hasText: 'before' });
    await expect.poll(() => said.textContent()).toContain('runtime-test-mt.dmp');
    expect(await said.textContent()).toContain('drop them here again');
    await drop([join(folder, 'crash.bin')]);
    await app.page.getByTestId('title-line').waitFor();
    expect(await app.page.title()).toContain('crash.bin');
    expect(await said.count()).toBe(0);
  });
});
