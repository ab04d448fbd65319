/** The streams about system and process, as minidumpapiset.h lays them out (packed to 4 bytes). */
import type {
  ExceptionDescription,
  HandleDescription,
  MiscInfoDescription,
  SystemInfoDescription,
} from './description.ts';
import type { MemoryInfo } from '../streams/memoryInfos.ts';
import type { SystemTime } from '../streams/miscInfo.ts';
import { RecordWriter, type FileLayout } from './fileLayout.ts';

const VER_PLATFORM_WIN32_NT = 2;

/** MINIDUMP_SYSTEM_INFO: 32 bytes and CPU_INFORMATION. */
export function systemInfoStream(layout: FileLayout, s: SystemInfoDescription): Uint8Array {
  return new RecordWriter(56)
    .u16(s.processorArchitecture)
    .u16(s.processorLevel ?? 0)
    .u16(s.processorRevision ?? 0)
    .u8(s.numberOfProcessors ?? 1)
    .u8(s.productType ?? 1)
    .u32(s.majorVersion)
    .u32(s.minorVersion)
    .u32(s.buildNumber)
    .u32(s.platformId ?? VER_PLATFORM_WIN32_NT)
    .u32(layout.placeString(s.csdVersion ?? ''))
    .u16(s.suiteMask ?? 0)
    .u16(0)
    .raw(s.cpu ?? new Uint8Array(0), 24).bytes;
}

/** MINIDUMP_EXCEPTION_STREAM. */
export function exceptionStream(layout: FileLayout, e: ExceptionDescription): Uint8Array {
  const parameters = (e.record.parameters ?? []).slice(0, 15);
  const context = e.context ?? new Uint8Array(0);
  const w = new RecordWriter(168)
    .u32(e.threadId)
    .u32(0)
    .u32(e.record.code)
    .u32(e.record.flags ?? 0)
    .u64(e.record.record ?? 0n)
    .u64(e.record.address)
    .u32(parameters.length)
    .u32(0);
  for (const p of parameters) w.u64(p);
  w.skip((15 - parameters.length) * 8);
  return w.u32(context.length).u32(context.length > 0 ? layout.place(context) : 0).bytes;
}

/** Sizes of MINIDUMP_MISC_INFO, _2, _3, _4, _5. */
const MISC_SIZES = { 1: 24, 2: 44, 3: 232, 4: 832, 5: 1364 } as const;

function miscVersion(m: MiscInfoDescription): keyof typeof MISC_SIZES {
  if (m.processCookie !== undefined || m.xstate !== undefined) return 5;
  if (m.buildString !== undefined || m.dbgBldStr !== undefined) return 4;
  const third = [m.processIntegrityLevel, m.processExecuteFlags, m.protectedProcess, m.timeZone];
  if (third.some((v) => v !== undefined)) return 3;
  return m.processorMaxMhz === undefined ? 1 : 2;
}

