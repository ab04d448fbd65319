import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName } from '../../renderer/client/safeFileName.ts';

describe('a name that a file may have everywhere', () => {
  it.each([
    ['crash.dmp.log', 'crash.dmp.log'],
    ['Größe 🧵 (2).log', 'Größe 🧵 (2).log'],
    ['../../etc/passwd.log', '_.._etc_passwd.log'],
    ['C:\\Windows\\x.csv', 'C__Windows_x.csv'],
    ['a<b>"c"|d?*.png', 'a_b__c__d__.png'],
    ['\u202egnp.exe.log', '_u202egnp.exe.log'],
    ['a\u001b[2J\u0000b\tc\r\n.log', 'a_x1b[2J_x00b_c_x0d_x0a.log'],
    ['nul.log', '_nul.log'],
    ['COM1.dmp.log', '_COM1.dmp.log'],
    ['lpt² .log', '_lpt².log'],
    ['console.log', 'console.log'],
    ['.log', 'stillframe.log'],
    ['. . .log', 'stillframe.log'],
    ['.bashrc.log', 'bashrc.log'],
    ['half\ud800.log', 'half_.log'],
    ['', 'stillframe'],
  ])('%j is %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('is short, whole and plain, whatever a dump is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = safeFileName(`${name}.log`);
        expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(201);
        expect(safe).toMatch(/^[^./\\].*\.log$/u);
        expect(safe).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Surrogate}]|[. ]\.log$/u);
        expect(safeFileName(safe)).toBe(safe);
      }),
    );
    expect(safeFileName(`${'日'.repeat(1 << 20)}.log`)).toMatch(/^日{65}\.log$/);
  });
});
