import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { Line, Output } from '../../output/index.ts';
import { ContextRecord, contextSize, type RegisterContext } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { registerLines } from './registersModel.ts';
import { whereLines } from './whereLines.ts';

export interface ContextModel {
  /** undefined where the context went back to the thread's own */
  readonly registers?: RegisterContext;
  readonly where: readonly Line[];
}

export async function contextModel(session: Session, registers: RegisterContext): Promise<ContextModel> {
  return { registers, where: await whereLines(session, registers) };
}

export function printContext(model: ContextModel, out: Output): void {
  if (!model.registers) {
    out.line({ text: 'Resetting default scope' });
    return;
  }
  for (const line of registerLines(model.registers)) out.line(...line);
  for (const line of model.where) out.line(...line);
}

export function contextData(model: ContextModel): { registers?: Record<string, string> } {
  const { registers } = model;
  if (!registers) return {};
  const whole = registers
    .definitions()
    .filter((d) => !d.part && ['integer', 'flags', 'segment'].includes(d.kind));
  return {
    registers: Object.fromEntries(whole.map((d) => [d.name, hexAddress(registers.get(d.name) ?? 0n)])),
  };
}

export const ecxr = command<ContextModel>({
  name: '.ecxr',
  aliases: ['.excr'],
  tier: 'A',
  syntax: ['.ecxr'],
  summary: 'Takes the registers at the exception as the context, and shows them.',
  run: ({ session }) => {
    const { exception, threads } = session.target;
    if (!exception) throw new NotAvailable("Minidump doesn't have an exception context");
    if (!exception.context) throw new NotAvailable('The exception stream has no context record');
    const thread = threads.find((t) => t.id === exception.threadId);
    if (thread) session.selectThread(thread);
    session.setContext(exception.context);
    return contextModel(session, exception.context);
  },
  print: printContext,
  data: contextData,
});

export const cxr = command<ContextModel>({
  name: '.cxr',
  tier: 'A',
  syntax: ['.cxr [/f Size] [Address]'],
  summary:
    "Takes a CONTEXT record in memory as the context; without an address (or with 0) goes back to the thread's own.",
  options: [
    {
      flag: '/f Size',
      meaning: 'accepted: the size of a record follows from the machine in effect (.effmach)',
    },
    { flag: '/w', meaning: 'writes the context to memory, which a dump does not allow' },
  ],
  run: ({ session, args: typed }: Call) => {
    if (/^\/w\b/.test(typed))
      throw new UsageError(
        '.cxr /w writes to the memory of the target: a dump is not changed',
        'not-applicable',
      );
    const args = typed.replace(/^\/f\s+\S+\s*/, '');
    const address = args === '' ? 0n : session.evaluator.address(args);
    if (address === 0n) {
      session.setContext(undefined);
      return { where: [] };
    }
    if (address === -1n)
      throw new UsageError('.cxr takes the address of a CONTEXT record; .ecxr takes that of the exception');
    const bytes = session.target.memory.read(address, contextSize(session.machine));
    const registers = new ContextRecord(session.machine, bytes);
    session.setContext(registers);
    return contextModel(session, registers);
  },
  print: printContext,
  data: contextData,
});
