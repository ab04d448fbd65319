import { hexAddress } from '../../bytes/index.ts';
import { readExceptionPointers, readExceptionRecord } from '../../analysis/index.ts';
import { formatAddress, type Line, type Output } from '../../output/index.ts';
import { ContextRecord, contextSize, type Address, type RegisterContext } from '../../target/index.ts';
import { UsageError } from '../../errors/index.ts';
import { command, type Call } from '../command.ts';
import { registerLines, whereLines } from '../registers/index.ts';
import type { Session } from '../session.ts';
import { exceptionData, exceptionLines, exceptionModel, type ExceptionModel } from './exceptionText.ts';

/** An exception record and a context, and where they are. */
export interface PointedException {
  readonly record: Address;
  readonly context: Address;
  readonly exception: ExceptionModel;
  readonly registers: RegisterContext;
  readonly where: readonly Line[];
  readonly pointerSize: 4 | 8;
}

export const exptr = command<PointedException>({
  name: '.exptr',
  tier: 'B',
  syntax: ['.exptr Address'],
  summary: 'Shows the exception record and the context that an EXCEPTION_POINTERS structure leads to.',
  run,
  print: printPointed,
  data: pointedData,
});

/** The lines of .exptr. */
export function printPointed(model: PointedException, out: Output): void {
  out.line(`----- Exception record at ${formatAddress(model.record, model.pointerSize)}:`);
  for (const line of exceptionLines(model.exception)) out.line(...line);
  out.line(`----- Context record at ${formatAddress(model.context, model.pointerSize)}:`);
  for (const line of registerLines(model.registers)) out.line(...line);
  for (const line of model.where) out.line(...line);
}

export function pointedData(model: PointedException) {
  return {
    record: hexAddress(model.record),
    context: hexAddress(model.context),
    exception: exceptionData(model.exception),
    registers: Object.fromEntries(
      model.registers
        .definitions()
        .filter((d) => !d.part && ['integer', 'flags', 'segment'].includes(d.kind))
        .map((d) => [d.name, hexAddress(model.registers.get(d.name) ?? 0n)]),
    ),
  };
}

async function run({ session, args }: Call): Promise<PointedException> {
  if (args === '') throw new UsageError('.exptr takes the address of an EXCEPTION_POINTERS structure');
  const { machine, target } = session;
  return readPointed(session, readExceptionPointers(target.memory, machine, session.evaluator.address(args)));
}

/** Reads a record and a context from where they lie. */
export async function readPointed(
  session: Session,
  { record, context }: { readonly record: Address; readonly context: Address },
): Promise<PointedException> {
  const { machine } = session;
  const { memory } = session.target;
  const registers = new ContextRecord(machine, memory.read(context, contextSize(machine)));
  return {
    record,
    context,
    exception: exceptionModel(session, readExceptionRecord(memory, machine, record)),
    registers,
    where: await whereLines(session, registers),
    pointerSize: machine.pointerSize,
  };
}
