import { NotAvailable } from '../../errors/index.ts';
import { formatFlat, type Output, type Part, span, parts, flatPointer } from '../../output/index.ts';
import { type Field, type ProcessView, readTeb, type Teb } from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import { addressOf, allViews, type BothBlocks, hexField, plainField, printBoth, viewOf } from './views.ts';

interface TebModel {
  readonly title: readonly Part[];
  readonly teb: Teb;
  /** digits of an address: those of the dump's own machine, also for the 32-bit TEB of a 64-bit dump */
  readonly width: 4 | 8;
}

type Model = BothBlocks<TebModel>;

export const teb = command<Model>({
  name: '!teb',
  tier: 'A',
  syntax: ['!teb [TEB-Address]'],
  summary: "Shows a thread's environment block: stack bounds, ids, last error, TLS, PEB.",
  run,
  print: (model, out) => printBoth(model, print, out),
  data: ({ native, wow64 }) => {
    const main = native ?? wow64;
    return { ...(main && data(main.teb)), wow64: native && wow64 ? data(wow64.teb) : undefined };
  },
});

function run({ session, args }: Call): Model {
  const [native, narrow] = allViews(session);
  if (args !== '') {
    const address = addressOf(session, args);
    const is32 = narrow && session.target.threads.some((t) => t.tebFor(narrow.machine) === address);
    const view = is32 ? narrow : viewOf(session);
    return { native: read(view, address, view.machine.pointerSize, 'TEB') };
  }
  const { thread } = session;
  const address = native && thread?.tebFor(native.machine);
  if (!thread || !native || !address) {
    throw new NotAvailable('The dump does not say where the TEB of this thread is');
  }
  if (!narrow) return { native: read(native, address, native.machine.pointerSize, 'TEB') };
  const address32 = thread.tebFor(narrow.machine);
  return {
    native: read(native, address, 8, 'Wow64 TEB'),
    wow64: address32 === undefined ? undefined : read(narrow, address32, 8, 'Wow64 TEB32'),
  };
}

function read(view: ProcessView, address: Address, width: 4 | 8, name: string): TebModel {
  return { title: parts`${name} at ${flatPointer(address, width)}`, teb: readTeb(view, address), width };
}

function print({ title, teb: t, width }: TebModel, out: Output): void {
  out.line(...title);
  if (!t.inDump) {
    out.line('    ', span('The dump does not hold this memory.', 'missing'));
    return;
  }
  const missing = span('<unreadable>', 'missing');
  const id = (value: Field): Part => (typeof value === 'bigint' ? formatFlat(value, width) : missing);
  const flat = (value: Field): Part => (typeof value === 'bigint' ? flatPointer(value, width) : missing);
  const row = (name: string, ...value: Part[]): void => out.line(`    ${name}`.padEnd(26), ...value);
  const number = (value: Field<number>, radix: number): Part =>
    typeof value === 'number' ? (value >>> 0).toString(radix) : missing;
  row('ExceptionList:', flat(t.ExceptionList));
  row('StackBase:', flat(t.StackBase));
  row('StackLimit:', flat(t.StackLimit));
  row('SubSystemTib:', flat(t.SubSystemTib));
  row('FiberData:', flat(t.FiberData));
  row('ArbitraryUserPointer:', flat(t.ArbitraryUserPointer));
  row('Self:', flat(t.Self));
  row('EnvironmentPointer:', flat(t.EnvironmentPointer));
  const client = t.ClientId;
  const real = t.RealClientId;
  row('ClientId:', id(client.UniqueProcess), ' . ', id(client.UniqueThread));
  // a thread that impersonates a client of the LPC server keeps its own ids here
  if (real.UniqueProcess !== client.UniqueProcess || real.UniqueThread !== client.UniqueThread) {
    row('Real ClientId:', id(real.UniqueProcess), ' . ', id(real.UniqueThread));
  }
  row('RpcHandle:', flat(t.ActiveRpcHandle));
  row('Tls Storage:', flat(t.ThreadLocalStoragePointer));
  row('PEB Address:', flat(t.ProcessEnvironmentBlock));
  row('LastErrorValue:', number(t.LastErrorValue, 10));
  row('LastStatusValue:', number(t.LastStatusValue, 16));
  row('Count Owned Locks:', number(t.CountOfOwnedCriticalSections, 10));
  row('HardErrorMode:', number(t.HardErrorMode, 10));
}

function data(t: Teb) {
  return {
    address: hexField(t.address),
    ExceptionList: hexField(t.ExceptionList),
    StackBase: hexField(t.StackBase),
    StackLimit: hexField(t.StackLimit),
    SubSystemTib: hexField(t.SubSystemTib),
    FiberData: hexField(t.FiberData),
    ArbitraryUserPointer: hexField(t.ArbitraryUserPointer),
    Self: hexField(t.Self),
    EnvironmentPointer: hexField(t.EnvironmentPointer),
    ClientId: clientData(t.ClientId),
    RealClientId: clientData(t.RealClientId),
    ActiveRpcHandle: hexField(t.ActiveRpcHandle),
    ThreadLocalStoragePointer: hexField(t.ThreadLocalStoragePointer),
    ProcessEnvironmentBlock: hexField(t.ProcessEnvironmentBlock),
    LastErrorValue: plainField(t.LastErrorValue),
    LastStatusValue: hexField(t.LastStatusValue),
    CountOfOwnedCriticalSections: plainField(t.CountOfOwnedCriticalSections),
    HardErrorMode: plainField(t.HardErrorMode),
    CurrentLocale: hexField(t.CurrentLocale),
    ExceptionCode: hexField(t.ExceptionCode),
    DeallocationStack: hexField(t.DeallocationStack),
    GuaranteedStackBytes: plainField(t.GuaranteedStackBytes),
    TlsExpansionSlots: hexField(t.TlsExpansionSlots),
    ActivationContextStackPointer: hexField(t.ActivationContextStackPointer),
  };
}

function clientData({ UniqueProcess, UniqueThread }: Teb['ClientId']) {
  return { UniqueProcess: hexField(UniqueProcess), UniqueThread: hexField(UniqueThread) };
}
