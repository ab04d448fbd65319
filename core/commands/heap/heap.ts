import { command } from '../command.ts';
import { chooseForm, type FormAnswer } from './chooseForm.ts';
import { heapsOf } from './heapsOf.ts';
import { heapHelp } from './heapHelp.ts';

export const heap = command<FormAnswer>({
  name: '!heap',
  tier: 'A',
  summary: 'Shows heaps: their sums, segments, blocks, free lists, damage, leaks, and who allocated what.',
  ...heapHelp,
  async run(call) {
    const { session } = call;
    const words = call.args.split(/\s+/).filter((word) => word !== '');
    const form = chooseForm(words, (text) => session.evaluator.evaluate(text));
    const heaps = heapsOf(session);
    await heaps.scan(call.pace);
    return form({ call, heaps });
  },
  print: (answer, out) => answer.print(out),
  data: (answer): ReturnType<FormAnswer['data']> => answer.data(),
});
