import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatAddress, formatDecimal } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { command, type Call, type Command } from '../command.ts';
import type { Session } from '../session.ts';

/** The documented limit of one dg. */
const MAX_SELECTORS = 256;

/** What is known of a selector's descriptor. User-mode dumps hold no descriptor tables: Windows' own are fixed. */
interface Descriptor {
  readonly base: Address;
  readonly limit: bigint;
  readonly code: boolean;
  /** 64-bit code */
  readonly long: boolean;
  /** the low bits of the descriptor as dg prints them */
  readonly flags: number;
}

interface SelectorModel {
  readonly pointerSize: 4 | 8;
  readonly selectors: readonly { readonly selector: number; readonly descriptor?: Descriptor }[];
}

// flags as dg prints them for Windows' user-mode segments (public samples of x86, WOW64 and x64)
const FLAT_LIMIT = 0xffffffffn;
const CODE32 = { base: 0n, limit: FLAT_LIMIT, code: true, long: false, flags: 0xcfb };
const DATA = { base: 0n, limit: FLAT_LIMIT, code: false, long: false, flags: 0xcf3 };
const CODE64 = { base: 0n, limit: 0n, code: true, long: true, flags: 0x2fb };
const TEB = { limit: 0xfffn, code: false, long: false, flags: 0x4f3 };

/** The segment register of a thread that holds a selector tells what the selector is for. */
function describe(session: Session, selector: number): Descriptor | undefined {
  const registers = session.registers();
  const { kind } = session.machine;
  const holds = (name: string): boolean => registers?.get(name) === BigInt(selector) && selector !== 0;
  if (holds('cs')) return kind === 'x64' ? CODE64 : CODE32;
  if (kind === 'x86' && holds('fs')) {
    const base = session.thread?.tebFor(session.machine);
    return base === undefined ? undefined : { ...TEB, base };
  }
  return holds('ss') || holds('ds') || holds('es') ? DATA : undefined;
}

function selectorOf(text: string, session: Session): { value: number; rest: string } {
  const name = /^@?([c-gs]s)(?![\w$])\s*/i.exec(text);
  const register = name && session.registers()?.get((name[1] ?? '').toLowerCase());
  if (name && register !== undefined && register !== null) {
    return { value: Number(register), rest: text.slice(name[0].length) };
  }
  const { value, rest } = session.evaluator.evaluatePrefix(text);
  if (value < 0n || value > 0xffffn)
    throw new UsageError(`a selector has 16 bits, not ${formatDecimal(value)}`, 'syntax');
  return { value: Number(value), rest };
}

function run({ session, args }: Call): SelectorModel {
  const { kind, pointerSize } = session.machine;
  if (kind !== 'x86' && kind !== 'x64') throw new NotAvailable(`${kind} processors have no segments`);
  if (args === '') throw new UsageError('dg takes a selector');
  const first = selectorOf(args, session);
  const last = first.rest === '' ? first : selectorOf(first.rest, session);
  if (last.rest !== '') throw new UsageError(`Extra character error in '${args}'`, 'syntax');
  const selectors: { selector: number; descriptor?: Descriptor }[] = [];
  // a descriptor's index stands in the selector's bits 3 and up
  for (
    let selector = first.value;
    selector <= last.value && selectors.length < MAX_SELECTORS;
    selector += 8
  ) {
    selectors.push({ selector, descriptor: describe(session, selector) });
  }
  return { pointerSize, selectors };
}

function line(selector: number, d: Descriptor | undefined, pointerSize: 4 | 8): string {
  const name = selector.toString(16).toUpperCase().padStart(4, '0');
  if (!d) return `${name} Unable to get descriptor`;
  const type = d.code ? 'Code RE Ac' : 'Data RW Ac';
  const size = d.long ? 'Nb' : 'Bg';
  const granularity = d.flags & 0x800 ? 'Pg' : 'By';
  const long = d.long ? 'Lo' : 'Nl';
  const flags = d.flags.toString(16).padStart(8, '0');
  const address = (value: bigint): string => formatAddress(value, pointerSize);
  return `${name} ${address(d.base)} ${address(d.limit)} ${type} 3 ${size} ${granularity} P  ${long} ${flags}`;
}

const HEAD = {
  4: [
    '                                  P Si Gr Pr Lo',
    'Sel    Base     Limit     Type    l ze an es ng Flags',
    '---- -------- -------- ---------- - -- -- -- -- --------',
  ],
  8: [
    '                                                    P Si Gr Pr Lo',
    'Sel        Base              Limit          Type    l ze an es ng Flags',
    '---- ----------------- ----------------- ---------- - -- -- -- -- --------',
  ],
} as const;

/** dg. */
export const selectorDisplay: Command = command<SelectorModel>({
  name: 'dg',
  tier: 'C',
  summary: "Shows what is known of a selector: those in the thread's segment registers.",
  syntax: ['dg FirstSelector [LastSelector]'],
  run,
  print({ pointerSize, selectors }, out) {
    for (const head of HEAD[pointerSize]) out.line(head);
    for (const { selector, descriptor } of selectors) out.line(line(selector, descriptor, pointerSize));
  },
  data: ({ selectors }) => ({
    selectors: selectors.map(({ selector, descriptor }) => ({
      selector: hexAddress(selector),
      base: descriptor && hexAddress(descriptor.base),
      limit: descriptor && hexAddress(descriptor.limit),
      type: descriptor && (descriptor.code ? 'code' : 'data'),
    })),
  }),
});
