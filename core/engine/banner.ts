import { openingLines, openingPlace } from '../commands/systems/index.ts';
import { visible, type Line } from '../output/index.ts';
import type { Engine, Listener } from './engine.ts';
import { untilReady } from './untilReady.ts';

/**
 * What stands above the first prompt: the dump, the system, the event, and where the thread is. Waits for the symbols
 * of the module there, as the debugger does.
 */
export function bannerLines(engine: Engine, listener: Pick<Listener, 'progress'> = {}): Promise<Line[]> {
  return untilReady(async () => (await linesOf(engine)).map((line) => safe(engine.shown(line))), listener);
}

async function linesOf({ session }: Engine): Promise<Line[]> {
  const lines: Line[] = openingLines(session).map((text) => [{ text }]);
  return [...lines, ...(await openingPlace(session))];
}

/** No command's output prints these: paths, and a service pack as the dump calls it. */
function safe(line: Line): Line {
  return line.map((s) => ({ ...s, text: visible(s.text) }));
}
