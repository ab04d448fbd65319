import { readLocation, type DirectoryEntry, type DumpFile, type Location } from '../dumpFile.ts';

/** MINIDUMP_EXCEPTION, with the fields of core/target's ExceptionRecord. */
export interface ExceptionInfo {
  /** ExceptionCode: 0xc0000005 */
  readonly code: number;
  readonly flags: number;
  /** address of a chained record, 0 if none */
  readonly record: bigint;
  readonly address: bigint;
  readonly parameters: readonly bigint[];
}

/** MINIDUMP_EXCEPTION_STREAM. */
export interface ExceptionStream {
  readonly threadId: number;
  readonly record: ExceptionInfo;
  /** the CONTEXT at the exception; size 0 where the stream ends before it */
  readonly context: Location;
}

/** EXCEPTION_MAXIMUM_PARAMETERS (winnt.h). */
const MAX_PARAMETERS = 15;
const PARAMETERS_OFFSET = 40;
const CONTEXT_OFFSET = PARAMETERS_OFFSET + MAX_PARAMETERS * 8;
const STREAM_SIZE = CONTEXT_OFFSET + 8;

/** The exception stream, or undefined where it ends before the record's parameters. */
export function readException(file: DumpFile, entry: DirectoryEntry): ExceptionStream | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), STREAM_SIZE));
  if (!r.has(0, PARAMETERS_OFFSET)) {
    file.problems.add(entry.rva, `${entry.name} is too short for an exception record`);
    return undefined;
  }
  const claimed = r.u32(32);
  const count = Math.min(claimed, MAX_PARAMETERS);
  if (claimed > MAX_PARAMETERS) {
    file.problems.add(
      entry.rva + 32,
      `the exception claims ${claimed} parameters, ${MAX_PARAMETERS} at most are possible`,
    );
  }
  const parameters: bigint[] = [];
  for (let i = 0; i < count && r.has(PARAMETERS_OFFSET + i * 8, 8); i++) {
    parameters.push(file.address(r.u64(PARAMETERS_OFFSET + i * 8)));
  }
  return {
    threadId: r.u32(0),
    record: {
      code: r.u32(8),
      flags: r.u32(12),
      record: file.address(r.u64(16)),
      address: file.address(r.u64(24)),
      parameters,
    },
    context: r.has(CONTEXT_OFFSET, 8) ? readLocation(r, CONTEXT_OFFSET) : { size: 0, rva: 0 },
  };
}
