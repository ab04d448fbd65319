import { type Minidump, ProcessorArchitecture, type TimeZone } from '../minidump/index.ts';
import { MACHINES, type Machine } from './machine.ts';
import { readStruct, tryRead, type Memory } from './memory.ts';
import type { SystemDescription } from './model.ts';
import { contextSize } from './registers/index.ts';

/** Streams that only Wine writes (WINE-HEAP.md, section 1). */
const WINE_STREAM = 0xfff0;
/** KUSER_SHARED_DATA lies here in every process since NT 3.5; InterruptTime at 8 counts 100 ns since boot. */
const SHARED_USER_DATA = 0x7ffe0000n;
const INTERRUPT_TIME = 8n;
const TIME_ZONE_ID_STANDARD = 1;
const TIME_ZONE_ID_DAYLIGHT = 2;
const FILETIME_PER_SECOND = 10_000_000n;

/** The machine of a dump: as SystemInfo says, else by the size of its thread contexts, else x86. */
export function machineOf(dump: Minidump): Machine {
  switch (dump.systemInfo?.processorArchitecture) {
    case ProcessorArchitecture.Intel:
      return MACHINES.x86;
    case ProcessorArchitecture.Amd64:
      return MACHINES.x64;
    case ProcessorArchitecture.Arm64:
      return MACHINES.arm64;
    case ProcessorArchitecture.Arm:
      return MACHINES.arm;
    default: {
      const size = dump.threads[0]?.context.size;
      return Object.values(MACHINES).find((m) => contextSize(m) === size) ?? MACHINES.x86;
    }
  }
}

/** Which Windows, which hardware, when: from SystemInfo, MiscInfo, the header and the shared user data page. */
export function describeSystem(dump: Minidump, machine: Machine, memory: Memory): SystemDescription {
  const system = dump.systemInfo;
  const misc = dump.miscInfo;
  return {
    machine,
    os: {
      major: system?.majorVersion ?? 0,
      minor: system?.minorVersion ?? 0,
      build: system?.buildNumber ?? 0,
      servicePack: system?.csdVersion === '' ? undefined : system?.csdVersion,
      productType: system?.productType,
      suiteMask: system?.suiteMask,
      platformId: system?.platformId,
    },
    processors: system?.numberOfProcessors,
    buildString: misc?.buildString,
    dumpTime: dump.header.timestamp || undefined,
    processId: misc?.processId,
    processCreateTime: misc?.processCreateTime,
    processUserTime: misc?.processUserTime,
    processKernelTime: misc?.processKernelTime,
    timeZoneBias: bias(misc?.timeZone),
    systemUptimeSeconds: uptime(memory),
    wine: dump.directory.some((e) => e.type === WINE_STREAM) || /\bwine\b/i.test(misc?.buildString ?? ''),
  };
}

/** Minutes from local time to UTC when the dump was written: the season's own bias counts on top (TIME_ZONE_INFORMATION). */
function bias(zone: TimeZone | undefined): number | undefined {
  if (!zone) return undefined;
  const season =
    zone.id === TIME_ZONE_ID_DAYLIGHT
      ? zone.daylightBias
      : zone.id === TIME_ZONE_ID_STANDARD
        ? zone.standardBias
        : 0;
  return zone.bias + season;
}

function uptime(memory: Memory): number | undefined {
  return tryRead(() => {
    const time = readStruct(memory, SHARED_USER_DATA + INTERRUPT_TIME, 8).u64(0);
    return time === 0n ? undefined : Number(time / FILETIME_PER_SECOND);
  });
}
