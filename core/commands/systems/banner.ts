import { Output, type Line } from '../../output/index.ts';
import { knownPlaces } from '../knownPlaces.ts';
import { systemLines, systemModel } from '../basics/index.ts';
import { eventOf, exceptionText } from '../exceptions/index.ts';
import { registerLines, whereLines } from '../registers/index.ts';
import type { Session } from '../session.ts';

/** Dots in one row of the banner: the debugger breaks the row of modules there. */
const DOTS = 64;

/** What stands above the first prompt of a dump: the dump, the system, the event. */
export function openingLines(session: Session): string[] {
  const { target, paths } = session;
  const system = systemModel(session);
  return [
    '',
    `Loading Dump File [${target.name}]`,
    system.fullMemory
      ? 'User Mini Dump File with Full Memory: Only application data is available'
      : 'User Mini Dump File: Only registers, stack and portions of memory are available',
    '',
    ...(paths?.problems ?? []).map((problem) => `WARNING: symbol path: ${problem}`),
    ...(target.dump?.problems ?? []).map(
      (p) => `WARNING: ${p.what} (at file offset 0x${p.offset.toString(16)})`,
    ),
    `Symbol search path is: ${paths?.symbolPath ?? ''}`,
    `Executable search path is: ${paths?.imagePath ?? ''}`,
    ...systemLines(system),
    ...dots(target.modules.length),
    ...unloadedLines(target.unloadedModules.length),
    ...eventLines(session),
  ];
}

/**
 * Where the thread is, as r, k and u see it: the lines behind those. It is in what wrote the dump, as a rule, and only
 * .ecxr leads to the exception. x86 has its registers above that. May throw `AwaitFirst` for symbols.
 */
export async function openingPlace(session: Session): Promise<Line[]> {
  const registers = session.registers();
  if (!registers) return [];
  const where = await whereLines(session, registers);
  const lines: Line[] = [];
  const out = new Output(
    (line) => lines.push(line),
    (address) => knownPlaces(session).has(address),
  );
  if (registers.machine.kind === 'x86') for (const line of registerLines(registers)) out.line(...line);
  return [...lines, ...where];
}

function dots(count: number): string[] {
  const rows: string[] = [];
  for (let left = count; left > 0; left -= DOTS) rows.push('.'.repeat(Math.min(DOTS, left)));
  return rows;
}

function unloadedLines(count: number): string[] {
  return count === 0 ? [] : ['Loading unloaded module list', ...dots(count)];
}

function eventLines(session: Session): string[] {
  const event = eventOf(session);
  if (!event) return [];
  const ids = `${(event.processId ?? 0).toString(16)}.${event.threadId.toString(16)}`;
  return [
    'This dump file has an exception of interest stored in it.',
    'The stored exception information can be accessed via .ecxr.',
    `(${ids}): ${exceptionText(event)} (first/second chance not available)`,
    'For analysis of this file, run !analyze -v',
  ];
}
