import { describe, expect, it } from 'vitest';
import { messageName, messageNumber } from '../../../core/commands/messages/messageNames.ts';
import { hasCorpus } from '../../corpus.ts';
import { openEngine, runLine } from '../runLine.ts';

const NOTEPAD64 = 'public/dumps/google_notepad-64bit-712b1f_x64_win7.dmp.gz';

describe('names of window messages', () => {
  // the documentation of each message on learn.microsoft.com gives its number
  it.each([
    [0x000f, 'WM_PAINT'],
    [0x0113, 'WM_TIMER'],
    [0x0111, 'WM_COMMAND'],
    [0x0200, 'WM_MOUSEMOVE'],
    [0x0219, 'WM_DEVICECHANGE'],
    [0x031a, 'WM_THEMECHANGED'],
    [0x03e8, 'WM_DDE_EXECUTE'],
  ])('%i is %s', (number, name) => {
    expect(messageName(number)).toBe(name);
    expect(messageNumber(name.toLowerCase())).toBe(number);
  });

  it('tells user, application and registered messages by their range', () => {
    expect([0x401, 0x8001, 0xc123, 0x3ff].map(messageName)).toEqual([
      'WM_USER+0x1',
      'WM_APP+0x1',
      'registered message 0xc123',
      undefined,
    ]);
  });
});

describe.skipIf(!hasCorpus)('!msg', () => {
  it('finds the MSG of notepad’s message loop on its stack', async () => {
    const engine = await openEngine(NOTEPAD64);
    const { lines, data } = await runLine(engine, '!msg');
    expect(lines[0]).toMatch(/^Thread 0 \([0-9a-f]+\) waits in the windowing system$/);
    // read by hand from its stack: dps @rsp of thread 0
    expect(data).toMatchObject({
      threads: [
        {
          index: 0,
          messages: [
            {
              address: '0xff710',
              message: 0xf,
              name: 'WM_PAINT',
              hwnd: '0x408b4',
              time: 0x2520f9db,
              x: 0x29c,
              y: 0x3d9,
            },
          ],
        },
      ],
    });
    const one = await runLine(engine, '!msg 0xff710');
    expect(one.lines).toEqual([
      'MSG at 00000000`000ff710: 0x000f WM_PAINT',
      '    hwnd 408b4  wParam 0  lParam 0',
      '    time 622918107 ms  pt (668, 985)',
    ]);
  });

  it('names a number, and says what it does not know', async () => {
    const engine = await openEngine(NOTEPAD64);
    expect((await runLine(engine, '!msg 113')).lines).toEqual(['0x0113 (275) WM_TIMER']);
    expect((await runLine(engine, '!msg wm_close')).lines).toEqual(['0x0010 (16) WM_CLOSE']);
    expect((await runLine(engine, '!msg 3ff')).lines[0]).toContain('no message that has a name');
    expect((await runLine(engine, '!msg WM_NONSENSE')).errors[0]).toContain('No message');
    const console = await openEngine('public/dumps/llvm_sigsegv-2e2479_x64_win10.dmp.gz');
    expect((await runLine(console, '!msg')).lines).toEqual(['No thread waits in user32 or win32u']);
  });
});
