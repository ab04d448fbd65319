import { NotAvailable } from '../../errors/index.ts';
import { command, type Command } from '../command.ts';
import { ANSWERS, type Answer } from './answers.ts';

/** Commands that say in one sentence why they have nothing to do. */
export const answeredCommands: readonly Command[] = ANSWERS.map(answered);

function answered({ name, aliases, tier, answer, harmless }: Answer): Command {
  const sentence = `${name} ${answer}`;
  return command({
    name,
    aliases,
    tier,
    syntax: [name],
    summary: `${answer.charAt(0).toUpperCase()}${answer.slice(1)}.`,
    // scripts go on over a setting; what was asked for and is not there is a failure
    run: () => {
      if (!harmless) throw new NotAvailable(sentence);
      return sentence;
    },
    print: (text, out) => out.line(text),
    data: (text) => ({ answer: text }),
  });
}
