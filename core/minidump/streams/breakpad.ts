import { decodeUtf16z } from '../../bytes/index.ts';
import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/** MDRawBreakpadInfo (Breakpad's minidump_format.h): who asked for the dump and who wrote it. */
export interface BreakpadInfo {
  readonly dumpThreadId?: number;
  readonly requestingThreadId?: number;
}

/** MDRawAssertionInfo: a CRT handler that ended the process. */
export interface AssertionInfo {
  readonly expression: string;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** 1 invalid parameter, 2 pure virtual call */
  readonly type: number;
}

const DUMP_THREAD_VALID = 1;
const REQUESTING_THREAD_VALID = 2;
/** 128 UTF-16 characters each */
const TEXT_SIZE = 256;
const ASSERTION_SIZE = 3 * TEXT_SIZE + 8;

export function readBreakpadInfo(file: DumpFile, entry: DirectoryEntry): BreakpadInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), 12));
  if (!r.has(0, 12)) return undefined;
  const valid = r.u32(0);
  return {
    dumpThreadId: valid & DUMP_THREAD_VALID ? r.u32(4) : undefined,
    requestingThreadId: valid & REQUESTING_THREAD_VALID ? r.u32(8) : undefined,
  };
}

export function readAssertionInfo(file: DumpFile, entry: DirectoryEntry): AssertionInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), ASSERTION_SIZE));
  if (!r.has(0, ASSERTION_SIZE)) return undefined;
  return {
    expression: decodeUtf16z(r.slice(0, TEXT_SIZE)),
    function: decodeUtf16z(r.slice(TEXT_SIZE, TEXT_SIZE)),
    file: decodeUtf16z(r.slice(2 * TEXT_SIZE, TEXT_SIZE)),
    line: r.u32(3 * TEXT_SIZE),
    type: r.u32(3 * TEXT_SIZE + 4),
  };
}
