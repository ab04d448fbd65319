import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { formatAddress, span } from '../../output/index.ts';
import { type Address, type Module, readPointer, readUpTo, tryRead } from '../../target/index.ts';
import type { Frame } from '../../unwind/index.ts';
import { command, type Call } from '../command.ts';

/** STATUS_STACK_BUFFER_OVERRUN */
const OVERRUN = 0xc0000409;
/** Functions that report a damaged cookie (gs_report.c), decorated or not. */
const REPORTERS = /__report_gsfailure|__security_check_cookie|__GSHandlerCheck|__report_rangecheckfailure/;
/** What a cookie is before start-up code set it (gs_support.c). */
const DEFAULT_COOKIES = { 4: 0xbb40e64en, 8: 0x2b992ddfa232n } as const;
/** A frame larger than this is searched in its first part only. */
const MAX_FRAME = 0x10000;

interface GsModel {
  readonly reported: boolean;
  readonly victim: Frame;
  readonly name: string;
  readonly module?: Module;
  readonly cookieAddress?: Address;
  readonly cookie?: bigint;
  readonly isDefault: boolean;
  /** where the frame keeps the cookie whole; undefined where nothing in it is */
  readonly intactAt?: Address;
  readonly pointerSize: 4 | 8;
}

/**
 * Looks at the frame of a function that found its security cookie damaged: the cookie of its module, and whether a copy
 * of it, mixed with the frame's own stack or base pointer as /GS does it, still stands in the frame.
 */
export const gs = command<GsModel>({
  name: '!gs',
  tier: 'B',
  syntax: ['!gs'],
  summary:
    'Explains a stack buffer overrun: whose frame it was, its security cookie, and whether a copy of it is whole.',
  run: look,
  print(model, out) {
    const { name, victim, cookie, cookieAddress, isDefault, intactAt, pointerSize, reported, module } = model;
    const shown = (address: bigint): string => formatAddress(address, pointerSize);
    if (!reported)
      out.line('No /GS failure is reported in this dump: this is the state of the current frame');
    out.line(
      reported ? 'Corruption occurred in ' : 'Frame of ',
      span(name, 'symbol'),
      reported ? ' or one of its callers' : '',
    );
    if (cookieAddress === undefined || cookie === undefined) {
      const why = module?.image?.loadConfig
        ? 'the dump does not hold it'
        : 'its load configuration names none';
      out.line(span(`Security cookie of ${module?.name ?? 'no module'} is not known: ${why}`, 'missing'));
      return;
    }
    out.line(`Real cookie of ${module?.name ?? '?'} at ${shown(cookieAddress)}: ${shown(cookie)}`);
    if (isDefault)
      out.line(
        span('It is the default value: __security_init_cookie has not run, or it was overwritten', 'warning'),
      );
    const range = `${shown(victim.registers.sp)} to ${shown(victim.registers.fp > victim.registers.sp ? victim.registers.fp : victim.registers.sp)}`;
    if (intactAt !== undefined) out.line(`The frame (${range}) holds it whole at ${shown(intactAt)}`);
    else
      out.line(
        span(
          `Nothing in the frame (${range}) is this cookie: it was overwritten, or the function has none`,
          'warning',
        ),
      );
  },
  data: ({ reported, name, cookie, cookieAddress, isDefault, intactAt }) => ({
    reported,
    function: name,
    cookieAddress: cookieAddress === undefined ? undefined : hexAddress(cookieAddress),
    cookie: cookie === undefined ? undefined : hexAddress(cookie),
    isDefault,
    intactAt: intactAt === undefined ? undefined : hexAddress(intactAt),
  }),
});

function look({ session }: Call): GsModel {
  const { target, machine } = session;
  const { pointerSize } = machine;
  const thread = target.threads.find((t) => t.id === target.exception?.threadId) ?? session.thread;
  const context = thread === session.thread ? session.registers() : undefined;
  const from = target.exception?.context ?? context;
  const { frames } = session.walk(thread, { from, limit: 64 });
  const nameAt = (frame: Frame): string =>
    session.symbols.describe(frame.registers.ip) ?? hexAddress(frame.registers.ip);
  const reporter = frames.findLastIndex((frame) => REPORTERS.test(nameAt(frame)));
  const reported = reporter >= 0 || target.exception?.record.code === OVERRUN;
  const victim = frames[reporter >= 0 ? reporter + 1 : 0];
  if (!victim)
    throw new NotAvailable('!gs needs the stack of a thread: this dump has none that can be walked');
  const module = target.modules.find(victim.registers.ip);
  const cookieAddress = module?.image?.loadConfig?.get('SecurityCookie') || undefined;
  const at = cookieAddress;
  const cookie = at === undefined ? undefined : tryRead(() => readPointer(target.memory, at, pointerSize));
  const isDefault = cookie === DEFAULT_COOKIES[pointerSize];
  const intactAt =
    cookie === undefined ? undefined : findCookie(session.target.memory, victim, cookie, pointerSize);
  const name = nameAt(victim).replace(/\+0x[0-9a-f]+$/, '');
  return { reported, victim, name, module, cookieAddress, cookie, isDefault, intactAt, pointerSize };
}

/** x86 keeps cookie ^ ebp, x64 cookie ^ rsp (or ^ rbp where the frame has one), some functions the cookie itself. */
function findCookie(
  memory: Parameters<typeof readUpTo>[0],
  { registers: { sp, fp } }: Frame,
  cookie: bigint,
  pointerSize: 4 | 8,
): Address | undefined {
  const length = fp > sp && fp - sp < BigInt(MAX_FRAME) ? Number(fp - sp) + pointerSize : MAX_FRAME;
  const bytes = readUpTo(memory, sp, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wanted = new Set([cookie, cookie ^ sp, cookie ^ fp]);
  for (let i = 0; i + pointerSize <= bytes.length; i += pointerSize) {
    const word = pointerSize === 8 ? view.getBigUint64(i, true) : BigInt(view.getUint32(i, true));
    if (wanted.has(word)) return sp + BigInt(i);
  }
  return undefined;
}
