import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import {
  claimedRegions,
  derivedRegions,
  findCriticalSections,
  imageClaims,
  listCriticalSections,
  listedRegions,
  pebClaims,
  type ProcessView,
  findExceptionChain,
  readExceptionChain,
  readListedSection,
  readLoaderList,
  readPeb,
  readSharedUserData,
  readStaticTls,
  readTlsSlots,
  readTryScopes,
  tebOf,
  threadClaims,
} from '../../core/process/index.ts';
import { openTarget } from '../../core/target/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { openView } from '../process/openCase.ts';
import { seeded } from '../seeded.ts';

const DUMP = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';
const ROUNDS = 100;

/** All that the readers can be asked of one view. */
function readAll(view: ProcessView): number {
  const address = view.target.peb(view.machine) ?? 0n;
  const peb = readPeb(view, address);
  let count = peb.parameters?.environment?.variables.length ?? 0;
  for (const order of ['load', 'memory', 'initialization'] as const) {
    if (peb.loaderData) count += readLoaderList(view, peb.loaderData, order).entries.length;
  }
  const list = peb.LoaderLock ? listCriticalSections(view, peb.LoaderLock) : undefined;
  for (const debugInfo of list?.debugInfos ?? []) if (readListedSection(view, debugInfo).orphaned) count++;
  for (const thread of view.target.threads) {
    const teb = tebOf(view, thread);
    if (!teb) continue;
    count += readTlsSlots(view, teb, address).length + readStaticTls(view, teb).length;
    if (view.machine.kind !== 'x86') continue;
    const chain = readExceptionChain(view, teb.ExceptionList ?? 0n);
    const found = findExceptionChain(view, thread.context(view.machine)?.sp ?? 0n);
    for (const record of [...chain.records, ...(found?.records ?? [])]) {
      for (const form of [3, 4] as const) {
        count += readTryScopes(view, record, form, view.target.modules.find(record.Handler)).length;
      }
    }
  }
  readSharedUserData(view);
  const base = listedRegions(view.target);
  const claims = [
    ...imageClaims(view),
    ...threadClaims(view, '', base),
    ...(base ? pebClaims(view, base) : []),
  ];
  const regions = claimedRegions(view.target, base ?? derivedRegions(view.target, claims), claims);
  for (const { found } of findCriticalSections(view, { start: 0x77dc0000n, end: 0x77dd0000n }))
    count += found.length;
  return count + regions.length;
}

describe.skipIf(!hasCorpus)('a process whose memory was overwritten', () => {
  let original: Uint8Array;
  let layouts: ProcessView['layouts'][];

  beforeAll(async () => {
    original = new Uint8Array(readFileSync(corpusFile(DUMP)));
    layouts = [];
    const { target } = await openView(DUMP);
    const { viewsOf } = await import('../process/openCase.ts');
    for (const view of await viewsOf(target)) layouts.push(view.layouts);
  });

  function views(bytes: Uint8Array): ProcessView[] {
    const target = openTarget(Minidump.open(new BufferSource(bytes, 'mutated')));
    return target.machines.flatMap((machine, i) => {
      const known = layouts[i];
      return known && known.pointerSize === machine.pointerSize ? [{ target, machine, layouts: known }] : [];
    });
  }

  /** Where in the file the bytes at an address lie. */
  function fileOffset(address: bigint): number {
    const { memory } = Minidump.open(new BufferSource(original, 'original'));
    const i = memory.find(address);
    return i < 0 ? 0 : memory.fileOffset(i) + Number(address - memory.start(i));
  }

  it('is read without a fault of our own and without end', () => {
    const whole = views(original).map(readAll);
    expect(whole.every((count) => count > 100)).toBe(true);
    // PEBs and TEBs, the loaders' entries, ntdll's data with the locks, the stack, the lists at the file's start
    const targets = [
      0x7efdb000n,
      0x7efdd000n,
      0x7efde000n,
      0x7efdf000n,
      0x706f00n,
      0x505000n,
      0x77dc0000n,
      0x77c0f000n,
      0x37f600n,
    ];
    const places = [...targets.map(fileOffset), 0x20, 0x200, 0x1000];
    let survived = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = seeded(round + 1);
      const bytes = original.slice();
      for (let n = 0; n < 40; n++) {
        const place = places[next(places.length)] ?? 0;
        const at = place + next(0x600);
        // half of the damage are pointers to something near: circles, shared tails
        bytes[at] = next(2) === 0 ? next(256) : (bytes[at + 4] ?? 0);
      }
      try {
        for (const view of views(bytes)) readAll(view);
        survived++;
      } catch (e) {
        if (!(e instanceof StillframeError)) throw e;
      }
    }
    expect(survived).toBeGreaterThan(ROUNDS / 4);
  });
});
