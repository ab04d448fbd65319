import { decodeUtf16 } from '../bytes/index.ts';
import type { ImageView } from './imageView.ts';

/** One resource: type, name and language as number or text, and where its data lies. */
export interface Resource {
  readonly type: number | string;
  readonly name: number | string;
  readonly language: number | string;
  readonly rva: number;
  readonly size: number;
  readonly codePage: number;
}

interface Entry {
  readonly id: number | string;
  /** offset from the start of the resource directory */
  readonly offset: number;
  readonly isDirectory: boolean;
}

const HEADER_SIZE = 16;
const ENTRY_SIZE = 8;
const DATA_ENTRY_SIZE = 16;
/** Bounds for a tree that is damaged: far above what shell32.dll has. */
const MAX_ENTRIES = 0x4000;
const MAX_RESOURCES = 0x10000;

/** The resources of an image (PE Format, "The .rsrc Section"), all or those of one type (16: version). */
export function readResources(view: ImageView, type?: number | string): Resource[] {
  const root = view.directory(2)?.rva;
  const found: Resource[] = [];
  if (root === undefined) return found;
  const seen = new Set<number>();
  const list = (offset: number): Entry[] => {
    // each directory has one parent: a second visit is a cycle, or damage that would repeat whole subtrees
    if (seen.has(offset)) {
      view.note('resources: a directory is its own descendant');
      return [];
    }
    seen.add(offset);
    return readDirectory(view, root, offset);
  };
  for (const byType of list(0)) {
    if ((type !== undefined && byType.id !== type) || !byType.isDirectory) continue;
    for (const byName of list(byType.offset)) {
      if (!byName.isDirectory) continue;
      for (const leaf of list(byName.offset)) {
        const data = leaf.isDirectory ? undefined : view.struct(root + leaf.offset, DATA_ENTRY_SIZE);
        if (!data || found.length >= MAX_RESOURCES) continue;
        found.push({
          type: byType.id,
          name: byName.id,
          language: leaf.id,
          rva: data.u32(0),
          size: data.u32(4),
          codePage: data.u32(8),
        });
      }
    }
  }
  return found;
}

function readDirectory(view: ImageView, root: number, offset: number): Entry[] {
  const header = view.struct(root + offset, HEADER_SIZE);
  if (!header) {
    view.note('resources: a directory is not there');
    return [];
  }
  const declared = header.u16(12) + header.u16(14);
  const entries: Entry[] = [];
  for (let i = 0; i < Math.min(declared, MAX_ENTRIES); i++) {
    const r = view.struct(root + offset + HEADER_SIZE + i * ENTRY_SIZE, ENTRY_SIZE);
    if (!r) {
      view.note('resources: a directory is cut short');
      break;
    }
    const id = r.u32(0);
    const target = r.u32(4);
    entries.push({
      id: id >= 0x80000000 ? resourceName(view, root + (id & 0x7fffffff)) : id,
      offset: target & 0x7fffffff,
      isDirectory: target >= 0x80000000,
    });
  }
  return entries;
}

/** A counted UTF-16 string. */
function resourceName(view: ImageView, rva: number): string {
  const length = view.struct(rva, 2)?.u16(0) ?? 0;
  return decodeUtf16(view.upTo(rva + 2, 2 * length));
}
