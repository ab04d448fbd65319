import { describe, expect, it } from 'vitest';
import { ContextRecord, MACHINES } from '../../core/target/index.ts';

describe('register contexts', () => {
  it('reads parts of registers and keeps the rest when one is set', () => {
    const c = new ContextRecord(MACHINES.x64, new Uint8Array(0x4d0));
    c.set('rax', 0x1122334455667788n);
    expect([c.get('eax'), c.get('ax'), c.get('al'), c.get('ah')]).toEqual([
      0x55667788n,
      0x7788n,
      0x88n,
      0x77n,
    ]);
    c.set('ah', 0xffn);
    expect(c.get('rax')).toBe(0x112233445566ff88n);
    c.set('efl', 0x246n);
    expect([c.get('zf'), c.get('pf'), c.get('cf'), c.get('if')]).toEqual([1n, 1n, 0n, 1n]);
    expect(c.get('RAX')).toBe(c.get('rax'));
    expect(c.get('nonsense')).toBeUndefined();
    expect(c.set('nonsense', 1n)).toBe(false);
  });

  it('cuts what is set to the width of the register', () => {
    const c = new ContextRecord(MACHINES.x86, new Uint8Array(0x2cc));
    c.ip = 0x1_0000_0010n;
    expect(c.ip).toBe(0x10n);
  });

  it('takes a record that is cut short, zeros behind the cut', () => {
    const c = new ContextRecord(MACHINES.x86, new Uint8Array(0xb8).fill(0x11));
    expect(c.get('eax')).toBe(0x11111111n);
    expect(c.ip).toBe(0n);
  });

  it('a clone knows what it is told, and what is set in it', () => {
    const c = new ContextRecord(MACHINES.arm64, new Uint8Array(0x390));
    const caller = c.clone(['fp', 'x19']);
    expect([caller.known('x19'), caller.known('x0'), caller.known('w19')]).toEqual([true, false, true]);
    caller.set('x0', 5n);
    expect([caller.known('x0'), c.get('x0')]).toEqual([true, 0n]);
  });
});
