import type { ImageView } from './imageView.ts';

/** One import: by name with a hint, or by ordinal. Neither is known where its thunk cannot be read. */
export interface Import {
  readonly name?: string;
  readonly hint?: number;
  readonly ordinal?: number;
  /** RVA of the slot in the import address table that the loader fills with the function's address */
  readonly slotRva: number;
}

/** What an image imports from one DLL. */
export interface ImportedDll {
  /** as the image spells it: `KERNEL32.dll`, `api-ms-win-crt-heap-l1-1-0.dll`; undefined where it cannot be read */
  readonly dll: string | undefined;
  readonly delayed: boolean;
  readonly entries: readonly Import[];
  /**
   * Where the names came from. `lookup table`: the import lookup table. `address table`: the slots themselves, which
   * hold names only before loading. Undefined: the image has no lookup table (or the dump has not) and the slots are
   * overwritten, so that entries have a slot and no name.
   */
  readonly namesFrom: 'lookup table' | 'address table' | undefined;
  /** 0 not bound; 0xFFFFFFFF bound with the bound import directory; else the bound DLL's timestamp */
  readonly timestamp: number;
  /** RVA of the cell that holds the DLL's handle: delay imports only */
  readonly handleRva?: number;
}

const DESCRIPTOR_SIZE = 20;
const DELAY_DESCRIPTOR_SIZE = 32;
const MAX_DLLS = 4096;
/** All imports of one image together: many times what the largest programs have. It bounds tables that overlap. */
const MAX_IMPORTS = 0x40000;

/** Linkers put lookup tables and names behind the descriptors: what most images have of them all lies in one such run. */
const TABLES_BYTES = 0x8000;

/** What is left of the bound over all DLLs of one image. */
interface Budget {
  left: number;
}

/** The import directory (PE Format, ".idata Section"). */
export function readImports(view: ImageView): ImportedDll[] {
  const directory = view.directory(1);
  if (!directory) return [];
  const budget: Budget = { left: MAX_IMPORTS };
  view.hold(directory.rva, TABLES_BYTES);
  const dlls: ImportedDll[] = [];
  // the loader stops at an empty descriptor, whatever size the directory claims
  for (let i = 0; i < MAX_DLLS; i++) {
    const r = view.struct(directory.rva + i * DESCRIPTOR_SIZE, DESCRIPTOR_SIZE);
    if (!r) {
      view.note(`import directory is cut short after ${i} DLLs`);
      break;
    }
    const lookup = r.u32(0);
    const nameRva = r.u32(12);
    const slots = r.u32(16);
    if (nameRva === 0 || slots === 0) break;
    const timestamp = r.u32(4);
    dlls.push({
      dll: view.text(nameRva, 512),
      delayed: false,
      timestamp,
      ...readThunks(view, lookup, slots, budget, (value) => Number(value & 0x7fffffffn)),
    });
  }
  return dlls;
}

/** The delay-load directory (PE Format, "Delay-Load Import Tables"; delayimp.h for the old form with addresses). */
export function readDelayImports(view: ImageView): ImportedDll[] {
  const directory = view.directory(13);
  if (!directory) return [];
  const budget: Budget = { left: MAX_IMPORTS };
  view.hold(directory.rva, TABLES_BYTES);
  const dlls: ImportedDll[] = [];
  for (let i = 0; i < MAX_DLLS; i++) {
    const r = view.struct(directory.rva + i * DELAY_DESCRIPTOR_SIZE, DELAY_DESCRIPTOR_SIZE);
    if (!r) {
      view.note(`delay import directory is cut short after ${i} DLLs`);
      break;
    }
    // bit 0 of the attributes: the fields are RVAs. Without it (Visual C++ 6) they are addresses, and so are thunks
    const relative = (r.u32(0) & 1) !== 0;
    const place = (value: number): number => (relative ? value : (view.rvaOf(BigInt(value)) ?? 0));
    const nameRva = place(r.u32(4));
    const slots = place(r.u32(12));
    if (nameRva === 0 || slots === 0) break;
    dlls.push({
      dll: view.text(nameRva, 512),
      delayed: true,
      timestamp: r.u32(28),
      handleRva: place(r.u32(8)) || undefined,
      ...readThunks(view, place(r.u32(16)), slots, budget, (value) =>
        relative ? Number(value & 0x7fffffffn) : (view.rvaOf(value) ?? 0),
      ),
    });
  }
  return dlls;
}

function readThunks(
  view: ImageView,
  lookupRva: number,
  slotsRva: number,
  budget: Budget,
  nameAt: (value: bigint) => number,
): Pick<ImportedDll, 'entries' | 'namesFrom'> {
  const size = view.pointerSize;
  const hasLookup = lookupRva !== 0 && view.read(lookupRva, size) !== undefined;
  const namesFrom = hasLookup ? 'lookup table' : view.loaded ? undefined : 'address table';
  if (namesFrom === undefined) view.note('imports: no lookup table, and the slots no longer hold names');
  const thunks = hasLookup ? lookupRva : slotsRva;
  const ordinalFlag = size === 8 ? 1n << 63n : 1n << 31n;
  const entries: Import[] = [];
  for (let i = 0; ; i++) {
    const value = view.struct(thunks + i * size, size)?.pointer(0, size);
    if (value === undefined || budget.left-- <= 0) {
      view.note('imports: a thunk table is cut short');
      break;
    }
    if (value === 0n) break;
    const slotRva = slotsRva + i * size;
    if (namesFrom === undefined) entries.push({ slotRva });
    else if (value & ordinalFlag) entries.push({ ordinal: Number(value & 0xffffn), slotRva });
    else entries.push({ ...readHintName(view, nameAt(value)), slotRva });
  }
  return { entries, namesFrom };
}

function readHintName(view: ImageView, rva: number): Pick<Import, 'name' | 'hint'> {
  return { hint: view.struct(rva, 2)?.u16(0), name: view.text(rva + 2) };
}
