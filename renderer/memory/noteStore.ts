import type { PointerNote } from '../../core/protocol/pictures.ts';
import type { SpaceRange } from '../picture/rowSpace.ts';

/** Bytes whose pointers are looked up in one request: a few screens of them. */
const CHUNK = 0x800;
/** Chunks that are kept. */
const MAX_CHUNKS = 256;
/** Requests at a time: each may walk a heap. */
const MAX_PENDING = 2;

type Notes = ReadonlyMap<bigint, PointerNote>;

/** What pointers in memory point to, by the pointer's address. What is not known yet is asked for with `want`. */
export class NoteStore {
  private readonly chunks = new Map<bigint, Notes>();
  private readonly pending = new Set<bigint>();
  private wanted: bigint[] = [];

  constructor(
    private readonly fetchNotes: (start: bigint, length: number) => Promise<readonly PointerNote[]>,
    private readonly changed: () => void,
    /** addresses of pointers begin a multiple of their size from here */
    private readonly phase: bigint,
    /** what was known of the same pointers: it is shown until they have been looked up again */
    private before?: NoteStore,
  ) {
    before?.forgetBefore();
  }

  at(address: bigint): PointerNote | undefined {
    const notes = this.chunks.get(this.chunkOf(address));
    return notes ? notes.get(address) : this.before?.at(address);
  }

  private forgetBefore(): void {
    this.before = undefined;
  }

  /** Asks for the notes of ranges; what was asked for before and has not begun is dropped. */
  want(ranges: readonly SpaceRange[]): void {
    const wanted = new Set<bigint>();
    for (const { start, end } of ranges) {
      for (let chunk = this.chunkOf(start); chunk < end; chunk += BigInt(CHUNK)) wanted.add(chunk);
    }
    this.wanted = [...wanted].filter((chunk) => !this.chunks.has(chunk) && !this.pending.has(chunk));
    this.pump();
  }

  private pump(): void {
    while (this.pending.size < MAX_PENDING) {
      const chunk = this.wanted.shift();
      if (chunk === undefined) return;
      this.pending.add(chunk);
      this.fetchNotes(chunk, CHUNK)
        .then((notes) => this.keep(chunk, new Map(notes.map((n) => [chunk + BigInt(n.offset), n]))))
        // without notes the values alone are shown
        .catch(() => this.keep(chunk, new Map()))
        .finally(() => {
          this.pending.delete(chunk);
          this.pump();
        });
    }
  }

  private keep(chunk: bigint, notes: Notes): void {
    this.chunks.set(chunk, notes);
    for (const oldest of this.chunks.keys()) {
      if (this.chunks.size <= MAX_CHUNKS) break;
      this.chunks.delete(oldest);
    }
    this.changed();
  }

  private chunkOf(address: bigint): bigint {
    const size = BigInt(CHUNK);
    const phase = this.phase % size;
    return address < phase ? phase : address - ((address - phase) % size);
  }
}
