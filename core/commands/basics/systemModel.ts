import { hexAddress } from '../../bytes/index.ts';
import { foreignSystem, productName, suiteNames } from '../../minidump/index.ts';
import { formatDuration, formatSessionTime } from '../../output/index.ts';
import type { SystemDescription } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** MINIDUMP_TYPE.MiniDumpWithFullMemory (minidumpapiset.h) */
const FULL_MEMORY = 0x2n;
/** the first build that calls itself Windows 11 */
const WINDOWS_11 = 22000;
const VER_NT_WORKSTATION = 1;

/** What vertarget says of the process' surroundings. */
export interface SystemModel {
  readonly system: SystemDescription;
  readonly wow64: boolean;
  readonly fullMemory: boolean;
  readonly flags: bigint;
  readonly isWindows: boolean;
  readonly osName: string;
  readonly kernel32Version?: string;
  readonly processUptimeSeconds?: number;
}

export function systemModel(session: Session): SystemModel {
  const { system, machines, modules, dump } = session.target;
  const kernel32 = modules.byName('kernel32.dll')?.version;
  const { dumpTime, processCreateTime } = system;
  const flags = dump?.header.flags ?? 0n;
  return {
    system,
    wow64: machines.length > 1,
    fullMemory: (flags & FULL_MEMORY) !== 0n,
    flags,
    isWindows: foreignSystem(system.os.platformId) === undefined,
    osName: osName(system),
    kernel32Version: kernel32?.fileVersion.join('.'),
    processUptimeSeconds:
      dumpTime && processCreateTime && dumpTime >= processCreateTime
        ? dumpTime - processCreateTime
        : undefined,
  };
}

/** The `data` of vertarget, as cli.md has it. */
export function systemData(m: SystemModel) {
  const { os, machine, processors, dumpTime } = m.system;
  return {
    arch: machine.kind,
    wow64: m.wow64,
    os: {
      major: os.major,
      minor: os.minor,
      build: os.build,
      servicePack: os.servicePack,
      product: productName(os.productType ?? 0),
    },
    processors,
    dumpTime,
    processUptimeSeconds: m.processUptimeSeconds,
    dumpKind: m.fullMemory ? 'full' : 'partial',
    flags: hexAddress(m.flags),
  };
}

/** The lines of vertarget and of the opening banner. */
export function systemLines(m: SystemModel): string[] {
  const { os, processors, machine, buildString } = m.system;
  const pack = os.servicePack ? ` (${os.servicePack})` : '';
  const count = processors === undefined ? '' : processors === 1 ? ' UP' : ` MP (${processors} procs)`;
  const name =
    machine.kind === 'x86'
      ? 'x86 compatible'
      : machine.kind === 'arm64'
        ? 'ARM 64-bit (AArch64)'
        : machine.kind;
  const lines = [`${m.osName} Version ${os.build}${pack}${count} Free ${name}`];
  const product = productName(os.productType ?? 0);
  if (product) lines.push(`Product: ${product}${suites(os.suiteMask)}`);
  if (buildString) lines.push(`Edition build lab: ${buildString}`);
  if (m.kernel32Version) lines.push(`kernel32.dll version: ${m.kernel32Version}`);
  lines.push('Machine Name:', ...timeLines(m));
  return lines;
}

/** The lines of .time. */
export function timeLines(m: SystemModel): string[] {
  const { dumpTime, timeZoneBias, systemUptimeSeconds, processKernelTime, processUserTime } = m.system;
  const lines = [
    `Debug session time: ${dumpTime === undefined ? 'not available' : formatSessionTime(dumpTime, timeZoneBias)}`,
    `System Uptime: ${duration(systemUptimeSeconds)}`,
    `Process Uptime: ${duration(m.processUptimeSeconds)}`,
  ];
  if (processKernelTime !== undefined) lines.push(`  Kernel time: ${duration(processKernelTime)}`);
  if (processUserTime !== undefined) lines.push(`  User time: ${duration(processUserTime)}`);
  return lines;
}

function duration(seconds: number | undefined): string {
  return seconds === undefined ? 'not available' : formatDuration(seconds * 1000);
}

/** What the debugger calls a version of Windows; it names the server editions after the client of the same core. */
function osName({ os }: SystemDescription): string {
  const foreign = foreignSystem(os.platformId);
  if (foreign !== undefined) return `${foreign} (not a Windows process)`;
  switch (`${os.major}.${os.minor}`) {
    case '5.0':
      return 'Windows 2000';
    case '5.1':
      return 'Windows XP';
    case '5.2':
      return 'Windows Server 2003';
    case '6.0':
      return os.productType === VER_NT_WORKSTATION ? 'Windows Vista' : 'Windows Server 2008';
    case '6.1':
      return 'Windows 7';
    case '6.2':
      return 'Windows 8';
    case '6.3':
      return 'Windows 8.1';
    case '10.0':
      return os.build >= WINDOWS_11 ? 'Windows 11' : 'Windows 10';
    default:
      return os.major === 0 ? 'Unknown system' : `Windows ${os.major}.${os.minor}`;
  }
}

function suites(mask = 0): string {
  const names = suiteNames(mask);
  return names.length ? `, suite: ${names.join(' ')}` : '';
}
