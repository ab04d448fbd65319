import { describe, expect, it } from 'vitest';
import { ConsoleLog } from '../../renderer/client/consoleLog.ts';
import { lastLinks } from '../../renderer/console/lastLinks.ts';
import { spanTarget, targetAction } from '../../renderer/console/spanTarget.ts';

describe('what a span of the console leads to', () => {
  it.each([
    ['00007ff8`1e363440', 0x7ff81e363440n],
    ['0012ff94', 0x12ff94n],
    ['0x77c0f640 _PEB_LDR_DATA', 0x77c0f640n],
    ['  0x00000000`77c0f640  ', 0x77c0f640n],
  ])('is the address of %s', (text, address) => {
    expect(spanTarget({ text, kind: 'address' })?.address).toBe(address);
  });

  it.each(['00000000', 'not hexadecimal', '', '0`1'])('is nothing for %s', (text) => {
    expect(spanTarget({ text, kind: 'address' })).toBeUndefined();
  });

  it('is a command where the span has one, and else goes by its kind', () => {
    const say = (span: Parameters<typeof spanTarget>[0]): string | undefined => {
      const target = spanTarget(span);
      return target && targetAction(target);
    };
    expect(say({ text: 'ntdll', kind: 'module', command: 'lmDvmntdll' })).toBe('runs lmDvmntdll');
    expect(say({ text: 'ntdll', kind: 'module' })).toBe('runs lmvm ntdll');
    expect(say({ text: '_PEB', kind: 'type' })).toBe('shows the type _PEB');
    expect(say({ text: 'ntdll!RtlFreeHeap+0x10', kind: 'symbol' })).toBe('shows ntdll!RtlFreeHeap+0x10');
    expect(say({ text: 'plain' })).toBeUndefined();
    expect(say({ text: 'C:\\x.pdb', kind: 'file' })).toBe('copies C:\\x.pdb');
    expect(say({ text: 'c:\\a.c @ 3', kind: 'file', command: 'lsa 0x401000' })).toBe('copies c:\\a.c @ 3');
  });

  it('is listed of the last command alone, each once', () => {
    const log = new ConsoleLog();
    const module = { text: 'ntdll', kind: 'module' } as const;
    log.add([{ line: [{ text: 'lm' }], prompt: '0:000>' }, { line: [{ text: 'kernel32', kind: 'module' }] }]);
    log.add([{ line: [{ text: 'k' }], prompt: '0:000>' }, { line: [module, { text: ' ' }, module] }]);
    expect(lastLinks(log).map((t) => t.text)).toEqual(['ntdll']);
  });
});
