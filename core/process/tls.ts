import { type Address, type Module, readPointer, readU32, tryRead } from '../target/index.ts';
import { type ProcessView, readable } from './processView.ts';
import type { Teb } from './teb.ts';

/** TLS_MINIMUM_AVAILABLE: slots in the TEB itself (winnt.h). */
export const TEB_SLOTS = 64;
/** Slots behind TlsExpansionSlots; TlsExpansionBitmapBits has as many bits. */
export const EXPANSION_SLOTS = 1024;

/** TLS indexes that modules have count from 0; no process has more modules than this. */
const MAX_TLS_INDEX = 0x10000;

export interface TlsSlot {
  readonly index: number;
  /** whether the process has allocated the slot, as the PEB's bitmaps say; undefined where they are not in the dump */
  readonly allocated?: boolean;
  /** null where the dump does not hold it; 0 where the expansion slots do not exist yet */
  readonly value: bigint | null;
}

/** The value of one TLS slot of a thread. */
export function readTlsSlot(view: ProcessView, teb: Teb, index: number): bigint | null {
  const { memory } = view.target;
  const { pointerSize } = view.machine;
  if (index < TEB_SLOTS) {
    const base = view.layouts.at('_TEB', memory, teb.address).addressOf('TlsSlots');
    return readable(() => readPointer(memory, base + BigInt(index * pointerSize), pointerSize));
  }
  const { TlsExpansionSlots: expansion } = teb;
  if (expansion === 0n) return 0n;
  if (!expansion) return null;
  return readable(() =>
    readPointer(memory, expansion + BigInt((index - TEB_SLOTS) * pointerSize), pointerSize),
  );
}

/** All slots of a thread that the process has allocated; all slots of the TEB where the bitmaps are not in the dump. */
export function readTlsSlots(view: ProcessView, teb: Teb, peb: Address | undefined): TlsSlot[] {
  const bits = peb === undefined ? undefined : readSlotBitmaps(view, peb);
  const slots: TlsSlot[] = [];
  for (let index = 0; index < TEB_SLOTS + EXPANSION_SLOTS; index++) {
    const allocated = bits?.[index];
    if (bits ? allocated : index < TEB_SLOTS) {
      slots.push({ index, allocated, value: readTlsSlot(view, teb, index) });
    }
  }
  return slots;
}

/** One flag a slot, from TlsBitmapBits and TlsExpansionBitmapBits of the PEB. */
function readSlotBitmaps(view: ProcessView, peb: Address): boolean[] | undefined {
  const { memory } = view.target;
  const struct = view.layouts.at('_PEB', memory, peb);
  return tryRead(() => {
    const first = memory.read(struct.addressOf('TlsBitmapBits'), TEB_SLOTS / 8);
    const expansion = memory.read(struct.addressOf('TlsExpansionBitmapBits'), EXPANSION_SLOTS / 8);
    const flags: boolean[] = [];
    for (const bytes of [first, expansion]) {
      for (const byte of bytes) for (let bit = 0; bit < 8; bit++) flags.push(((byte >> bit) & 1) === 1);
    }
    return flags;
  });
}

/** A module's `__declspec(thread)` variables on one thread. */
export interface StaticTls {
  readonly module: Module;
  /** the module's TLS index, as its `_tls_index` holds it */
  readonly index: number;
  /** where the thread's copy of the variables lies; null where the dump does not hold the vector; 0 where none exists */
  readonly block: Address | null;
  /** bytes of the template and the zeroes behind it */
  readonly size: number;
}

/** The static TLS blocks of a thread: for each module with a TLS directory its entry of ThreadLocalStoragePointer. */
export function readStaticTls(view: ProcessView, teb: Teb): StaticTls[] {
  const { memory, modules } = view.target;
  const { pointerSize, kind } = view.machine;
  const found: StaticTls[] = [];
  for (const module of modules) {
    if (module.machine && module.machine.kind !== kind) continue;
    const directory = readTlsDirectory(view, module);
    if (!directory) continue;
    const vector = teb.ThreadLocalStoragePointer;
    const { index, size } = directory;
    const block =
      typeof vector !== 'bigint'
        ? null
        : vector === 0n
          ? 0n
          : readable(() => readPointer(memory, vector + BigInt(index * pointerSize), pointerSize));
    found.push({ module, index, block, size });
  }
  return found;
}

/** A module's TLS index, from the cell that its TLS directory names, and the size of a thread's copy in bytes. */
function readTlsDirectory(
  view: ProcessView,
  module: Module,
): { readonly index: number; readonly size: number } | undefined {
  const tls = module.image?.tls;
  const rva = tls?.indexRva;
  if (!tls || rva === undefined) return undefined;
  const raw = tls.endOfRawData - tls.startOfRawData;
  const index = tryRead(() => readU32(view.target.memory, module.base + BigInt(rva)));
  if (index === undefined || index >= MAX_TLS_INDEX || raw < 0n || raw > BigInt(module.size))
    return undefined;
  return { index, size: Number(raw) + tls.sizeOfZeroFill };
}
