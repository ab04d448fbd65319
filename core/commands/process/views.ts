import { hexAddress, type Hex } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import { foreignSystem } from '../../minidump/index.ts';
import type { Output } from '../../output/index.ts';
import type { Field, ProcessView } from '../../process/index.ts';
import type { Address, Machine } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** The process as a machine sees it: the one in effect unless another is named. */
export function viewOf(session: Session, machine: Machine = session.machine): ProcessView {
  return { target: session.target, machine, layouts: session.layouts(machine) };
}

/** All views of the process: its own first, the 32-bit one second in a WOW64 dump. */
export function allViews(session: Session): ProcessView[] {
  return session.target.machines.map((machine) => viewOf(session, machine));
}

/** The address of the PEB in a view; throws `NotAvailable` where nothing in the dump leads to it. */
export function pebAddress(view: ProcessView): Address {
  const address = view.target.peb(view.machine);
  if (address === undefined) {
    const foreign = foreignSystem(view.target.system.os.platformId);
    throw new NotAvailable(
      foreign === undefined
        ? 'The dump does not say where the PEB is: it holds no TEB that names it'
        : `This is a process of ${foreign}: it has no PEB`,
    );
  }
  return address;
}

/** The dump's own PEB or TEB, and in a WOW64 dump the 32-bit one, which the debugger prints first. */
export interface BothBlocks<T> {
  readonly native?: T;
  readonly wow64?: T;
}

export function printBoth<T>(
  { native, wow64 }: BothBlocks<T>,
  print: (block: T, out: Output) => void,
  out: Output,
): void {
  if (wow64) print(wow64, out);
  if (wow64 && native) {
    out.line('');
    out.line('');
  }
  if (native) print(native, out);
}

/** An address that a person typed. */
export function addressOf(session: Session, text: string): Address {
  return toAddress(session.evaluator.evaluate(text), session.machine.pointerSize);
}

/** A symbol and how far behind it an address lies. */
export interface Place {
  readonly name: string;
  readonly displacement: bigint;
}

/** The nearest symbol with its module, or the module alone; undefined outside modules. Asked for in `run`. */
export function placeOf(session: Session, address: Address): Place | undefined {
  const found = session.symbols.nearest(address);
  if (found) return { name: `${found.module.name}!${found.symbol.name}`, displacement: found.displacement };
  const module = session.target.modules.find(address);
  return module && { name: module.name, displacement: address - module.base };
}

/** A field in JSON: an address or 64-bit value; absent where it is unknown. */
export function hexField(value: Field<bigint | number>): Hex | undefined {
  return value === null || value === undefined ? undefined : hexAddress(BigInt(value));
}

/** A field in JSON as it is; absent where it is unknown. */
export function plainField<T>(value: Field<T>): T | undefined {
  return value ?? undefined;
}
