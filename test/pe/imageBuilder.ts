/**
 * Makes small PE images for tests, from the facts of the PE Format document and apart from the reader: a hole in one is
 * not hidden by the same hole in the other.
 */
export interface ImagePlan {
  readonly pe32plus?: boolean;
  readonly imageBase?: bigint;
  readonly entryPoint?: number;
  readonly sectionAlignment?: number;
  readonly sections?: readonly {
    readonly name: string;
    readonly rva: number;
    readonly virtualSize?: number;
    readonly rawOffset?: number;
    readonly data: Uint8Array;
    readonly characteristics?: number;
  }[];
  /** by index: 0 export, 1 import, 2 resource, 3 exception, 5 relocations, 6 debug, 9 TLS, 10 load config, 13 delay */
  readonly directories?: Readonly<Record<number, readonly [rva: number, size: number]>>;
}

export const LFANEW = 0x80;
const FILE_ALIGNMENT = 0x200;

/** The file of an image; sections lie one after another behind 0x400 bytes of headers unless they say where. */
export function buildImage(plan: ImagePlan): Uint8Array<ArrayBuffer> {
  const sections = plan.sections ?? [];
  const alignment = plan.sectionAlignment ?? 0x1000;
  let next = 0x400;
  const placed = sections.map((s) => {
    const rawOffset = s.rawOffset ?? next;
    const rawSize = Math.ceil(s.data.length / FILE_ALIGNMENT) * FILE_ALIGNMENT;
    next = Math.max(next, rawOffset + rawSize);
    return { ...s, rawOffset, rawSize, virtualSize: s.virtualSize ?? s.data.length };
  });
  const file = new Uint8Array(next);
  const view = new DataView(file.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, LFANEW, true);
  view.setUint32(LFANEW, 0x4550, true);
  const wide = plan.pe32plus ?? false;
  const optionalSize = wide ? 240 : 224;
  view.setUint16(LFANEW + 4, wide ? 0x8664 : 0x14c, true);
  view.setUint16(LFANEW + 6, placed.length, true);
  view.setUint32(LFANEW + 8, 0x5f000000, true);
  view.setUint16(LFANEW + 20, optionalSize, true);
  view.setUint16(LFANEW + 22, 0x2102, true);
  const optional = LFANEW + 24;
  view.setUint16(optional, wide ? 0x20b : 0x10b, true);
  view.setUint32(optional + 16, plan.entryPoint ?? 0, true);
  if (wide) view.setBigUint64(optional + 24, plan.imageBase ?? 0x180000000n, true);
  else view.setUint32(optional + 28, Number(plan.imageBase ?? 0x10000000n), true);
  view.setUint32(optional + 32, alignment, true);
  view.setUint32(optional + 36, FILE_ALIGNMENT, true);
  const end = Math.max(0x1000, ...placed.map((s) => s.rva + Math.max(s.virtualSize, s.data.length)));
  view.setUint32(optional + 56, Math.ceil(end / alignment) * alignment, true);
  view.setUint32(optional + 60, 0x400, true);
  view.setUint16(optional + 68, 3, true);
  const directories = optional + optionalSize - 128;
  view.setUint32(directories - 4, 16, true);
  for (const [index, [rva, size]] of Object.entries(plan.directories ?? {})) {
    view.setUint32(directories + 8 * Number(index), rva, true);
    view.setUint32(directories + 8 * Number(index) + 4, size, true);
  }
  placed.forEach((s, i) => {
    const at = optional + optionalSize + 40 * i;
    for (let c = 0; c < Math.min(8, s.name.length); c++) file[at + c] = s.name.charCodeAt(c);
    view.setUint32(at + 8, s.virtualSize, true);
    view.setUint32(at + 12, s.rva, true);
    view.setUint32(at + 16, s.rawSize, true);
    view.setUint32(at + 20, s.rawOffset, true);
    view.setUint32(at + 36, s.characteristics ?? 0x40000040, true);
    file.set(s.data, s.rawOffset);
  });
  return file;
}

/** Bytes written piece by piece at their RVAs: one section's content. */
export class Pieces {
  private bytes = new Uint8Array(0);

  constructor(readonly rva: number) {}

  get data(): Uint8Array {
    return this.bytes;
  }

  put(rva: number, bytes: Uint8Array): this {
    const at = rva - this.rva;
    if (at + bytes.length > this.bytes.length) {
      const grown = new Uint8Array(at + bytes.length);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes, at);
    return this;
  }

  u16(rva: number, ...values: number[]): this {
    return this.put(rva, new Uint8Array(Uint16Array.from(values).buffer));
  }

  u32(rva: number, ...values: number[]): this {
    return this.put(rva, new Uint8Array(Uint32Array.from(values).buffer));
  }

  u64(rva: number, ...values: bigint[]): this {
    return this.put(rva, new Uint8Array(BigUint64Array.from(values).buffer));
  }

  /** NUL-terminated */
  ascii(rva: number, text: string): this {
    return this.put(
      rva,
      Uint8Array.from([...text, '\0'], (c) => c.charCodeAt(0)),
    );
  }

  /** NUL-terminated UTF-16LE */
  utf16(rva: number, text: string): this {
    return this.u16(rva, ...Array.from(`${text}\0`, (c) => c.charCodeAt(0)));
  }
}
