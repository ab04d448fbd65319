import { readFileSync } from 'node:fs';
import { findUnreachable, type Reachability } from '../../../core/analysis/reachability/index.ts';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Pace } from '../../../core/commands/index.ts';
import { heapsOf } from '../../../core/commands/heap/index.ts';
import { allViews } from '../../../core/commands/process/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import type { HeapSnapshot } from '../../../core/heap/index.ts';
import type { Target } from '../../../core/target/index.ts';
import { corpusFile } from '../../corpus.ts';
import { imagesIn, labFolder } from '../../openCorpus.ts';

/** All heaps of a lab dump that can be read, and which of their blocks can be reached. */
export async function reachLab(
  name: string,
  dump: string,
): Promise<{ snapshots: HeapSnapshot[]; reach: Reachability; target: Target }> {
  const file = corpusFile(`lab/${name}/${dump}.dmp.gz`);
  const engine = await Engine.open(new BufferSource(readFileSync(file), file), {
    images: imagesIn([labFolder(name)]),
  });
  const heaps = heapsOf(engine.session);
  const snapshots: HeapSnapshot[] = [];
  for (const i of heaps.heaps.keys()) snapshots.push(await heaps.snapshot(i));
  const reach = await findUnreachable({ views: allViews(engine.session), snapshots, pace: new Pace() });
  return { snapshots, reach, target: engine.session.target };
}
