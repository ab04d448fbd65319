import { command, type Call } from '../command.ts';
import { commandString } from '../each/eachVariables.ts';
import { printStackModel, rowLines } from './printStack.ts';
import { stackData, stackModel, type StackModel } from './stackModel.ts';
import { parseStackOptions } from './stackOptions.ts';

interface EachFrame {
  readonly stack: StackModel;
  /** commands to run in each frame; empty: the frames are only listed */
  readonly line: string;
}

export const forEachFrame = command<EachFrame>({
  name: '!for_each_frame',
  tier: 'B',
  syntax: ['!for_each_frame ["CommandString"]'],
  summary:
    'Runs commands once in each frame of the stack, as if .frame had chosen it; @$frame is its number.',
  run({ session, args }) {
    const stack = stackModel(session, undefined, parseStackOptions('kn', '', session));
    return { stack, line: commandString(args) };
  },
  async print({ stack, line }, out, { session, execute, pace }: Call) {
    if (line === '') {
      printStackModel(stack, out);
      return;
    }
    const before = session.frame;
    try {
      for (const row of stack.rows) {
        for (const parts of rowLines(row, stack.options, stack.machine.pointerSize)) out.line(...parts);
        session.frame = row.frame.index;
        await execute(line, out);
        pace.throwIfCancelled();
      }
    } finally {
      session.frame = before;
    }
  },
  data: ({ stack }) => stackData(stack),
});
