import { describe, expect, it } from 'vitest';
import {
  claimedRegions,
  derivedRegions,
  findRegion,
  imageClaims,
  listedRegions,
  readLoaderList,
  readPeb,
  tebOf,
  threadClaims,
} from '../../core/process/index.ts';
import { corpusList, hasCorpus, sharedJson } from '../corpus.ts';
import { openView } from './openCase.ts';

/** What truth.json of the ARM64 cases says of the process. */
interface ArmTruth {
  readonly pid: number;
  readonly peb: string;
  readonly modules: readonly { readonly name: string; readonly base: string; readonly size: string }[];
  readonly dumps: Readonly<Record<string, { readonly threads: readonly ArmThread[] }>>;
}

interface ArmThread {
  readonly tid: number;
  readonly teb: string;
  readonly stack_base: string;
  readonly registers: { readonly sp: string };
}

const cases = hasCorpus ? corpusList('lab').filter((name) => name.startsWith('arm64-')) : [];

describe.skipIf(!hasCorpus)('an ARM64 process against what is true of it', () => {
  it.each(cases)('%s', async (name) => {
    const truth = sharedJson<ArmTruth>(`corpus/lab/${name}/truth.json.gz`);
    let compared = 0;
    for (const [file, { threads }] of Object.entries(truth.dumps)) {
      if (!corpusList(`lab/${name}`).includes(`${file}.gz`)) continue;
      const view = await openView(`lab/${name}/${file}.gz`);
      expect(view.target.peb(view.machine)).toBe(BigInt(truth.peb));
      const { loaderData, ImageBaseAddress, inDump } = readPeb(view, BigInt(truth.peb));
      expect(inDump).toBe(true);
      expect(ImageBaseAddress).toBe(BigInt(truth.modules[0]?.base ?? 0));
      const listed = loaderData && readLoaderList(view, loaderData, 'load').entries;
      expect(listed?.map((e) => [e.BaseDllName, e.DllBase, e.SizeOfImage])).toEqual(
        truth.modules.map((m) => [m.name, BigInt(m.base), Number(m.size)]),
      );
      const base = listedRegions(view.target);
      const claims = [...imageClaims(view), ...threadClaims(view, '', base)];
      const regions = claimedRegions(view.target, base ?? derivedRegions(view.target, claims), claims);
      for (const known of threads) {
        const thread = view.target.threads.find((t) => t.id === known.tid);
        const teb = thread && tebOf(view, thread);
        expect(teb).toMatchObject({
          address: BigInt(known.teb),
          Self: BigInt(known.teb),
          StackBase: BigInt(known.stack_base),
          ProcessEnvironmentBlock: BigInt(truth.peb),
          ClientId: { UniqueProcess: BigInt(truth.pid), UniqueThread: BigInt(known.tid) },
        });
        const region = findRegion(regions, BigInt(known.registers.sp));
        expect([region?.usage, region?.thread?.id]).toEqual(['Stack', known.tid]);
        const tebRegion = findRegion(regions, BigInt(known.teb));
        expect([tebRegion?.usage, tebRegion?.thread?.id]).toEqual(['TEB', known.tid]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});
