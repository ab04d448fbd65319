import { type ByteReader, decodeUtf16z } from '../../bytes/index.ts';
import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/** A SYSTEMTIME as TIME_ZONE_INFORMATION uses it: a rule when year is 0. */
export interface SystemTime {
  readonly year: number;
  readonly month: number;
  readonly dayOfWeek: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: number;
}

/** TIME_ZONE_INFORMATION; biases are minutes to add to local time to get UTC. */
export interface TimeZone {
  /** TIME_ZONE_ID_*: 0 unknown, 1 standard, 2 daylight */
  readonly id: number;
  readonly bias: number;
  readonly standardName: string;
  readonly standardDate: SystemTime;
  readonly standardBias: number;
  readonly daylightName: string;
  readonly daylightDate: SystemTime;
  readonly daylightBias: number;
}

/** XSTATE_CONFIG_FEATURE_MSC_INFO: where a CONTEXT keeps the state behind its fixed part. */
export interface XStateConfig {
  readonly size: number;
  /** bytes of a whole context record */
  readonly contextSize: number;
  readonly enabledFeatures: bigint;
  /** by feature number, those enabled: offset within the XSAVE area and size, bytes */
  readonly features: ReadonlyMap<number, { readonly offset: number; readonly size: number }>;
}

/** MINIDUMP_MISC_INFO 1 to 5: a field is there when the stream is long enough and its bit in Flags1 is set. */
export interface MiscInfo {
  readonly sizeOfInfo: number;
  readonly flags1: number;
  readonly processId?: number;
  /** seconds since 1970, UTC */
  readonly processCreateTime?: number;
  /** seconds */
  readonly processUserTime?: number;
  readonly processKernelTime?: number;
  readonly processorMaxMhz?: number;
  readonly processorCurrentMhz?: number;
  readonly processorMhzLimit?: number;
  readonly processorMaxIdleState?: number;
  readonly processorCurrentIdleState?: number;
  readonly processIntegrityLevel?: number;
  readonly processExecuteFlags?: number;
  readonly protectedProcess?: number;
  readonly timeZone?: TimeZone;
  /** the system's: `19041.1.amd64fre.vb_release.191206-1406` */
  readonly buildString?: string;
  /** the writer's: `dbghelp.x64,10.0.19041.867` */
  readonly dbgBldStr?: string;
  readonly xstate?: XStateConfig;
  readonly processCookie?: number;
}

/** MINIDUMP_MISC* bits of Flags1. */
const MISC1_PROCESS_ID = 0x1;
const MISC1_PROCESS_TIMES = 0x2;
const MISC1_PROCESSOR_POWER_INFO = 0x4;
const MISC3_PROCESS_INTEGRITY = 0x10;
const MISC3_PROCESS_EXECUTE_FLAGS = 0x20;
const MISC3_TIMEZONE = 0x40;
const MISC3_PROTECTED_PROCESS = 0x80;
const MISC4_BUILDSTRING = 0x100;
const MISC5_PROCESS_COOKIE = 0x200;

const TIME_ZONE_OFFSET = 60;
const TIME_ZONE_SIZE = 172;
const BUILD_STRING_OFFSET = TIME_ZONE_OFFSET + TIME_ZONE_SIZE;
/** MAX_PATH characters */
const BUILD_STRING_SIZE = 520;
const DBG_BLD_STR_OFFSET = BUILD_STRING_OFFSET + BUILD_STRING_SIZE;
const DBG_BLD_STR_SIZE = 80;
const XSTATE_OFFSET = DBG_BLD_STR_OFFSET + DBG_BLD_STR_SIZE;
/** MAXIMUM_XSTATE_FEATURES (winnt.h) */
const XSTATE_FEATURES = 64;
const XSTATE_SIZE = 16 + XSTATE_FEATURES * 8;
const COOKIE_OFFSET = XSTATE_OFFSET + XSTATE_SIZE;
const MISC_INFO_5_SIZE = COOKIE_OFFSET + 4;

