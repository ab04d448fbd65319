import type { DirectoryEntry, DumpFile, Location } from '../dumpFile.ts';

/**
 * A token as MiniDumpWithTokenInformation stores it: MINIDUMP_TOKEN_INFO_HEADER, then pairs of offset (from the
 * header) and size, one for each piece of token information. The header file names neither the pairs nor their
 * order; dumps of Windows 7 have seven.
 */
export interface TokenInfo {
  /** a process id or a thread id, as the token was opened by */
  readonly id: number;
  readonly handle: bigint;
  /** the whole record, header included */
  readonly location: Location;
  readonly parts: readonly Location[];
}

const LIST_HEADER_SIZE = 16;
const HEADER_SIZE = 16;
/** Bytes of pairs that are read at most. */
const MAX_PAIRS = 64 * 8;

/** TokenStream. A token's size counts its header. */
export function readTokens(file: DumpFile, entry: DirectoryEntry): TokenInfo[] {
  const available = file.available(entry);
  const head = file.reader(entry.rva, Math.min(available, LIST_HEADER_SIZE));
  if (!head.has(0, LIST_HEADER_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its header`);
    return [];
  }
  const claimed = head.u32(4);
  const headerSize = head.u32(12);
  const tokens: TokenInfo[] = [];
  let at = head.u32(8);
  while (tokens.length < claimed && headerSize >= HEADER_SIZE && at + headerSize <= available) {
    const rva = entry.rva + at;
    const r = file.reader(rva, Math.min(headerSize, HEADER_SIZE + MAX_PAIRS));
    if (!r.has(0, HEADER_SIZE)) break;
    const size = r.u32(0);
    if (size < headerSize || at + size > available) break;
    const parts: Location[] = [];
    for (let pair = HEADER_SIZE; r.has(pair, 8); pair += 8) {
      const offset = r.u32(pair);
      const length = r.u32(pair + 4);
      if (length > 0 && offset + length <= size) parts.push({ size: length, rva: rva + offset });
    }
    tokens.push({ id: r.u32(4), handle: r.u64(8), location: { size, rva }, parts });
    at += size;
  }
  if (tokens.length < claimed) {
    file.problems.add(entry.rva, `${entry.name} has ${tokens.length} of the ${claimed} tokens it claims`);
  }
  return tokens;
}
