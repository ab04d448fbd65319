import { UsageError } from '../../errors/index.ts';
import { ContextRecord, contextSize } from '../../target/index.ts';
import { command } from '../command.ts';
import { contextData, contextModel, printContext, type ContextModel } from './contexts.ts';

/**
 * Where a fiber keeps its CONTEXT: behind FiberData, ExceptionList, StackBase, StackLimit and DeallocationStack, which
 * are pointers, at the CONTEXT's own alignment: ReactOS' FIBER asserts these offsets, and SwitchToFiber in the x86 and
 * x64 kernelbase.dll of the lab's Wine reads them (`lea rdx,[rcx+30h]`, `add edx,14h`). No Windows binary was looked at.
 */
const CONTEXT_OFFSET = { 4: 0x14n, 8: 0x30n } as const;
const [STACK_BASE, STACK_LIMIT] = [2, 3];

export const fiber = command<ContextModel>({
  name: '.fiber',
  tier: 'C',
  syntax: ['.fiber [Address]'],
  summary:
    "Takes the registers that a fiber saved as the context; without an address goes back to the thread's own.",
  run({ session, args }) {
    const address = args === '' ? 0n : session.evaluator.address(args);
    if (address === 0n) {
      session.setContext(undefined);
      return { where: [] };
    }
    const { machine } = session;
    const { pointerSize } = machine;
    const { memory } = session.target;
    const bytes = memory.read(address + CONTEXT_OFFSET[pointerSize], contextSize(machine));
    const registers = new ContextRecord(machine, bytes);
    const word = (index: number): bigint => {
      const view = memory.read(address + BigInt(index * pointerSize), pointerSize);
      return view.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    };
    // a fiber's stack pointer lies in its own stack: what has it elsewhere is none
    if (registers.sp < word(STACK_LIMIT) || registers.sp > word(STACK_BASE))
      throw new UsageError(`.fiber: there is no fiber at '${args}': its stack pointer is not in its stack`);
    session.setContext(registers);
    return contextModel(session, registers);
  },
  print: printContext,
  data: contextData,
});
