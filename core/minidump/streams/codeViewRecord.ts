import { ByteReader, decodeUtf8z, hex, hexBytes } from '../../bytes/index.ts';
import type { CodeView } from '../../pe/index.ts';

const RSDS = 0x53445352;
const NB10 = 0x3031424e;
/** `LEpB`: Breakpad's record for an ELF build id (minidump_format.h, MD_CVINFOELF_SIGNATURE). */
const ELF_BUILD_ID = 0x4270454c;

/** What a module's CvRecord says: the PDB of an image, or the build id of an ELF file. */
export interface CvRecord {
  readonly codeView?: CodeView;
  readonly buildId?: Uint8Array;
}

/** Parses a CvRecord; nothing where its form is unknown or it is cut before its fixed part ends. */
export function parseCvRecord(bytes: Uint8Array): CvRecord {
  const r = new ByteReader(bytes);
  if (!r.has(0, 4)) return {};
  const signature = r.u32(0);
  if (signature === RSDS && r.has(0, 24)) {
    const guid = hex(r.u32(4), 8) + hex(r.u16(8), 4) + hex(r.u16(10), 4) + hexBytes(r.slice(12, 8));
    const codeView = {
      kind: 'rsds',
      guid: guid.toUpperCase(),
      age: r.u32(20),
      pdb: decodeUtf8z(bytes.subarray(24)),
    } as const;
    return { codeView };
  }
  if (signature === NB10 && r.has(0, 16)) {
    return {
      codeView: { kind: 'nb10', signature: r.u32(8), age: r.u32(12), pdb: decodeUtf8z(bytes.subarray(16)) },
    };
  }
  if (signature === ELF_BUILD_ID) return { buildId: bytes.slice(4) };
  return {};
}
