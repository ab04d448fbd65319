import type { Address, Thread } from '../target/index.ts';
import { field, type Field, type ProcessView, smallField } from './processView.ts';

/** `_TEB` by Windows' own names: what !teb, !gle, !tls and !address ask for. */
export interface Teb {
  readonly address: Address;
  /** whether the dump holds the first bytes of it */
  readonly inDump: boolean;
  readonly ExceptionList: Field;
  readonly StackBase: Field;
  readonly StackLimit: Field;
  readonly SubSystemTib: Field;
  readonly FiberData: Field;
  readonly ArbitraryUserPointer: Field;
  readonly Self: Field;
  readonly EnvironmentPointer: Field;
  readonly ClientId: { readonly UniqueProcess: Field; readonly UniqueThread: Field };
  readonly RealClientId: { readonly UniqueProcess: Field; readonly UniqueThread: Field };
  readonly ActiveRpcHandle: Field;
  readonly ThreadLocalStoragePointer: Field;
  readonly ProcessEnvironmentBlock: Field;
  readonly LastErrorValue: Field<number>;
  readonly LastStatusValue: Field<number>;
  readonly CountOfOwnedCriticalSections: Field<number>;
  /** `HardErrorsAreDisabled` before Windows Vista */
  readonly HardErrorMode: Field<number>;
  readonly CurrentLocale: Field<number>;
  readonly ExceptionCode: Field<number>;
  /** the lowest address of the stack's reservation */
  readonly DeallocationStack: Field;
  readonly GuaranteedStackBytes: Field<number>;
  readonly TlsExpansionSlots: Field;
  readonly ActivationContextStackPointer: Field;
}

/** The TEB at an address. */
export function readTeb(view: ProcessView, address: Address): Teb {
  const { memory } = view.target;
  const struct = view.layouts.at('_TEB', memory, address);
  const pointer = (path: string): Field => field(struct, path);
  const small = (path: string): Field<number> => smallField(struct, path);
  return {
    address,
    inDump: memory.available(address, view.machine.pointerSize) > 0,
    ExceptionList: pointer('NtTib.ExceptionList'),
    StackBase: pointer('NtTib.StackBase'),
    StackLimit: pointer('NtTib.StackLimit'),
    SubSystemTib: pointer('NtTib.SubSystemTib'),
    FiberData: pointer('NtTib.FiberData'),
    ArbitraryUserPointer: pointer('NtTib.ArbitraryUserPointer'),
    Self: pointer('NtTib.Self'),
    EnvironmentPointer: pointer('EnvironmentPointer'),
    ClientId: {
      UniqueProcess: pointer('ClientId.UniqueProcess'),
      UniqueThread: pointer('ClientId.UniqueThread'),
    },
    RealClientId: {
      UniqueProcess: pointer('RealClientId.UniqueProcess'),
      UniqueThread: pointer('RealClientId.UniqueThread'),
    },
    ActiveRpcHandle: pointer('ActiveRpcHandle'),
    ThreadLocalStoragePointer: pointer('ThreadLocalStoragePointer'),
    ProcessEnvironmentBlock: pointer('ProcessEnvironmentBlock'),
    LastErrorValue: small('LastErrorValue'),
    LastStatusValue: small('LastStatusValue'),
    CountOfOwnedCriticalSections: small('CountOfOwnedCriticalSections'),
    HardErrorMode: small(struct.has('HardErrorMode') ? 'HardErrorMode' : 'HardErrorsAreDisabled'),
    CurrentLocale: small('CurrentLocale'),
    ExceptionCode: small('ExceptionCode'),
    DeallocationStack: pointer('DeallocationStack'),
    GuaranteedStackBytes: small('GuaranteedStackBytes'),
    TlsExpansionSlots: pointer('TlsExpansionSlots'),
    ActivationContextStackPointer: pointer('ActivationContextStackPointer'),
  };
}

/** A thread's TEB in this view of the process; undefined where the dump does not say where it is. */
export function tebOf(view: ProcessView, thread: Thread): Teb | undefined {
  const address = thread.tebFor(view.machine);
  return address ? readTeb(view, address) : undefined;
}