/** MINIDUMP_MISC_INFO of the lowest version that holds what is given; Flags1 says which fields count. */
export function miscInfoStream(m: MiscInfoDescription): Uint8Array {
  const size = MISC_SIZES[miscVersion(m)];
  let flags = 0;
  const when = (value: unknown, bit: number): void => {
    if (value !== undefined) flags |= bit;
  };
  when(m.processId, 0x1);
  when(m.processCreateTime, 0x2);
  when(m.processorMaxMhz, 0x4);
  when(m.processIntegrityLevel, 0x10);
  when(m.processExecuteFlags, 0x20);
  when(m.timeZone, 0x40);
  when(m.protectedProcess, 0x80);
  when(m.buildString ?? m.dbgBldStr, 0x100);
  when(m.processCookie, 0x200);
  const w = new RecordWriter(MISC_SIZES[5])
    .u32(size)
    .u32(flags)
    .u32(m.processId ?? 0)
    .u32(m.processCreateTime ?? 0)
    .u32(m.processUserTime ?? 0)
    .u32(m.processKernelTime ?? 0)
    .u32(m.processorMaxMhz ?? 0)
    .u32(m.processorCurrentMhz ?? 0)
    .u32(m.processorMhzLimit ?? 0)
    .u32(m.processorMaxIdleState ?? 0)
    .u32(m.processorCurrentIdleState ?? 0)
    .u32(m.processIntegrityLevel ?? 0)
    .u32(m.processExecuteFlags ?? 0)
    .u32(m.protectedProcess ?? 0)
    .u32(m.timeZone?.id ?? 0)
    // TIME_ZONE_INFORMATION: bias, then name[32], SYSTEMTIME and bias of standard and of daylight time
    .u32((m.timeZone?.bias ?? 0) >>> 0)
    .utf16(m.timeZone?.standardName ?? '', 64)
    .raw(systemTime(m.timeZone?.standardDate))
    .u32((m.timeZone?.standardBias ?? 0) >>> 0)
    .utf16(m.timeZone?.daylightName ?? '', 64)
    .raw(systemTime(m.timeZone?.daylightDate))
    .u32((m.timeZone?.daylightBias ?? 0) >>> 0)
    .utf16(m.buildString ?? '', 520)
    .utf16(m.dbgBldStr ?? '', 80)
    .raw(m.xstate ? xstateConfig(m.xstate) : new Uint8Array(0), 528)
    .u32(m.processCookie ?? 0);
  return w.bytes.subarray(0, size);
}

/** SYSTEMTIME: zeros for none. */
function systemTime(t: SystemTime | undefined): Uint8Array {
  const w = new RecordWriter(16);
  if (!t) return w.bytes;
  const fields = [t.year, t.month, t.dayOfWeek, t.day, t.hour, t.minute, t.second, t.milliseconds];
  for (const field of fields) w.u16(field);
  return w.bytes;
}

/** XSTATE_CONFIG_FEATURE_MSC_INFO: 64 pairs of offset and size behind the mask of those that count. */
function xstateConfig(x: NonNullable<MiscInfoDescription['xstate']>): Uint8Array {
  const w = new RecordWriter(528).u32(528).u32(x.contextSize).u64(x.enabledFeatures);
  for (let feature = 0; feature < 64; feature++) {
    const { offset, size } = x.features.get(feature) ?? { offset: 0, size: 0 };
    w.u32(offset).u32(size);
  }
  return w.bytes;
}

/** MINIDUMP_HANDLE_DATA_STREAM. */
export function handleDataStream(layout: FileLayout, handles: readonly HandleDescription[]): Uint8Array {
  const second = handles.some((h) => (h.objectInfo ?? []).length > 0);
  const size = second ? 40 : 32;
  const w = new RecordWriter(16 + handles.length * size).u32(16).u32(size).u32(handles.length).u32(0);
  const name = (text: string | undefined): number => (text ? layout.placeString(text) : 0);
  for (const h of handles) {
    w.u64(h.handle)
      .u32(name(h.typeName))
      .u32(name(h.objectName))
      .u32(h.attributes ?? 0)
      .u32(h.grantedAccess ?? 0)
      .u32(h.handleCount ?? 0)
      .u32(h.pointerCount ?? 0);
    if (!second) continue;
    // the last link is placed first, so that each knows where the next one is
    let next = 0;
    for (const { type, bytes } of [...(h.objectInfo ?? [])].reverse()) {
      next = layout.place(
        new RecordWriter(12 + bytes.length).u32(next).u32(type).u32(bytes.length).raw(bytes).bytes,
      );
    }
    w.u32(next).u32(0);
  }
  return w.bytes;
}

/** MINIDUMP_MEMORY_INFO_LIST. */
export function memoryInfoStream(regions: readonly MemoryInfo[]): Uint8Array {
  const w = new RecordWriter(16 + regions.length * 48).u32(16).u32(48).u64(regions.length);
  for (const m of regions) {
    w.u64(m.baseAddress)
      .u64(m.allocationBase)
      .u32(m.allocationProtect)
      .u32(0)
      .u64(m.regionSize)
      .u32(m.state)
      .u32(m.protect)
      .u32(m.type)
      .u32(0);
  }
  return w.bytes;
}
