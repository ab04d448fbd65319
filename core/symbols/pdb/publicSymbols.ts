/**
 * The public symbols: every symbol with external linkage by its decorated name, all that a stripped PDB has.
 *
 *   header { bytes of hash table, bytes of address map, thunks, bytes a thunk, section and offset of the thunk table,
 *            sections }
 *   hash table, address map { offsets of records, by address }, thunk map { targets }, section map
 *
 * Thunks are the jump table of an incrementally linked image ("ILT"). Source: gsi.h, gsi.cpp of microsoft-pdb.
 */
import type { AddressSpace } from './addressSpace.ts';
import { PublicAddresses } from './publicAddresses.ts';
import { nameEnd } from './recordText.ts';
import type { StreamReader } from './streamReader.ts';
import { SymbolHash } from './symbolHash.ts';
import type { PublicSymbol } from './symbolRecord.ts';
import type { SymbolRecords } from './symbolRecords.ts';
import { recordPieces } from './recordPieces.ts';

const HEADER_BYTES = 28;
/** Of a record: what comes before its name. */
const PUBLIC_FIXED = 14;
/** A jump table has at most one thunk for each function; 16 MiB of 5-byte jumps. */
const MAX_THUNKS = 3_000_000;
/** An object file stores names up to this length in its symbol table, without a NUL. */
const COFF_SHORT_NAME = 8;

/** The jump table of an incrementally linked image, in the linker's RVAs. */
export interface ThunkTable {
  readonly rva: number;
  readonly thunkBytes: number;
  readonly count: number;
  /** RVA that a thunk jumps to */
  target(index: number): number | undefined;
}

export class PublicSymbols {
  readonly hash: SymbolHash;
  readonly addresses: PublicAddresses;
  readonly thunks: ThunkTable | undefined;
  private readonly mapOffset: number;
  private readonly mapCount: number;
  private shortNamed: number[] | undefined;

  constructor(
    private readonly stream: StreamReader,
    private readonly records: SymbolRecords,
    private readonly space: AddressSpace,
  ) {
    const hashBytes = stream.u32(0);
    const mapBytes = stream.u32(4);
    this.hash = new SymbolHash(stream, HEADER_BYTES, hashBytes);
    this.mapOffset = HEADER_BYTES + hashBytes;
    this.mapCount = Math.max(0, Math.floor(Math.min(mapBytes, stream.size - this.mapOffset) / 4));
    this.addresses = new PublicAddresses(stream, this.mapOffset, this.mapCount, records, space);
    this.thunks = this.readThunks();
  }

  /** Records of exactly this decorated name. */
  find(decorated: string): number[] {
    const named = (offset: number): boolean => this.record(offset)?.name === decorated;
    const found = this.hash.candidates(decorated).filter(named);
    if (found.length > 0 || decorated.length !== COFF_SHORT_NAME) return found;
    return this.misplaced().filter(named);
  }

  record(offset: number): PublicSymbol | undefined {
    const symbol = this.records.at(offset);
    return symbol?.is === 'public' ? symbol : undefined;
  }

  /**
   * Records with a name of eight characters. LLVM's linker (19, and before) hashes many of them wrongly: an object file
   * stores such a name without a NUL, and the hash runs on into what follows. Found in the PDBs of the lab.
   */
  private misplaced(): number[] {
    if (this.shortNamed) return this.shortNamed;
    const found: number[] = [];
    const { values } = this.addresses.all();
    for (const piece of recordPieces(this.records.stream, values)) {
      for (const { at, position } of piece.records()) {
        const name = at + PUBLIC_FIXED;
        if (nameEnd(piece.bytes, name, name + COFF_SHORT_NAME + 1) - name !== COFF_SHORT_NAME) continue;
        found.push(values[position] ?? 0);
      }
    }
    this.shortNamed = found;
    return found;
  }

  private readThunks(): ThunkTable | undefined {
    const { stream, space } = this;
    const thunkBytes = stream.u32(12);
    const mapEnd = this.mapOffset + this.mapCount * 4;
    const room = Math.max(0, stream.size - mapEnd);
    const count = Math.min(stream.u32(8), Math.floor(room / 4), MAX_THUNKS);
    if (count === 0 || thunkBytes === 0 || thunkBytes > 64) return undefined;
    const rva = space.sourceRva(stream.u16(16), stream.u32(20));
    if (rva === undefined) return undefined;
    const sectionsAt = mapEnd + count * 4;
    const sections = Math.min(stream.u32(24), Math.floor((room - count * 4) / 8));
    const target = (index: number): number | undefined => {
      if (!(index >= 0 && index < count)) return undefined;
      // a target is an offset in the sections laid end to end
      const offset = stream.u32(mapEnd + index * 4);
      for (let i = sections - 1; i >= 0; i--) {
        const from = stream.u32(sectionsAt + i * 8);
        if (from <= offset) return space.sourceRva(stream.u16(sectionsAt + i * 8 + 4), offset - from);
      }
      return undefined;
    };
    return { rva, thunkBytes, count, target };
  }
}
