import { ByteReader, decodeLatin1z, decodeUtf8z, hex } from '../bytes/index.ts';
import type { CodeView } from './identity.ts';
import type { ImageView } from './imageView.ts';

/** IMAGE_DEBUG_TYPE_* (winnt.h; PE Format, "Debug Type"), by what stands after the prefix. */
const DEBUG_TYPES: readonly string[] = [
  'UNKNOWN',
  'COFF',
  'CODEVIEW',
  'FPO',
  'MISC',
  'EXCEPTION',
  'FIXUP',
  'OMAP_TO_SRC',
  'OMAP_FROM_SRC',
  'BORLAND',
  'RESERVED10',
  'CLSID',
  'VC_FEATURE',
  'POGO',
  'ILTCG',
  'MPX',
  'REPRO',
  'EMBEDDEDPORTABLEPDB',
  'SPGO',
  'PDBCHECKSUM',
  'EX_DLLCHARACTERISTICS',
  'PERFMAP',
];

/** One IMAGE_DEBUG_DIRECTORY. */
export interface DebugEntry {
  readonly type: number;
  /** `CODEVIEW`, `POGO`…; the number in decimal where it has no name */
  readonly typeName: string;
  readonly characteristics: number;
  readonly timestamp: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly size: number;
  /** RVA; 0 where the data is only in the file */
  readonly rva: number;
  readonly fileOffset: number;
}

const ENTRY_SIZE = 28;
const MAX_ENTRIES = 256;
/** a CodeView record is a few fixed fields and a path */
const MAX_CODEVIEW = 0x10000;

/** The debug directory (PE Format, ".debug Section"). */
export function readDebugEntries(view: ImageView): DebugEntry[] {
  const directory = view.directory(6);
  if (!directory) return [];
  const declared = Math.floor(directory.size / ENTRY_SIZE);
  const r = new ByteReader(view.upTo(directory.rva, Math.min(declared, MAX_ENTRIES) * ENTRY_SIZE));
  const entries: DebugEntry[] = [];
  for (let at = 0; r.has(at, ENTRY_SIZE); at += ENTRY_SIZE) {
    const type = r.u32(at + 12);
    entries.push({
      type,
      typeName: DEBUG_TYPES[type] ?? String(type),
      characteristics: r.u32(at),
      timestamp: r.u32(at + 4),
      majorVersion: r.u16(at + 8),
      minorVersion: r.u16(at + 10),
      size: r.u32(at + 16),
      rva: r.u32(at + 20),
      fileOffset: r.u32(at + 24),
    });
  }
  if (entries.length < declared) {
    view.note(`debug directory: ${entries.length} of ${declared} entries are there`);
  }
  return entries;
}

/** A CodeView record, RSDS or NB10; undefined for other signatures and for what is cut before its path. */
export function parseCodeView(bytes: Uint8Array): CodeView | undefined {
  const r = new ByteReader(bytes);
  if (!r.has(0, 4)) return undefined;
  const signature = r.u32(0);
  if (signature === 0x53445352 && r.has(0, 24)) {
    return { kind: 'rsds', guid: formatGuid(r, 4), age: r.u32(20), pdb: decodeUtf8z(bytes.subarray(24)) };
  }
  if (signature === 0x3031424e && r.has(0, 16)) {
    return { kind: 'nb10', signature: r.u32(8), age: r.u32(12), pdb: decodeLatin1z(bytes.subarray(16)) };
  }
  return undefined;
}

/** The CodeView record among the debug entries; `read` gives the data of one. */
export function readCodeView(
  entries: readonly DebugEntry[],
  read: (entry: DebugEntry, limit: number) => Uint8Array | undefined,
): CodeView | undefined {
  for (const entry of entries) {
    if (entry.type !== 2) continue;
    const bytes = read(entry, MAX_CODEVIEW);
    const codeView = bytes && parseCodeView(bytes);
    if (codeView) return codeView;
  }
  return undefined;
}

/** As in a symbol store: Data1 to Data3 as numbers, Data4 byte by byte, no separators, upper case. */
function formatGuid(r: ByteReader, at: number): string {
  let text = hex(r.u32(at), 8) + hex(r.u16(at + 4), 4) + hex(r.u16(at + 6), 4);
  for (let i = 8; i < 16; i++) text += hex(r.u8(at + i), 2);
  return text.toUpperCase();
}
