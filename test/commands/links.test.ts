import { describe, expect, it } from 'vitest';
import { KnownPlaces } from '../../core/commands/knownPlaces.ts';
import type { Engine } from '../../core/engine/index.ts';
import { plain, type Line, type Span } from '../../core/output/index.ts';
import { hasCorpus } from '../corpus.ts';
import { openLab } from './openLab.ts';

/** A number as wide as an address of the dump, wherever it stands in a text. */
const WIDE = {
  4: /(?<![\w`.!+\-\\/:])(?:0x)?([0-9a-f]{8})(?![\w`])/gi,
  8: /(?<![\w`.!+\-\\/:])(?:0x)?([0-9a-f]{8}`[0-9a-f]{8}|[0-9a-f]{16})(?![\w`])/gi,
} as const;

/** Commands whose wide numbers are addresses or words that may be, and nothing else: no sizes, no flags. */
const LINKED = [
  'r',
  'r @$csp',
  '.frame /r 1',
  'k',
  'kb',
  'kv',
  'kp',
  'kP',
  'kd',
  '~*',
  '~1s',
  'dd @$csp L40',
  'dc @$csp L40',
  'dq @$csp L40',
  'dp @$csp L40',
  'dps @$csp L40',
  'dds @$csp L40',
  'dqs @$csp L40',
  'dpp @$csp L40',
  'dpu @$csp L40',
  'dt ntdll!_PEB @$peb',
  'dt ntdll!_LIST_ENTRY @$peb',
  '!peb',
  '!teb',
  '!tls -1',
  '!locks -v',
  '!cs -l',
  '!heap',
  '!heap -triage',
  '!heap -stat',
  'u @$ip',
  'uf @$ip',
  'ln @$ip',
  '!uniqstack',
];

interface Shown {
  readonly line: Line;
  readonly span: Span;
  readonly value: bigint;
}

/** The wide numbers of what a command prints, with the span that each stands in. */
async function numbersOf(engine: Engine, command: string): Promise<Shown[]> {
  const lines: Line[] = [];
  await engine.execute(command, { line: (l) => lines.push(l) });
  expect(lines.length, command).toBeGreaterThan(0);
  const wide = WIDE[engine.session.machine.pointerSize];
  return lines.flatMap((line) =>
    line.flatMap((span) =>
      [...span.text.matchAll(wide)].map((m) => ({
        line,
        span,
        value: BigInt(`0x${(m[1] ?? '').replace('`', '')}`),
      })),
    ),
  );
}

describe.skipIf(!hasCorpus).each([
  ['x64-dll-O0', 'full'],
  ['x86-dll-O0', 'privrw'],
])('what is printed of %s', async (lab, kind) => {
  const engine = hasCorpus ? await openLab(lab, kind, { fresh: true }) : undefined;
  const opened = (): Engine => {
    if (!engine) throw new Error('no corpus');
    return engine;
  };
  /** the dump's own word for it, without what is under test: a byte there, a module, a region that is not free */
  const isThere = (address: bigint): boolean => {
    const { memory, modules, dump } = opened().session.target;
    if (address < 0x10000n) return false;
    const region = dump?.memoryInfos.find(address);
    return (
      modules.find(address) !== undefined ||
      memory.origin(address) !== undefined ||
      (region !== undefined && region.state !== 0x10000)
    );
  };

  it('links each address that leads somewhere, and no value that leads nowhere', async () => {
    const { memory } = opened().session.target;
    const unlinked: string[] = [];
    const dead: string[] = [];
    let links = 0;
    for (const command of LINKED) {
      for (const { line, span, value } of await numbersOf(opened(), command)) {
        const isLink = span.command !== undefined || span.kind === 'address';
        if (isLink) links++;
        const where = `${command}: «${span.text.trim()}» in ${plain(line).slice(0, 120)}`;
        // of what the dump holds in part a page may be known by a byte elsewhere in it
        if (!isLink && value >= 0x10000n && memory.origin(value) !== undefined) unlinked.push(where);
        if (span.kind === 'address' && span.command === undefined && value !== 0n && !isThere(value)) {
          const page = value & ~0xfffn;
          const next = memory.nextReadable(page);
          if (next === undefined || next > page + 0xfffn) dead.push(where);
        }
      }
    }
    // a row's own address is where the person asked for it
    expect(dead).toEqual([]);
    expect(unlinked).toEqual([]);
    expect(links).toBeGreaterThan(500);
  });

  it('knows of a long listing what it knows of a short one', () => {
    const { target } = opened().session;
    const one = (address: number): boolean => new KnownPlaces(target).has(address);
    const many = new KnownPlaces(target);
    const { memory } = target.dump ?? { memory: undefined };
    const edges = [...target.modules].flatMap(({ base, end }) => [base - 1n, base, end - 1n, end]);
    for (let i = 0; memory && i < memory.count; i += 7)
      edges.push(memory.start(i) - 1n, memory.start(i), memory.end(i) - 1n, memory.end(i));
    for (let i = 1; i < 400; i++) many.has(i * 0x5_0000);
    for (const edge of edges) expect([edge, many.has(Number(edge))]).toEqual([edge, one(Number(edge))]);
    expect(many.has(0)).toBe(false);
    expect(many.has(2 ** 63)).toBe(false);
  });
});
