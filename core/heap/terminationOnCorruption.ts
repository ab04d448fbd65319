import type { ProcessView } from '../process/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import { readU32, tryRead } from '../target/index.ts';
import { ntdllSymbol } from './ntdllData.ts';

/** _IMAGE_OPTIONAL_HEADER.MajorSubsystemVersion from which on the loader asks for it: that of Vista */
const ASKS_FROM = 6;
/** The first Windows that has it by default; XP has it since its third service pack, where a program asks. */
const FIRST_WINDOWS = 6;

/** Whether ntdll ends the process when it finds a heap damaged. */
export interface TerminationOnCorruption {
  /** undefined where it cannot be told */
  readonly enabled: boolean | undefined;
  /** what says so: ntdll's variable, or the rule by which processes are started */
  readonly source: 'symbol' | 'rule';
  /** in words, for `rule` */
  readonly reason?: string;
}

/**
 * HeapEnableTerminationOnCorruption: once asked for, ntdll sets RtlpDisableBreakOnFailureCookie to 0. Without symbols the
 * rule tells which processes ask at their start: all 64-bit ones and 32-bit ones made for Vista or later (The Old New
 * Thing, 27 December 2013). Others may have asked themselves. Undefined before Vista, whose debugger says nothing of it.
 * May throw `AwaitFirst`.
 */
export function terminationOnCorruption(
  view: ProcessView,
  symbols: SymbolService | undefined,
): TerminationOnCorruption | undefined {
  const { target, machine, layouts } = view;
  const { memory, system } = target;
  if (system.os.major < FIRST_WINDOWS) return undefined;
  const variable = ntdllSymbol(view, symbols, 'RtlpDisableBreakOnFailureCookie');
  const cookie = variable === undefined ? undefined : tryRead(() => readU32(memory, variable));
  if (cookie !== undefined) return { enabled: cookie === 0, source: 'symbol' };
  if (machine.pointerSize === 8)
    return { enabled: true, source: 'rule', reason: 'every 64-bit process has it' };
  const peb = target.peb(machine);
  const field = 'ImageSubsystemMajorVersion';
  const version =
    peb !== undefined && layouts.has('_PEB', field)
      ? tryRead(() => readU32(memory, peb + BigInt(layouts.offset('_PEB', field))))
      : undefined;
  if (version !== undefined && version >= ASKS_FROM) {
    return { enabled: true, source: 'rule', reason: `the program's subsystem version is ${version}` };
  }
  const reason =
    version === undefined
      ? "neither ntdll's symbols nor the program's subsystem version are to be had"
      : `the program's subsystem version is ${version}: only if it asked for it`;
  return { enabled: undefined, source: 'rule', reason };
}
