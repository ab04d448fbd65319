/** The streams about modules, as minidumpapiset.h lays them out (packed to 4 bytes). */
import type { CodeView, FixedFileInfo } from '../../pe/index.ts';
import type { ModuleDescription, UnloadedModuleDescription } from './description.ts';
import { RecordWriter, type FileLayout } from './fileLayout.ts';

/** MINIDUMP_MODULE_LIST. */
export function moduleListStream(layout: FileLayout, modules: readonly ModuleDescription[]): Uint8Array {
  const w = new RecordWriter(4 + modules.length * 108).u32(modules.length);
  for (const m of modules) {
    const cv = m.codeView && codeViewRecord(m.codeView);
    w.u64(m.base)
      .u32(m.size)
      .u32(m.checksum ?? 0)
      .u32(m.timestamp ?? 0)
      .u32(layout.placeString(m.name))
      .raw(m.version ? fixedFileInfo(m.version) : new Uint8Array(0), 52)
      .u32(cv?.length ?? 0)
      .u32(cv ? layout.place(cv) : 0)
      // MiscRecord, Reserved0, Reserved1
      .skip(24);
  }
  return w.bytes;
}

/** MINIDUMP_UNLOADED_MODULE_LIST. */
export function unloadedModuleStream(
  layout: FileLayout,
  modules: readonly UnloadedModuleDescription[],
): Uint8Array {
  const w = new RecordWriter(12 + modules.length * 24).u32(12).u32(24).u32(modules.length);
  for (const m of modules) {
    w.u64(m.base)
      .u32(m.size)
      .u32(m.checksum ?? 0)
      .u32(m.timestamp ?? 0)
      .u32(layout.placeString(m.name));
  }
  return w.bytes;
}

/** CV_INFO_PDB70 and CV_INFO_PDB20: a signature, the PDB's identity, its path with a NUL. */
function codeViewRecord(cv: CodeView): Uint8Array {
  const path = new TextEncoder().encode(`${cv.pdb}\0`);
  if (cv.kind === 'nb10') {
    return new RecordWriter(16 + path.length)
      .raw(new TextEncoder().encode('NB10'))
      .u32(0)
      .u32(cv.signature)
      .u32(cv.age)
      .raw(path).bytes;
  }
  const digits = (from: number, count: number): number => parseInt(cv.guid.slice(from, from + count), 16);
  const w = new RecordWriter(24 + path.length).raw(new TextEncoder().encode('RSDS'));
  w.u32(digits(0, 8)).u16(digits(8, 4)).u16(digits(12, 4));
  for (let i = 16; i < 32; i += 2) w.u8(digits(i, 2));
  return w.u32(cv.age).raw(path).bytes;
}

/** VS_FIXEDFILEINFO (verrsrc.h). */
function fixedFileInfo(v: FixedFileInfo): Uint8Array {
  const w = new RecordWriter(52).u32(0xfeef04bd).u32(0x00010000);
  for (const [major, minor, build, revision] of [v.fileVersion, v.productVersion]) {
    w.u16(minor).u16(major).u16(revision).u16(build);
  }
  return w
    .u32(v.flagsMask)
    .u32(v.flags)
    .u32(v.os)
    .u32(v.type)
    .u32(v.subtype)
    .u32(Number(v.date >> 32n))
    .u32(Number(v.date & 0xffffffffn)).bytes;
}