/** The misc stream, or undefined where it ends before its flags. */
export function readMiscInfo(file: DumpFile, entry: DirectoryEntry): MiscInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), MISC_INFO_5_SIZE));
  if (!r.has(0, 8)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its flags`);
    return undefined;
  }
  const flags1 = r.u32(4);
  const word = (bit: number, offset: number): number | undefined =>
    flags1 & bit && r.has(offset, 4) ? r.u32(offset) : undefined;
  const text = (offset: number, size: number): string | undefined =>
    flags1 & MISC4_BUILDSTRING && r.has(offset, size) ? decodeUtf16z(r.slice(offset, size)) : undefined;
  return {
    sizeOfInfo: r.u32(0),
    flags1,
    processId: word(MISC1_PROCESS_ID, 8),
    processCreateTime: word(MISC1_PROCESS_TIMES, 12),
    processUserTime: word(MISC1_PROCESS_TIMES, 16),
    processKernelTime: word(MISC1_PROCESS_TIMES, 20),
    processorMaxMhz: word(MISC1_PROCESSOR_POWER_INFO, 24),
    processorCurrentMhz: word(MISC1_PROCESSOR_POWER_INFO, 28),
    processorMhzLimit: word(MISC1_PROCESSOR_POWER_INFO, 32),
    processorMaxIdleState: word(MISC1_PROCESSOR_POWER_INFO, 36),
    processorCurrentIdleState: word(MISC1_PROCESSOR_POWER_INFO, 40),
    processIntegrityLevel: word(MISC3_PROCESS_INTEGRITY, 44),
    processExecuteFlags: word(MISC3_PROCESS_EXECUTE_FLAGS, 48),
    protectedProcess: word(MISC3_PROTECTED_PROCESS, 52),
    timeZone: flags1 & MISC3_TIMEZONE && r.has(56, 4 + TIME_ZONE_SIZE) ? readTimeZone(r) : undefined,
    buildString: text(BUILD_STRING_OFFSET, BUILD_STRING_SIZE),
    dbgBldStr: text(DBG_BLD_STR_OFFSET, DBG_BLD_STR_SIZE),
    xstate: r.has(XSTATE_OFFSET, XSTATE_SIZE) ? readXState(r) : undefined,
    processCookie: word(MISC5_PROCESS_COOKIE, COOKIE_OFFSET),
  };
}

function readTimeZone(r: ByteReader): TimeZone {
  const at = TIME_ZONE_OFFSET;
  return {
    id: r.u32(at - 4),
    bias: r.i32(at),
    standardName: decodeUtf16z(r.slice(at + 4, 64)),
    standardDate: readSystemTime(r, at + 68),
    standardBias: r.i32(at + 84),
    daylightName: decodeUtf16z(r.slice(at + 88, 64)),
    daylightDate: readSystemTime(r, at + 152),
    daylightBias: r.i32(at + 168),
  };
}

function readSystemTime(r: ByteReader, at: number): SystemTime {
  return {
    year: r.u16(at),
    month: r.u16(at + 2),
    dayOfWeek: r.u16(at + 4),
    day: r.u16(at + 6),
    hour: r.u16(at + 8),
    minute: r.u16(at + 10),
    second: r.u16(at + 12),
    milliseconds: r.u16(at + 14),
  };
}

/** Undefined where the writer left it all zero: contexts then end with their fixed part. */
function readXState(r: ByteReader): XStateConfig | undefined {
  if (r.u32(XSTATE_OFFSET) === 0) return undefined;
  const enabledFeatures = r.u64(XSTATE_OFFSET + 8);
  const features = new Map<number, { offset: number; size: number }>();
  for (let i = 0; i < XSTATE_FEATURES; i++) {
    const at = XSTATE_OFFSET + 16 + i * 8;
    if ((enabledFeatures >> BigInt(i)) & 1n) features.set(i, { offset: r.u32(at), size: r.u32(at + 4) });
  }
  return { size: r.u32(XSTATE_OFFSET), contextSize: r.u32(XSTATE_OFFSET + 4), enabledFeatures, features };
}
