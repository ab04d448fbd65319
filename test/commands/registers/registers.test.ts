import { describe, expect, it } from 'vitest';
import { extendedText } from '../../../core/commands/registers/registerValues.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

/** An 80-bit number from the words that a debugger shows: sign and exponent, then the mantissa. */
function extended(head: number, mantissa: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(10));
  view.setBigUint64(0, mantissa, true);
  view.setUint16(8, head, true);
  return new Uint8Array(view.buffer);
}

describe('an x87 register', () => {
  it.each([
    [0x0000, 0n, '0.000000000000000000000e+0000'],
    [0x3fff, 0x8000000000000000n, '1.000000000000000000000e+0000'],
    [0xbffe, 0x8000000000000000n, '-5.000000000000000000000e-0001'],
    // pi as fldpi has it, with more digits than a double holds (Intel SDM volume 1, 8.3.8)
    [0x4000, 0xc90fdaa22168c235n, '3.141592653589793238513e+0000'],
    // LDBL_MAX and LDBL_MIN of float.h
    [0x7ffe, 0xffffffffffffffffn, '1.189731495357231765021e+4932'],
    [0x0001, 0x8000000000000000n, '3.362103143112093506263e-4932'],
    // 9999999999999999998976: the number below 10^22
    [0x4048, 0x87867832_6eac8fffn, '9.999999999999999998976e+0021'],
    [0x7fff, 0x8000000000000000n, '1.#INF00000000000000000e+0000'],
  ])('%# is shown with all its digits', (head, mantissa, text) => {
    expect(extendedText(extended(head, mantissa))).toBe(text);
  });
});

describe.skipIf(!hasCorpus)('r on a crash', () => {
  const open = () => openLab('x86-crash-av-write-null', 'privrw', { fresh: true });
  const INTEGERS = /^eax=00000000 ebx=02790000/;

  it('shows the groups of a mask, and where the thread is behind them', async () => {
    const engine = await open();
    await runLine(engine, '.ecxr');
    const { lines } = await runLine(engine, 'rF');
    expect(lines.slice(0, 2)).toEqual([
      'fpcw=027F: rn 53 puozdi  fpsw=0000: top=0 cc=0000 --------  fptw=FFFF',
      'fopcode=0000  fpip=0023:00000000  fpdp=002b:00000000',
    ]);
    expect(lines[5]).toBe('st6= 0.000000000000000000000e+0000  st7= 1.500000000000000000000e+0000');
    expect(lines[6]).toBe('RuntimeDll!DllWidget::Poke+0x93:');
    expect((await runLine(engine, 'rM 9')).lines).toEqual((await runLine(engine, 'r')).lines);
    const debug = await runLine(engine, 'rM30');
    expect(debug.lines[3]).toBe('mm6=0000000000000000  mm7=c000000000000000');
    expect(debug.lines[4]).toBe('dr0=00000000 dr1=00000000 dr2=00000000');
    expect(debug.data).toMatchObject({ registers: { dr7: '0x0', mm7: '0xc000000000000000' } });
    expect((await runLine(engine, 'rX')).lines[5]).toBe('xmm5=0 0 0 0');
  });

  it('shows the context in effect, which .frame changes with /c alone', async () => {
    const engine = await open();
    await runLine(engine, '.ecxr');
    const esp = async (): Promise<unknown> => (await runLine(engine, 'r esp')).lines[0];
    // of the exception's record
    expect(await esp()).toBe('esp=0051fb58');
    await runLine(engine, '.frame 1');
    expect(await esp()).toBe('esp=0051fb58');
    expect((await runLine(engine, '? @esp')).lines[0]).toMatch(/ = 0051fb58$/);
    await runLine(engine, '.frame /c 1');
    // ebp is 0051fb90: above it the caller's, and the return address
    expect(await esp()).toBe('esp=0051fb98');
  });

  it('takes its mask from rm', async () => {
    const engine = await open();
    expect((await runLine(engine, 'rm')).lines).toEqual([
      'Register output mask is 9:',
      '       1 - Integer state (32-bit)',
      '       8 - Segment registers',
    ]);
    await runLine(engine, '.ecxr; rm 20');
    expect((await runLine(engine, 'r')).lines[0]).toBe('dr0=00000000 dr1=00000000 dr2=00000000');
    expect((await runLine(engine, 'rm 1; r')).lines[0]).toMatch(INTEGERS);
    expect((await runLine(engine, 'rm 8000')).errors[0]).toContain('rm ? lists the bits');
  });

  it('names no groups of another processor on ARM64', async () => {
    const engine = await openLab('arm64-O2', 's01');
    const { lines } = await runLine(engine, 'rm; rm ?');
    expect(lines.slice(0, 2)).toEqual(['Register output mask is 2:', '       2 - Integer state (64-bit)']);
    expect(lines).toContain('      40 - NEON registers');
    expect(lines.join()).not.toMatch(/MMX|SSE|AVX|Segment/);
    expect((await runLine(engine, 'rM 40')).lines[0]).toMatch(/^v0=/);
  });

  it('shows registers as rows of values of a type, and those that the instruction names', async () => {
    const engine = await open();
    await runLine(engine, '.ecxr');
    // movups of a row of '#' by the program: 0x23 is 35
    expect((await runLine(engine, 'r xmm0:4ub, xmm0:2ud')).lines).toEqual([
      'xmm0=35 35 35 35 xmm0=589505315 589505315',
    ]);
    expect((await runLine(engine, 'r xmm0:zz')).errors[0]).toBe("Bad register error at 'xmm0:zz'");
    expect((await runLine(engine, 'r.')).lines).toEqual(['eax=00000000']);
    expect((await runLine(engine, 'r $.u1=a b')).errors).toEqual([]);
    expect((await runLine(engine, 'r $.u1')).lines).toEqual(['$u1=a b']);
  });

  it('shows AVX registers where the dump has their state, and says so where it has none', async () => {
    const saved = await openEngine('public/dumps/google_tiny-exe-with-cet-xsave-2e852e_x64_win11.dmp.gz');
    const { lines } = await runLine(saved, 'rYI');
    // the program wrote 0xdeadbeef to the lower half, and never to the upper one
    expect(lines[0]).toBe('ymm0=0 0 0 0 3735928559 3735928559 3735928559 3735928559');
    expect(lines[15]).toBe('ymm15=0 0 0 0 0 0 0 0');
    expect((await runLine(saved, 'r ymm0:8ud, xmm0:4ud')).lines).toEqual([
      'ymm0=0 0 0 0 3735928559 3735928559 3735928559 3735928559 xmm0=3735928559 3735928559 3735928559 3735928559',
    ]);
    expect((await runLine(saved, 'r ymm16')).errors[0]).toBe("Bad register error at 'ymm16'");
    expect((await runLine(saved, 'rZ')).errors[0]).toContain('holds no AVX-512 state');
    expect((await runLine(await open(), 'rY')).errors[0]).toContain('no AVX state');
  });
});
