import { decodeLatin1z } from '../../bytes/index.ts';
import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/** PROCESSOR_ARCHITECTURE_* (winnt.h); 0x8003 is Breakpad's own for ARM64, from before Windows had one. */
export const ProcessorArchitecture = {
  Intel: 0,
  Arm: 5,
  Ia64: 6,
  Amd64: 9,
  Arm64: 12,
  BreakpadArm64: 0x8003,
} as const;

/** What CPUID told an x86 writer. */
export interface X86CpuInfo {
  readonly kind: 'x86';
  /** `GenuineIntel` */
  readonly vendorId: string;
  /** leaf 1, EAX: family, model, stepping */
  readonly versionInformation: number;
  /** leaf 1, EDX */
  readonly featureInformation: number;
  /** leaf 0x80000001, EBX; set for AMD processors only */
  readonly amdExtendedCpuFeatures: number;
}

/** PF_* feature bits, as IsProcessorFeaturePresent numbers them. */
export interface OtherCpuInfo {
  readonly kind: 'other';
  readonly processorFeatures: readonly [bigint, bigint];
}

/** MINIDUMP_SYSTEM_INFO. */
export interface SystemInfo {
  readonly processorArchitecture: number;
  readonly processorLevel: number;
  readonly processorRevision: number;
  readonly numberOfProcessors: number;
  /** VER_NT_*: 1 workstation, 2 domain controller, 3 server; 0 where the writer did not know */
  readonly productType: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly buildNumber: number;
  /** VER_PLATFORM_*, 2 for NT; 0x8101 and above are Breakpad's for other systems */
  readonly platformId: number;
  /** `Service Pack 1` */
  readonly csdVersion: string;
  readonly csdVersionRva: number;
  readonly suiteMask: number;
  /** absent where the stream ends before it */
  readonly cpu?: X86CpuInfo | OtherCpuInfo;
}

const FIXED_SIZE = 32;
const CPU_SIZE = 24;

/** The system stream, or undefined where its fixed part is cut off. */
export function readSystemInfo(file: DumpFile, entry: DirectoryEntry): SystemInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), FIXED_SIZE + CPU_SIZE));
  if (!r.has(0, FIXED_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short to tell the system`);
    return undefined;
  }
  const processorArchitecture = r.u16(0);
  const csdVersionRva = r.u32(24);
  let cpu: SystemInfo['cpu'];
  if (r.has(FIXED_SIZE, CPU_SIZE)) {
    cpu =
      processorArchitecture === ProcessorArchitecture.Intel
        ? {
            kind: 'x86',
            vendorId: decodeLatin1z(r.slice(32, 12)),
            versionInformation: r.u32(44),
            featureInformation: r.u32(48),
            amdExtendedCpuFeatures: r.u32(52),
          }
        : { kind: 'other', processorFeatures: [r.u64(32), r.u64(40)] };
  }
  return {
    processorArchitecture,
    processorLevel: r.u16(2),
    processorRevision: r.u16(4),
    numberOfProcessors: r.u8(6),
    productType: r.u8(7),
    majorVersion: r.u32(8),
    minorVersion: r.u32(12),
    buildNumber: r.u32(16),
    platformId: r.u32(20),
    csdVersion: file.string(csdVersionRva),
    csdVersionRva,
    suiteMask: r.u16(28),
    cpu,
  };
}
