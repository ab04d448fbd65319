import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import { MAX_FRAMES } from './stackOptions.ts';

export const kframes = command<{ readonly limit: number }>({
  name: '.kframes',
  tier: 'B',
  syntax: ['.kframes FrameCount'],
  summary: 'Sets how many frames k shows when no count is given.',
  run: ({ session, args }) => {
    const value = args === '' ? BigInt(session.frameLimit) : session.evaluator.evaluate(args);
    if (value < 1n || value > BigInt(MAX_FRAMES)) {
      throw new UsageError(`.kframes takes a number from 1 to 0x${MAX_FRAMES.toString(16)}`);
    }
    session.frameLimit = Number(value);
    return { limit: session.frameLimit };
  },
  print: ({ limit }, out) => {
    out.line(`Default stack trace depth is 0n${limit} frames`);
  },
  data: ({ limit }) => ({ limit }),
});
