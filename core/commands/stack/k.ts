import { command } from '../command.ts';
import { printStackModel } from './printStack.ts';
import { stackData, stackModel, type StackModel } from './stackModel.ts';
import { parseStackOptions, STACK_COMMAND } from './stackOptions.ts';

export const k = command<StackModel>({
  name: 'k',
  pattern: STACK_COMMAND,
  tier: 'A',
  syntax: [
    'k[b|p|P|v][c][n][f][L][M] [FrameCount]',
    'k[b|p|P|v][c][n][f][L][M] = BasePtr [FrameCount]',
    'k[b|p|P|v][c][n][f][L][M] = BasePtr StackPtr InstructionPtr',
    'kd [WordCount]',
  ],
  summary:
    'Shows the stack of the current context: where each frame is, where it returns to, and its function.',
  options: [
    { flag: 'b', meaning: 'the first words of the arguments' },
    { flag: 'v', meaning: 'the same, with FPO data and calling conventions' },
    { flag: 'p, P', meaning: 'parameters with types and values, on the row or one a line' },
    { flag: 'c', meaning: 'names only' },
    { flag: 'n', meaning: 'frame numbers' },
    { flag: 'f', meaning: 'the distance between frames in bytes' },
    { flag: 'L', meaning: 'without source files and lines' },
    { flag: 'M', meaning: 'frame numbers that are links' },
    { flag: 'd', meaning: 'the raw words of the stack' },
  ],
  run: ({ session, name, args }) => stackModel(session, undefined, parseStackOptions(name, args, session)),
  print: (model, out) => {
    printStackModel(model, out);
  },
  data: stackData,
});
