import { eventOf, exceptionText, systemLines, systemModel, whereLines } from '../commands/basics/index.ts';
import type { Line } from '../output/index.ts';
import type { Engine, Listener } from './engine.ts';
import { untilReady } from './untilReady.ts';

/** Dots in one row of the banner: the debugger breaks the row of modules there. */
const DOTS = 64;

/**
 * What stands above the first prompt: the dump, the system, the event, and where the thread is. Waits for the symbols
 * of the module there, as the debugger does.
 */
export function bannerLines(engine: Engine, listener: Pick<Listener, 'progress'> = {}): Promise<Line[]> {
  return untilReady(async () => (await linesOf(engine)).map((line) => engine.shown(line)), listener);
}

async function linesOf(engine: Engine): Promise<Line[]> {
  const { session } = engine;
  const { target, host } = session;
  const system = systemModel(session);
  const lines: string[] = [
    '',
    `Loading Dump File [${target.name}]`,
    system.fullMemory
      ? 'User Mini Dump File with Full Memory: Only application data is available'
      : 'User Mini Dump File: Only registers, stack and portions of memory are available',
    '',
    ...(host.paths?.problems ?? []).map((problem) => `WARNING: symbol path: ${problem}`),
    ...target.dump.problems.map((p) => `WARNING: ${p.what} (at file offset 0x${p.offset.toString(16)})`),
    `Symbol search path is: ${host.paths?.symbolPath ?? ''}`,
    `Executable search path is: ${host.paths?.imagePath ?? ''}`,
    ...systemLines(system),
    ...dots(target.modules.length),
    ...eventLines(engine),
  ];
  const registers = session.target.exception?.context ?? session.registers();
  return [...lines.map((text) => [{ text }]), ...(registers ? await whereLines(session, registers) : [])];
}

function dots(count: number): string[] {
  const rows: string[] = [];
  for (let left = count; left > 0; left -= DOTS) rows.push('.'.repeat(Math.min(DOTS, left)));
  return rows;
}

function eventLines({ session }: Engine): string[] {
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
