import { describe, expect, it } from 'vitest';
import { readSourceLink, readSrcsrv, type SourceIndex } from '../../core/symbols/index.ts';

const SRCSRV = [
  'SRCSRV: ini ---',
  'VERSION=2',
  'VERCTRL=http',
  'SRCSRV: variables ---',
  'SERVER=https://example.org',
  'A=%SERVER%/%fnbksl%(%var2%)/%fnfile%(%var1%)/%fnvar%(%var3%)',
  'SRCSRVTRG=%A%',
  'SRCSRVCMD=tool %SRCSRVTRG% %A%',
  'SRCSRV: source files ---',
  'c:\\a\\b.c*dir/b.c*SERVER*4',
  'c:\\a\\c.c*dir/c.c*A*5',
  'SRCSRV: end ---',
].join('\r\n');
const SOURCE_LINK = '{"documents": {"C:\\\\a\\\\*": "https://example.org/*", "c:/a/b.c": "https://e.org/b"}}';
const FILES = ['c:\\a\\b.c', 'C:/A/c.c', ''];
const PIECES = [
  '%',
  '(',
  ')',
  '*',
  '%A%',
  '%SRCSRVTRG%',
  '=',
  '\r\n',
  'SRCSRV: ',
  '\0',
  '"',
  '\\',
  '{',
  '[',
  '*',
];

/** Small and reproducible: a linear congruential generator. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

function mutated(text: string, next: (below: number) => number): string {
  let out = text;
  for (let n = next(6) + 1; n > 0; n--) {
    const at = next(out.length + 1);
    const what = next(4);
    if (what === 0) out = out.slice(0, at) + (PIECES[next(PIECES.length)] ?? '') + out.slice(at);
    else if (what === 1) out = out.slice(0, at) + out.slice(at + next(40));
    else if (what === 2) out = out.slice(0, at) + out.slice(next(out.length + 1)) + out.slice(at);
    else out = out.slice(0, at) + String.fromCharCode(next(256)) + out.slice(at + 1);
  }
  return out.slice(0, 20_000);
}

describe('indexes of sources, damaged', () => {
  it.each([
    ['srcsrv', SRCSRV, readSrcsrv],
    ['Source Link', SOURCE_LINK, readSourceLink],
  ] as const)('%s: answers with an address, a reason or nothing, and never throws', (_, text, read) => {
    const next = random(7);
    const kinds = new Set<string>();
    for (let i = 0; i < 4000; i++) {
      const index: SourceIndex | undefined = read(mutated(text, next));
      for (const file of FILES) {
        const served = index?.find(file);
        kinds.add(served?.kind ?? 'nothing');
        if (served?.kind === 'web') expect(served.url).toMatch(/^https?:\/\//);
        if (served?.kind === 'command') expect(served.command.length).toBeLessThan(200_000);
      }
    }
    expect(kinds).toContain('web');
    expect(kinds).toContain('nothing');
  });
});
