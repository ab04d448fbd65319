import { readExceptionRecord } from '../../analysis/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { command, type Call } from '../command.ts';
import { exceptionData, exceptionLines, exceptionModel, type ExceptionModel } from './exceptionText.ts';

export const exr = command<ExceptionModel>({
  name: '.exr',
  tier: 'A',
  syntax: ['.exr -1', '.exr Address'],
  summary: "Shows an exception record: the event's, or the one at an address.",
  run,
  print: (model, out) => {
    for (const line of exceptionLines(model)) out.line(...line);
  },
  data: exceptionData,
});

function run({ session, args }: Call): ExceptionModel {
  const { target, machine } = session;
  const address = args === '' ? undefined : session.evaluator.address(args);
  const ofEvent = address === undefined || BigInt.asIntN(machine.pointerSize * 8, address) === -1n;
  const record = ofEvent ? target.exception?.record : readExceptionRecord(target.memory, machine, address);
  if (!record) throw new NotAvailable('The dump has no exception record');
  return exceptionModel(session, record);
}
