/**
 * Stream 3, debug information: what was linked, where it lies, and which streams hold the rest. The header and the
 * bounds of the parts; each part has its own file. Facts: LLVM docs PDB/DbiStream, PDB-UNWIND.md section 1.
 */
import { ByteReader } from '../../bytes/index.ts';
import type { StreamReader } from './streamReader.ts';

const HEADER_BYTES = 64;
const NO_STREAM = 0xffff;

/** A part of the stream: offset and length in bytes. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** Streams that the optional debug header names, in its order. */
export type DebugStreamName =
  | 'fpo'
  | 'exception'
  | 'fixup'
  | 'omapToSource'
  | 'omapFromSource'
  | 'sectionHeaders'
  | 'tokenMap'
  | 'xdata'
  | 'pdata'
  | 'frameData'
  | 'originalSectionHeaders';

const DEBUG_STREAMS: readonly DebugStreamName[] = [
  'fpo',
  'exception',
  'fixup',
  'omapToSource',
  'omapFromSource',
  'sectionHeaders',
  'tokenMap',
  'xdata',
  'pdata',
  'frameData',
  'originalSectionHeaders',
];

export interface DbiStream {
  readonly stream: StreamReader;
  /** raised by each link; the age that an image's RSDS record must have */
  readonly age: number;
  /** stream numbers; undefined where there is none */
  readonly globals: number | undefined;
  readonly publics: number | undefined;
  readonly symbolRecords: number | undefined;
  /** IMAGE_FILE_MACHINE; 0 in PDBs of the XP time */
  readonly machine: number;
  readonly incremental: boolean;
  /** private symbols were removed (a public PDB) */
  readonly stripped: boolean;
  readonly modules: Part;
  readonly contributions: Part;
  readonly sectionMap: Part;
  readonly sources: Part;
  /** stream numbers of the optional debug header */
  readonly debug: ReadonlyMap<DebugStreamName, number>;
}

/** Reads the header; undefined where there is no DBI stream in a form that PDBs of version 7 have. */
export function readDbiStream(stream: StreamReader | undefined): DbiStream | undefined {
  if (!stream || stream.size < HEADER_BYTES) return undefined;
  const header = new ByteReader(stream.bytes(0, HEADER_BYTES));
  if (header.u32(0) !== 0xffffffff) return undefined;
  let offset = HEADER_BYTES;
  const part = (at: number): Part => {
    const length = Math.max(0, Math.min(header.i32(at), stream.size - offset));
    const found = { offset, length };
    offset += length;
    return found;
  };
  const modules = part(0x18);
  const contributions = part(0x1c);
  const sectionMap = part(0x20);
  const sources = part(0x24);
  part(0x28); // type server map
  part(0x34); // edit and continue names
  const optional = part(0x30);
  const debug = new Map<DebugStreamName, number>();
  DEBUG_STREAMS.forEach((name, i) => {
    if (i * 2 + 2 > optional.length) return;
    const number = stream.u16(optional.offset + i * 2);
    if (number !== NO_STREAM) debug.set(name, number);
  });
  const streamNumber = (at: number): number | undefined => {
    const number = header.u16(at);
    return number === NO_STREAM ? undefined : number;
  };
  const flags = header.u16(0x38);
  return {
    stream,
    age: header.u32(8),
    globals: streamNumber(0xc),
    publics: streamNumber(0x10),
    symbolRecords: streamNumber(0x14),
    machine: header.u16(0x3a),
    incremental: (flags & 1) !== 0,
    stripped: (flags & 2) !== 0,
    modules,
    contributions,
    sectionMap,
    sources,
    debug,
  };
}
