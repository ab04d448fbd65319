import { ByteReader, decodeUtf16z } from '../bytes/index.ts';
import type { FixedFileInfo } from './identity.ts';

/** The strings of one language: `CompanyName`, `FileDescription`… in the order of the resource. */
export interface VersionStrings {
  readonly language: number;
  readonly codePage: number;
  readonly strings: ReadonlyMap<string, string>;
}

/** VS_VERSIONINFO (winver.h): what `lmv` shows. */
export interface VersionResource {
  readonly fixed?: FixedFileInfo;
  readonly tables: readonly VersionStrings[];
  readonly translations: readonly { readonly language: number; readonly codePage: number }[];
}

/** VS_FIXEDFILEINFO: signature, structure version and eleven more 32-bit fields */
const FIXED_SIZE = 52;
const FIXED_SIGNATURE = 0xfeef04bd;
/** Blocks within blocks within one resource of at most 64 KiB each: the bound is for zero lengths and the like. */
const MAX_BLOCKS = 4096;

/** One of the blocks that the resource is made of: a length, a key, a value, children. Offsets in the resource. */
interface Block {
  readonly key: string;
  readonly isText: boolean;
  readonly valueAt: number;
  /** as stored: bytes, or UTF-16 units for text */
  readonly valueLength: number;
  readonly childrenAt: number;
  readonly end: number;
}

/** Reads a version resource; undefined where it does not begin as one. Damage ends the list it is in. */
export function parseVersionResource(bytes: Uint8Array): VersionResource | undefined {
  const r = new ByteReader(bytes);
  const root = readBlock(r, 0, bytes.length);
  if (root?.key !== 'VS_VERSION_INFO') return undefined;
  const budget = { left: MAX_BLOCKS };
  const tables: VersionStrings[] = [];
  const translations: { language: number; codePage: number }[] = [];
  for (const info of children(r, root, budget)) {
    for (const child of children(r, info, budget)) {
      if (info.key === 'StringFileInfo') tables.push(readStrings(r, child, budget));
      else if (info.key === 'VarFileInfo' && child.key === 'Translation') {
        for (let at = child.valueAt; at + 4 <= child.end && at < child.valueAt + child.valueLength; at += 4) {
          translations.push({ language: r.u16(at), codePage: r.u16(at + 2) });
        }
      }
    }
  }
  return { fixed: readFixed(r, root), tables, translations };
}

function readFixed(r: ByteReader, root: Block): FixedFileInfo | undefined {
  const at = root.valueAt;
  if (root.valueLength < FIXED_SIZE || !r.has(at, FIXED_SIZE) || r.u32(at) !== FIXED_SIGNATURE)
    return undefined;
  const version = (offset: number): [number, number, number, number] => [
    r.u16(at + offset + 2),
    r.u16(at + offset),
    r.u16(at + offset + 6),
    r.u16(at + offset + 4),
  ];
  return {
    fileVersion: version(8),
    productVersion: version(16),
    flagsMask: r.u32(at + 24),
    flags: r.u32(at + 28),
    os: r.u32(at + 32),
    type: r.u32(at + 36),
    subtype: r.u32(at + 40),
    date: (BigInt(r.u32(at + 44)) << 32n) | BigInt(r.u32(at + 48)),
  };
}

/** A StringTable: its key is eight hex digits, language and code page. */
function readStrings(r: ByteReader, table: Block, budget: { left: number }): VersionStrings {
  const strings = new Map<string, string>();
  for (const s of children(r, table, budget)) {
    // some compilers count the value in bytes, some in units: the block's end and the NUL decide
    if (!strings.has(s.key)) strings.set(s.key, decodeUtf16z(r.bytes.subarray(s.valueAt, s.end)));
  }
  const key = /^[0-9a-f]{8}$/i.test(table.key) ? parseInt(table.key, 16) : 0;
  return { language: key >>> 16, codePage: key & 0xffff, strings };
}

function* children(r: ByteReader, parent: Block, budget: { left: number }): Generator<Block> {
  let at = parent.childrenAt;
  while (at < parent.end && budget.left-- > 0) {
    const child = readBlock(r, at, parent.end);
    if (!child) return;
    yield child;
    at = align4(child.end);
  }
}

function readBlock(r: ByteReader, at: number, limit: number): Block | undefined {
  if (!r.has(at, 6)) return undefined;
  const length = r.u16(at);
  if (length < 6) return undefined;
  const end = Math.min(at + length, limit);
  let keyEnd = at + 6;
  while (keyEnd + 2 <= end && r.u16(keyEnd) !== 0) keyEnd += 2;
  const key = decodeUtf16z(r.bytes.subarray(at + 6, Math.min(keyEnd, end)));
  const valueAt = align4(keyEnd + 2);
  const valueLength = r.u16(at + 2);
  const isText = r.u16(at + 4) === 1;
  return {
    key,
    isText,
    valueAt,
    valueLength,
    childrenAt: align4(valueAt + (isText ? 2 * valueLength : valueLength)),
    end,
  };
}

function align4(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}
