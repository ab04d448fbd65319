import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { BrowserWindow } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { acceleratorOf } from '../../electron/accelerator.ts';
import { DumpWindow } from '../../electron/dumpWindow.ts';
import { GrantedFiles } from '../../electron/grantedFiles.ts';

/** A window whose page can die. What happens in a running program is looked at in test/e2e/electron. */
function start(): { window: DumpWindow; die(): void } {
  const page = Object.assign(new EventEmitter(), { reload: () => undefined, send: () => undefined });
  const window = new DumpWindow({ webContents: page } as unknown as BrowserWindow, {
    files: new GrantedFiles(),
    stop: () => undefined,
  });
  return { window, die: () => void page.emit('render-process-gone', {}, { reason: 'crashed' }) };
}

describe('the window of the desktop program', () => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

  it('opens its dumps again after its page died, three times, then says which they were', () => {
    const { window, die } = start();
    window.open(['/dumps/a.dmp', '/dumps/b.dmp']);
    const symbols = window.engines.files.grant('/dumps/ntdll.pdb');
    const [a, b] = window.takeInitial().dumps;
    const show = (): string[] =>
      window.show([
        { id: a?.id ?? '', added: [], isFront: false, isOpen: true },
        { id: b?.id ?? '', added: [symbols.id, randomUUID()], isFront: true, isOpen: true },
      ]);
    expect(show()).toEqual(['/dumps/a.dmp', '/dumps/b.dmp']);
    expect(show()).toEqual([]);
    for (let i = 0; i < 3; i++) {
      die();
      const { dumps, lost } = window.takeInitial();
      expect(lost).toEqual([]);
      expect(dumps.map(({ name, added, isFront }) => [name, added.map((f) => f.name), isFront])).toEqual([
        ['a.dmp', [], false],
        ['b.dmp', ['ntdll.pdb'], true],
      ]);
      show();
    }
    die();
    expect(window.takeInitial()).toEqual({ dumps: [], lost: ['a.dmp', 'b.dmp'] });
  });

  it('knows a dump that is open in two tabs as opened twice', () => {
    const { window } = start();
    const { id } = window.engines.files.grant('/dumps/a.dmp');
    const tab = { id, added: [], isFront: true, isOpen: true };
    expect(window.show([tab])).toEqual(['/dumps/a.dmp']);
    expect(window.show([tab, { ...tab, isOpen: false }])).toEqual([]);
    expect(window.show([tab, tab])).toEqual(['/dumps/a.dmp']);
    expect(window.show([tab])).toEqual([]);
  });

  it('opens nothing for an id that nobody was given', () => {
    const { window, die } = start();
    expect(window.show([{ id: randomUUID(), added: [], isFront: true, isOpen: true }])).toEqual([]);
    die();
    expect(window.takeInitial().dumps).toEqual([]);
  });
});

describe('keys in the system’s menu', () => {
  it.each([
    ['Ctrl+D', 'CmdOrCtrl+D'],
    ['Ctrl+Alt+Shift+1', 'CmdOrCtrl+Alt+Shift+1'],
    ['Alt+ArrowLeft', 'Alt+Left'],
    ['Shift+F6', 'Shift+F6'],
    ['F1', 'F1'],
    // no names of Electron's, or keys of every text field
    ['Ctrl+Pause', undefined],
    ['Escape', undefined],
    ['K', undefined],
    ['Ctrl+<img>', undefined],
  ])('%s is %s', (key, accelerator) => {
    expect(acceleratorOf(key)).toBe(accelerator);
  });
});
