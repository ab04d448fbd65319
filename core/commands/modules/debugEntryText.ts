import { ByteReader, decodeLatin1z, hex } from '../../bytes/index.ts';
import { type DebugEntry, type PeImage, parseCodeView } from '../../pe/index.ts';
import { extendedDllCharacteristics } from './imageNames.ts';

/** IMAGE_DEBUG_TYPE_VC_FEATURE: how many of the objects have each property, as DUMPBIN names them. */
const FEATURES = ['Pre-VC++ 11.00', 'C/C++', '/GS', '/sdl', 'guardN'];
/** The first four bytes of an IMAGE_DEBUG_TYPE_POGO: how the image was optimised */
const POGO_SIGNATURES: Readonly<Record<number, string>> = {
  0x4c544347: 'LTCG',
  0x50475500: 'PGU',
  0x50474900: 'PGI',
  0x50474f00: 'PGO',
};
/** IMAGE_DEBUG_MISC: DataType, Length, Unicode and three bytes of padding stand before the name */
const MISC_NAME = 12;

/** What the data of a debug entry says, in words; nothing where it is not there or of no known form. */
export function debugEntryText(image: PeImage, entry: DebugEntry): string[] {
  if (entry.typeName === 'REPRO') return ['Reproducible build'];
  const bytes = image.debugData(entry);
  if (!bytes || bytes.length < 4) return [];
  const r = new ByteReader(bytes);
  switch (entry.typeName) {
    case 'CODEVIEW': {
      const c = parseCodeView(bytes);
      if (!c) return [];
      const id = c.kind === 'rsds' ? `RSDS - GUID: {${dashed(c.guid)}}` : `NB10 - Sig: ${hex(c.signature)}`;
      return [id, `Age: ${hex(c.age)}, Pdb: ${c.pdb}`];
    }
    case 'MISC':
      return bytes.length > MISC_NAME ? [`Image: ${decodeLatin1z(bytes.subarray(MISC_NAME))}`] : [];
    case 'VC_FEATURE':
      return [
        `Counts: ${FEATURES.flatMap((name, i) => (r.has(4 * i, 4) ? [`${name}=${r.u32(4 * i)}`] : [])).join(', ')}`,
      ];
    case 'POGO': {
      const signature = POGO_SIGNATURES[r.u32(0)];
      return signature === undefined ? [] : [signature];
    }
    case 'EX_DLLCHARACTERISTICS':
      return [`Extended DLL characteristics: ${hex(r.u32(0), 8)}`, ...extendedDllCharacteristics(r.u32(0))];
    default:
      return [];
  }
}

/** 32 digits as GUIDs are written: 8-4-4-4-12 */
export function dashed(guid: string): string {
  return guid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
