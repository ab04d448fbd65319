/** A small PDB made by hand from the descriptions of its streams: for records that no PDB of the corpus has. */
import { openPdb, PdbSymbols } from '../../../core/symbols/pdb/index.ts';
import { buildMsf, bytesOf } from './containers.ts';

/** Fields of a record: `u32`, `[u16]`, `{u8}`, text with a NUL, or text with its length before it. */
export type Field =
  number | readonly [number] | { readonly u8: number } | string | { readonly counted: string };

function bytesOfFields(...fields: readonly Field[]): number[] {
  return fields.flatMap((field) => {
    if (typeof field === 'number')
      return [field & 0xff, (field >> 8) & 0xff, (field >> 16) & 0xff, field >>> 24];
    if (typeof field === 'string') return [...Buffer.from(`${field}\0`)];
    if ('counted' in field) return [field.counted.length, ...Buffer.from(field.counted)];
    return 'u8' in field ? [field.u8] : [field[0] & 0xff, field[0] >> 8];
  });
}

/** A record of symbols or types: length, kind, fields; padded to four bytes. */
export function record(kind: number, ...fields: readonly Field[]): number[] {
  const body = bytesOfFields([kind], ...fields);
  while ((body.length + 2) % 4 !== 0) body.push(0);
  return [body.length & 0xff, body.length >> 8, ...body];
}

export interface HandMade {
  readonly machine: number;
  readonly types?: readonly (readonly number[])[];
  /** records of the one module, in order */
  readonly module?: readonly (readonly number[])[];
  /** records of globals, each with the name it is hashed by */
  readonly globals?: readonly { readonly name: string; readonly bytes: readonly number[] }[];
  readonly publics?: readonly { readonly name: string; readonly bytes: readonly number[] }[];
}

const INFO = 1;
const NONE = 0xffff;

/** One module with all of section 1 (.text, RVA 1000h), no hash of types, hashed globals and publics. */
export function handMade({
  machine,
  types = [],
  module = [],
  globals = [],
  publics = [],
}: HandMade): PdbSymbols {
  const typeBytes = types.flat();
  const tpi = [
    20040203,
    56,
    0x1000,
    0x1000 + types.length,
    typeBytes.length,
    0xffffffff,
    4,
    0x1000,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const recordBytes: number[] = [];
  const place = (
    list: readonly { readonly name: string; readonly bytes: readonly number[] }[],
  ): [string, number][] =>
    list.map(({ name, bytes }) => {
      const at = recordBytes.length;
      recordBytes.push(...bytes);
      return [name, at];
    });
  const globalHash = hashTable(place(globals));
  const placed = place(publics);
  const publicHash = hashTable(placed);
  const addresses = placed.map(([, at]) => at);
  const publicBytes = [
    ...bytesOfFields(publicHash.length, addresses.length * 4, 0, 0, [0], [0], 0, 0),
    ...publicHash,
    ...bytesOfFields(...addresses),
  ];
  const moduleBytes = [...bytesOfFields(4), ...module.flat()];
  const moduleEntry = [
    ...bytesOfFields(0, [1], [0], 0, 0x1000, 0, [0], [0], 0, 0),
    ...bytesOfFields([0], [9], moduleBytes.length, 0, 0, [0], [0], 0, 0, 0, 'hand.obj', 'hand.obj'),
  ];
  while (moduleEntry.length % 4 !== 0) moduleEntry.push(0);
  const contributions = bytesOfFields(0xeffe0000 + 19970605, [1], [0], 0, 0x1000, 0x60000020, [0], [0], 0, 0);
  const debug = bytesOfFields([NONE], [NONE], [NONE], [NONE], [NONE], [8]);
  const dbi = [
    ...bytesOfFields(0xffffffff, 19990903, 1, [5], [0], [6], [0], [7], [0]),
    ...bytesOfFields(
      moduleEntry.length,
      contributions.length,
      0,
      0,
      0,
      0,
      debug.length,
      0,
      [0],
      [machine],
      0,
    ),
    ...moduleEntry,
    ...contributions,
    ...debug,
  ];
  const text = [
    ...Buffer.from('.text\0\0\0'),
    ...bytesOfFields(0x1000, 0x1000, 0x1000, 0x400, 0, 0, 0, 0x60000020),
  ];
  const streams = [
    [],
    bytesOfFields(20000404, INFO, 1, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 20140508),
    [...bytesOf(tpi), ...typeBytes],
    dbi,
    [],
    globalHash,
    publicBytes,
    recordBytes,
    text,
    moduleBytes,
  ];
  return new PdbSymbols(
    openPdb(
      buildMsf(
        streams.map((s) => Uint8Array.from(s)),
        { blockSize: 1024 },
      ),
    ),
  );
}

/** A GSI hash table: header, records, bitmap of buckets, places in units of twelve bytes. */
function hashTable(entries: readonly [string, number][]): number[] {
  const buckets = entries
    .map(([name, at]) => ({ bucket: hash(name) % 4096, at }))
    .sort((a, b) => a.bucket - b.bucket);
  const bitmap = new Uint8Array(516);
  const places: number[] = [];
  buckets.forEach(({ bucket }, i) => {
    if (buckets[i - 1]?.bucket === bucket) return;
    bitmap[bucket >> 3] = (bitmap[bucket >> 3] ?? 0) | (1 << (bucket & 7));
    places.push(i * 12);
  });
  const records = buckets.flatMap(({ at }) => bytesOfFields(at + 1, 1));
  const bucketBytes = [...bitmap, ...bytesOfFields(...places)];
  return [
    ...bytesOfFields(0xffffffff, 0xeffe0000 + 19990810, records.length, bucketBytes.length),
    ...records,
    ...bucketBytes,
  ];
}

function hash(name: string): number {
  const bytes = Buffer.from(name);
  let h = 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) h ^= bytes.readInt32LE(at);
  if (at + 2 <= bytes.length) {
    h ^= bytes.readUInt16LE(at);
    at += 2;
  }
  if (at < bytes.length) h ^= bytes[at] ?? 0;
  h |= 0x20202020;
  h ^= h >>> 11;
  return (h ^ (h >>> 16)) >>> 0;
}
