import type { AddressReader } from '../addressReader.ts';
import { BlockPart } from '../blockSink.ts';
import type { PaddingForm } from './segmentForm.ts';

/**
 * The bytes that builds 15063 to 19041 put in front of every block when ntdll!RtlpHpAppCompatFlags has bit 1: unless a
 * process opts in to segment heaps, its segment heaps have it (HEAPS-CHECKED.md, front padding).
 */
export class FrontPadding {
  /** bytes, for blocks that are not huge */
  readonly usual: number;
  private readonly large: number;

  constructor(
    readonly on: boolean,
    private readonly form: PaddingForm,
    private readonly pointerSize: 4 | 8,
  ) {
    this.usual = on ? 2 * (form === 'sixteen' ? 8 : pointerSize) : 0;
    this.large = 8 * pointerSize;
  }

  /** The padding of the block at an address; undefined where it should be written there and is not. */
  sizeAt(reader: AddressReader, start: number): number | undefined {
    if (!this.on || this.form !== 'stored') return this.usual;
    const size = reader.tryPointer(start, this.pointerSize);
    // not in the dump: what almost all blocks have
    if (size === undefined) return this.usual;
    if (size !== this.usual && size !== this.large) return undefined;
    // a second copy stands right in front of the user's bytes
    const copy = reader.tryPointer(start + size - 2 * this.pointerSize, this.pointerSize);
    return copy === undefined || copy === size ? size : undefined;
  }

  /** Whether the user's bytes begin behind it: before 17134 a large block's do not, it only loses them at its end. */
  shifts(part: number): boolean {
    return this.form === 'stored' || part !== BlockPart.large;
  }
}
