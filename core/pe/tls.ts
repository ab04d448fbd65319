import type { ImageView } from './imageView.ts';

/** A thread-local storage callback: its address as stored, and its RVA where that lies in the image. */
export interface TlsCallback {
  readonly address: bigint;
  readonly rva?: number;
}

/** IMAGE_TLS_DIRECTORY: addresses as the image has them (in memory: relocated), and what they point to. */
export interface TlsDirectory {
  readonly startOfRawData: bigint;
  readonly endOfRawData: bigint;
  /** of the 32-bit cell that holds the module's TLS index */
  readonly addressOfIndex: bigint;
  readonly indexRva?: number;
  readonly addressOfCallbacks: bigint;
  readonly sizeOfZeroFill: number;
  readonly characteristics: number;
  readonly callbacks: readonly TlsCallback[];
}

/** Linkers collect callbacks from .CRT$XL*: a handful. The bound is for a list without its end. */
const MAX_CALLBACKS = 1024;

/** The TLS directory (PE Format, ".tls Section"). */
export function readTls(view: ImageView): TlsDirectory | undefined {
  const directory = view.directory(9);
  if (!directory) return undefined;
  const size = view.pointerSize;
  const r = view.struct(directory.rva, 4 * size + 8);
  if (!r) {
    view.note('TLS directory is not there');
    return undefined;
  }
  const addressOfIndex = r.pointer(2 * size, size);
  const addressOfCallbacks = r.pointer(3 * size, size);
  return {
    startOfRawData: r.pointer(0, size),
    endOfRawData: r.pointer(size, size),
    addressOfIndex,
    indexRva: view.rvaOf(addressOfIndex),
    addressOfCallbacks,
    sizeOfZeroFill: r.u32(4 * size),
    characteristics: r.u32(4 * size + 4),
    callbacks: readCallbacks(view, addressOfCallbacks),
  };
}

function readCallbacks(view: ImageView, array: bigint): TlsCallback[] {
  const callbacks: TlsCallback[] = [];
  if (array === 0n) return callbacks;
  const rva = view.rvaOf(array);
  const size = view.pointerSize;
  for (let i = 0; rva !== undefined && i < MAX_CALLBACKS; i++) {
    const address = view.struct(rva + i * size, size)?.pointer(0, size);
    if (address === undefined) break;
    if (address === 0n) return callbacks;
    callbacks.push({ address, rva: view.rvaOf(address) });
  }
  view.note('TLS callbacks: the list has no end');
  return callbacks;
}
