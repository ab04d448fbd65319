import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { corpusFile, corpusList, hasCorpus } from '../corpus.ts';
import { AppPage } from './page.ts';

const SAMPLE_MD = 'dumps/runtime-test-md.dmp';
/** the symbols of the bundled dumps, which lie in the folders of a symbol store */
const SAMPLE_SYMBOLS = readdirSync('dumps', { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.sym') && !f.startsWith('tutorial'))
  .map((f) => `dumps/${f}`);

/** What a person does in a dump; the app is one for all of a file's cases. */
function app(): { get(): AppPage } {
  let started: AppPage | undefined;
  beforeAll(async () => {
    started = await AppPage.start();
  });
  afterEach(() => expect(started?.complaints).toEqual([]));
  afterAll(() => started?.stop());
  return {
    get: () => {
      if (!started) throw new Error('not started');
      return started;
    },
  };
}

describe('the sample with its symbols', () => {
  const a = app();

  it('says which process, which Windows, and where the stack is', async () => {
    const { page } = a.get();
    await a.get().open(SAMPLE_MD);
    await a.get().drop(SAMPLE_SYMBOLS);
    await expect
      .poll(() => page.getByTestId('title-line').textContent())
      .toContain('Windows 7 Service Pack 1');
    await expect.poll(() => a.get().pane('stack').textContent()).toContain('ntdll!RtlAllocateHeap');
  });

  it.each([
    ['k', 'RuntimeTest!wmain'],
    ['!peb', 'ProcessParameters'],
    ['dt _PEB @$peb BeingDebugged', '+0x002 BeingDebugged'],
    ['!heap -s', 'NT HEAP STATS BELOW'],
    ['!crt', 'MSVCR90D'],
  ])('answers %s', async (command, answer) => {
    expect(await a.get().run(command)).toContain(answer);
  });

  it('makes the frame that is clicked the current one, in prompt, stack and locals', async () => {
    const { page } = a.get();
    const frame = a.get().pane('stack').getByRole('row').filter({ hasText: 'RuntimeTest!wmain' });
    await frame.first().click();
    await expect.poll(() => page.getByTestId('title-line').textContent()).not.toContain('frame 0');
    await expect.poll(() => frame.first().getAttribute('aria-current')).toBe('true');
    // the sample's symbols are public ones
    await expect.poll(() => a.get().pane('locals').textContent()).toContain('RuntimeTest');
  });

  it('opens memory at an address that is clicked', async () => {
    const { page } = a.get();
    await page.keyboard.press('Alt+4');
    await a.get().pane('registers').getByRole('button').first().click();
    await expect.poll(() => a.get().pane('memory').locator('.memory-pane').count()).toBe(1);
  });

  it('opens two memory panes at two expressions', async () => {
    const { page } = a.get();
    const [first] = [a.get().pane('memory')];
    await first.getByLabel('Address', { exact: true }).fill('@$peb');
    await first.getByLabel('Address', { exact: true }).press('Enter');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('A command of the app').fill('new memory');
    await page.keyboard.press('Enter');
    const panes = page.locator('[data-pane=memory]:visible');
    await expect.poll(() => panes.count()).toBe(2);
    await panes.last().getByLabel('Address', { exact: true }).fill('ntdll!RtlAllocateHeap');
    await panes.last().getByLabel('Address', { exact: true }).press('Enter');
    // mov edi,edi and push ebp, as the disassembly has them
    await expect.poll(() => panes.last().textContent()).toMatch(/8b\s*ff\s*55/i);
    expect(await panes.first().textContent()).not.toMatch(/8b\s*ff\s*55/i);
  });

  it('draws all panes anew after a reload that is typed: of why it ended too', async () => {
    const { page } = a.get();
    const summary = (): Promise<string | null> => a.get().pane('summary').textContent();
    await page.keyboard.press('Alt+2');
    await expect.poll(summary).toContain('RuntimeTest!wmain');
    await a.get().run('.reload /u RuntimeTest.exe');
    await page.keyboard.press('Alt+2');
    await expect.poll(summary).not.toContain('RuntimeTest!wmain');
    await a.get().run('.reload');
    await page.keyboard.press('Alt+2');
    await expect.poll(summary).toContain('RuntimeTest!wmain');
  });

  it('completes a command name by Tab and finds an earlier command by Ctrl+R', async () => {
    const { page } = a.get();
    await page.keyboard.press('Alt+1');
    const line = page.locator('.command-input:visible');
    await line.fill('verta');
    await line.press('Tab');
    await expect.poll(() => line.inputValue()).toBe('vertarget');
    await line.fill('');
    await line.press('Control+r');
    await line.fill('heap -s');
    await line.press('Enter');
    await expect.poll(() => line.inputValue()).toBe('!heap -s');
    await line.fill('');
  });

  it('keeps its layout over a reload, and has none of the dump', async () => {
    const { page } = a.get();
    await page.reload();
    await page.getByRole('button', { name: /Open dump/ }).waitFor();
    await a.get().open(SAMPLE_MD);
    await expect.poll(() => page.locator('[data-pane=memory]').count()).toBe(2);
    await page.keyboard.press('Control+Alt+r');
    await expect.poll(() => page.locator('[data-pane=memory]').count()).toBe(1);
  });
});

describe.skipIf(!hasCorpus)('real dumps', () => {
  const a = app();

  it('opens a WOW64 process and shows both of its views', async () => {
    const name = corpusList('public/dumps').find((n) => n.includes('fizzbuzz-wow64')) ?? '';
    await a.get().open(corpusFile(`public/dumps/${name}`));
    expect(await a.get().run('k')).toContain('Child-SP');
    expect(await a.get().run('.effmach x86')).toContain('x86');
    expect(await a.get().run('k')).toContain('ChildEBP');
    await expect.poll(() => a.get().page.getByTestId('title-line').first().textContent()).toContain('x86');
  });
});

describe.skipIf(!hasCorpus)('a lab dump with symbols', () => {
  const a = app();
  const folder = 'lab/x86-dll-O0';

  it('opens with its PDBs and names its own functions', async () => {
    await a.get().open(corpusFile(`${folder}/privrw.dmp.gz`));
    await a
      .get()
      .drop(['RuntimeDll.pdb', 'RuntimeTest.pdb', 'MSVCR90D.pdb'].map((f) => corpusFile(`${folder}/${f}`)));
    expect(await a.get().run('x RuntimeTest!wmain')).toContain('RuntimeTest!wmain');
    // panes that were drawn without them are drawn again: why it ended, the stack, the modules
    await a.get().page.keyboard.press('Alt+2');
    await expect.poll(() => a.get().pane('summary').textContent()).toContain('RuntimeTest!wmain');
    await expect.poll(() => a.get().pane('stack').textContent()).toContain('RuntimeTest!wmain');
    // the end of the environment, which comes last
    expect(await a.get().run('!peb')).toContain('WINEUSERNAME');
  });

  it('moves memory, code and types with thread and frame, unless they are pinned or scrolled away', async () => {
    const { page } = a.get();
    const pane = a.get().pane('memory');
    const top = (): Promise<string | null> => pane.locator('.memory-viewport').getAttribute('data-top');
    const follow = pane.getByRole('button', { name: 'Follow' });
    // of the frame: r has those of the thread
    const register = async (name: string): Promise<string> =>
      new RegExp(`${name}=([0-9a-f]{8})`).exec(await a.get().run('.frame /r'))?.[1] ?? `no ${name}`;
    const esp = (): Promise<string> => register('esp');
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
    for (const place of ['.frame 3', '~1s', '~0s']) {
      await a.get().run(place);
      await expect.poll(top).toBe(await esp());
    }
    const frame = a.get().pane('stack').getByRole('row').filter({ hasText: 'RuntimeTest!wmain' });
    await frame.first().click();
    await expect.poll(() => page.getByTestId('title-line').textContent()).not.toContain('frame 0');
    const ofMain = await esp();
    const code = a.get().pane('disassembly').locator('[aria-current=true]');
    const eip = BigInt(`0x${await register('eip')}`).toString(16);
    await expect.poll(() => code.getAttribute('data-code')).toBe(eip);
    await expect.poll(top).toBe(ofMain);
    await follow.click();
    await a.get().run('~1s');
    expect(await top()).toBe(ofMain);
    await follow.click();
    await expect.poll(top).toBe(await esp());
    await pane.locator('.memory-rows').hover();
    await page.mouse.wheel(0, 4000);
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    const scrolled = await top();
    await a.get().run('~0s');
    expect(await top()).toBe(scrolled);
    await follow.click();
    await expect.poll(top).toBe(await esp());
  });

  it('stops a long command by Ctrl+C', async () => {
    const { page } = a.get();
    await page.keyboard.press('Alt+1');
    const line = page.locator('.command-input:visible');
    await line.fill('!heap -l;'.repeat(200));
    await line.press('Enter');
    await page.locator('.running-line .busy').waitFor();
    await line.press('Control+c');
    await expect.poll(() => page.locator('.running-line .busy').count()).toBe(0);
    await expect.poll(() => a.get().output()).toContain('stopped');
  });
});

describe('a dump that the server was started with', () => {
  it('is open at once, with the symbols beside it', async () => {
    const app = await AppPage.start({ dump: SAMPLE_MD, files: SAMPLE_SYMBOLS });
    try {
      await app.page.getByTestId('title-line').waitFor();
      expect(await app.run('k')).toContain('RuntimeTest!wmain');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.stop();
    }
  });
});
