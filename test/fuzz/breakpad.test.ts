import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { BreakpadSymbols } from '../../core/symbols/breakpad/index.ts';
import { seeded } from '../seeded.ts';

const SEED = [
  'MODULE windows x86 5A9832E5287241C1838ED98914E9B7FF1 app.pdb',
  'FILE 0 c:\\src\\app.cpp',
  'FILE 1 c:\\src\\list.h',
  'INLINE_ORIGIN 0 list::push(int)',
  'FUNC m 1000 40 4 ns::run(char const *)',
  'INLINE 0 12 0 0 1010 8 1020 8',
  '1000 10 11 0',
  '1010 10 29 1',
  '1020 20 30 1',
  'FUNC 1080 10 0 main',
  '1080 10 40 0',
  'PUBLIC 1060 0 thunk',
  'STACK WIN 4 1000 40 3 0 8 4 10 0 1 $T0 $ebp = $eip $T0 4 + ^ =',
  'STACK WIN 0 1050 10 0 0 4 0 0 0 0 1',
  'STACK CFI INIT 1000 40 .cfa: $esp 4 + .ra: .cfa 4 - ^',
  'STACK CFI 1004 .cfa: $esp 8 +',
  '',
].join('\n');

function askEverything(text: string): void {
  const symbols = new BreakpadSymbols(new BufferSource(new TextEncoder().encode(text), 'hostile.sym'));
  for (const rva of [0, 0x1000, 0x1012, 0x103f, 0x1060, 0x1088, 0xffff_ffff]) {
    symbols.at(rva);
    symbols.next(rva);
    symbols.lineAt(rva);
    symbols.unwind.stackWin?.(rva);
    symbols.unwind.stackCfi?.(rva);
    symbols.unwind.inlineFrames?.(rva);
    symbols.unwind.parameterBytes?.(rva);
  }
  symbols.find('main');
  void [...symbols.match('*')];
}

describe('Breakpad files, hostile', () => {
  it('survives mutations', () => {
    const next = seeded(0xb4ead);
    const header = SEED.indexOf('\n');
    for (let i = 0; i < 3000; i++) {
      const chars = [...SEED];
      for (let m = next(12); m >= 0; m--) {
        const at = header + next(chars.length - header);
        const kind = next(4);
        if (kind === 0) chars[at] = String.fromCharCode(next(256));
        else if (kind === 1) chars.splice(at, next(20));
        else if (kind === 2) chars.splice(at, 0, ...chars.slice(next(chars.length)).slice(0, 40));
        else chars.splice(at, 0, ...'ffffffff 0 9999999999 '.slice(next(20)));
      }
      expect(() => askEverything(chars.join(''))).not.toThrow();
    }
  });

  it.each([
    ['one endless line', `${SEED}FUNC 1 1 1 ${'x'.repeat(3_000_000)}`],
    [
      'ranges of everything within each other',
      SEED + 'STACK WIN 4 0 ffffffff 0 0 0 0 0 0 1 x\n'.repeat(50_000),
    ],
    ['functions that all begin at one address', SEED + 'FUNC 1000 ffffffff 0 f\n'.repeat(50_000)],
    ['a million rules', SEED + 'STACK CFI 1005 .cfa: $esp 8 +\n'.repeat(300_000)],
    ['numbers far apart', `${SEED}FILE 4294967295 a\nFILE 3000000000 b\nINLINE_ORIGIN 4294967295 c\n`],
  ])('is not held up by %s', (_, text) => {
    // quadratic work on these would outlast the runner's limit
    expect(() => askEverything(text)).not.toThrow();
  });
});
