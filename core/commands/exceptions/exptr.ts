import { hexAddress } from '../../bytes/index.ts';
import { readExceptionPointers, readExceptionRecord } from '../../analysis/index.ts';
import { formatAddress, type Line } from '../../output/index.ts';
import { ContextRecord, contextSize, type Address, type RegisterContext } from '../../target/index.ts';
import {
  exceptionData,
  exceptionLines,
  exceptionModel,
  registerLines,
  whereLines,
  type ExceptionModel,
} from '../basics/index.ts';
import { UsageError } from '../../errors/index.ts';
import { command, type Call } from '../command.ts';

interface Model {
  readonly record: Address;
  readonly context: Address;
  readonly exception: ExceptionModel;
  readonly registers: RegisterContext;
  readonly where: readonly Line[];
  readonly pointerSize: 4 | 8;
}

export const exptr = command<Model>({
  name: '.exptr',
  tier: 'B',
  syntax: ['.exptr Address'],
  summary: 'Shows the exception record and the context that an EXCEPTION_POINTERS structure leads to.',
  run,
  print: (model, out) => {
    out.line(`----- Exception record at ${formatAddress(model.record, model.pointerSize)}:`);
    for (const line of exceptionLines(model.exception)) out.line(line);
    out.line(`----- Context record at ${formatAddress(model.context, model.pointerSize)}:`);
    for (const line of registerLines(model.registers)) out.line(line);
    for (const line of model.where) out.line(...line);
  },
  data: (model) => ({
    record: hexAddress(model.record),
    context: hexAddress(model.context),
    exception: exceptionData(model.exception),
    registers: Object.fromEntries(
      model.registers
        .definitions()
        .filter((d) => !d.part && ['integer', 'flags', 'segment'].includes(d.kind))
        .map((d) => [d.name, hexAddress(model.registers.get(d.name) ?? 0n)]),
    ),
  }),
});

async function run({ session, args }: Call): Promise<Model> {
  if (args === '') throw new UsageError('.exptr takes the address of an EXCEPTION_POINTERS structure');
  const { machine } = session;
  const { memory } = session.target;
  const pointers = readExceptionPointers(memory, machine, session.evaluator.address(args));
  const record = readExceptionRecord(memory, machine, pointers.record);
  const registers = new ContextRecord(machine, memory.read(pointers.context, contextSize(machine)));
  return {
    ...pointers,
    exception: exceptionModel(session, record),
    registers,
    where: await whereLines(session, registers),
    pointerSize: machine.pointerSize,
  };
}
