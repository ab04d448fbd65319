/** A dump whose list of regions is long: as a process has it that maps and protects pages one by one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutMinidump, type MemoryContent } from '../../core/minidump/index.ts';

const FIRST = 0x1_0000_0000n;
const STACK = 0x10_0000n;
const PAGE = 0x1000n;

/** MEM_COMMIT, MEM_RESERVE, MEM_FREE with the types and protections that take turns. */
const KINDS = [
  { state: 0x1000, type: 0x2_0000, protect: 4 },
  { state: 0x1000, type: 0x4_0000, protect: 2 },
  { state: 0x2000, type: 0x2_0000, protect: 0 },
  { state: 0x10000, type: 0, protect: 1 },
] as const;

/** Writes a dump of so many regions into a folder below the system's temporary one; its path. */
export function makeRegionDump(regions: number): string {
  const folder = join(tmpdir(), 'stillframe-bench-regions');
  const path = join(folder, `${regions}.dmp`);
  const memoryInfos = [];
  const memory: MemoryContent[] = [{ start: STACK, size: 0x1000, bytes: new Uint8Array(0x1000) }];
  let at = FIRST;
  for (let i = 0; i < regions; i++) {
    const kind = KINDS[i % KINDS.length] ?? KINDS[0];
    const regionSize = PAGE * BigInt(1 + ((i * 7) % 61));
    memoryInfos.push({ baseAddress: at, allocationBase: at, allocationProtect: 4, regionSize, ...kind });
    // every second committed region is in the dump, a page of it
    if (i % 4 === 0 && i % 8 === 0) memory.push({ start: at, size: 0x1000 });
    at += regionSize;
  }
  const context = new Uint8Array(0x4d0);
  // ContextFlags and Rsp of an AMD64 CONTEXT
  new DataView(context.buffer).setUint32(0x30, 0x10_000f, true);
  new DataView(context.buffer).setBigUint64(0x98, STACK + 0x800n, true);
  const laidOut = layOutMinidump({
    flags: 2n,
    systemInfo: { processorArchitecture: 9, majorVersion: 10, minorVersion: 0, buildNumber: 19041 },
    threads: [{ id: 1, stack: { start: STACK, size: 0x1000 }, context }],
    modules: [],
    memory,
    memoryForm: 'list64',
    memoryInfos,
  });
  const bytes = new Uint8Array(laidOut.size);
  for (const piece of laidOut.pieces()) bytes.set(piece.bytes, piece.offset);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
