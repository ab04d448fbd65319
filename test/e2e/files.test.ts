import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

  it('says of a broken one why it cannot be opened, and goes on', async () => {
    const broken = join(folder, 'broken.dmp');
    writeFileSync(broken, 'MDMP and no more');
    await drop([broken]);
    await expect
      .poll(() => app.page.getByRole('alert').textContent())
      .toContain('broken.dmp could not be opened');
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
});
