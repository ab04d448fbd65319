import type { Command } from '../command.ts';
import type { Session } from '../session.ts';

/** The place in a session's cursors that keeps which d* command was the last, as its index. */
const LAST = 'd command';

/** What `d` does before any other d* command was used. */
const FIRST = 'db';

/**
 * The commands, made to take note of themselves when they succeed, and `d`, which repeats the one that did last. Where
 * `d` stands in the list it is found by its own name, so it never repeats itself.
 */
export function withRepeat(displays: readonly Command[]): readonly Command[] {
  const noted = displays.map((display, index) => ({
    ...display,
    async execute(call: Parameters<Command['execute']>[0]) {
      const answer = await display.execute(call);
      call.session.cursors.set(LAST, BigInt(index));
      return answer;
    },
  }));
  const repeat: Command = {
    name: 'd',
    aliases: [],
    tier: 'A',
    takesRestOfLine: false,
    hasData: true,
    syntax: ['d [Options] [Range]'],
    summary: 'Shows memory in the way of the last d* command; db at first.',
    options: undefined,
    execute(call) {
      const last = lastDisplay(call.session, noted) ?? noted.find((display) => display.name === FIRST);
      if (!last) throw new Error(`there is no ${FIRST} to repeat`);
      return last.execute({ ...call, name: last.name });
    },
  };
  return [repeat, ...noted];
}

function lastDisplay(session: Session, displays: readonly Command[]): Command | undefined {
  const index = session.cursors.get(LAST);
  return index === undefined ? undefined : displays[Number(index)];
}
