import { type Address, readUpTo, type Memory, type Thread } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { messageName } from './messageNames.ts';

/** MSG (winuser.h): hwnd, message, wParam, lParam, time, pt; on 64-bit machines message is padded. */
const LAYOUT = {
  4: { message: 4, wParam: 8, lParam: 12, time: 16, pt: 20, size: 28 },
  8: { message: 8, wParam: 16, lParam: 24, time: 32, pt: 36, size: 48 },
} as const;
/** A message loop keeps its MSG in its own frame: this far up from the system call at most. */
const SEARCHED = 4096;
/** Frames between a system call and the program: those of user32 and win32u. */
const WINDOWING = /^(?:user32|win32u)(?:_[0-9a-f]+)?$/i;
/** Innermost frames that may lie outside them: ntdll's stubs, and wow64's. */
const LOOKED_AT = 6;
/** Window coordinates reach no further. */
const MAX_COORDINATE = 0x8000;
/** time is milliseconds since the system started: smaller values are other things that stand on a stack. */
const MIN_TIME = 0x2000;

export interface FoundMessage {
  readonly address: Address;
  readonly hwnd: bigint;
  readonly message: number;
  readonly wParam: bigint;
  readonly lParam: bigint;
  readonly time: number;
  readonly x: number;
  readonly y: number;
}

/** The MSG at an address; undefined where the dump does not hold it whole. */
export function readMessage(memory: Memory, address: Address, pointerSize: 4 | 8): FoundMessage | undefined {
  const layout = LAYOUT[pointerSize];
  const bytes = readUpTo(memory, address, layout.size);
  if (bytes.length < layout.size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (at: number): bigint =>
    pointerSize === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  return {
    address,
    hwnd: word(0),
    message: view.getUint32(layout.message, true),
    wParam: word(layout.wParam),
    lParam: word(layout.lParam),
    time: view.getUint32(layout.time, true),
    x: view.getInt32(layout.pt, true),
    y: view.getInt32(layout.pt + 4, true),
  };
}

/** Whether a thread waits in the windowing system, by the modules or names of its innermost frames. */
export function waitsForMessages(session: Session, thread: Thread): boolean {
  const { frames } = session.walk(thread, { limit: LOOKED_AT });
  return frames.some(({ lookup, module }) => {
    if (module && WINDOWING.test(module.name)) return true;
    return /GetMessage|PeekMessage|WaitMessage|MsgWaitFor/.test(session.symbols.describe(lookup) ?? '');
  });
}

/** What looks like a MSG on a thread's stack, innermost first. */
export function findMessages(session: Session, thread: Thread): FoundMessage[] {
  const { pointerSize } = session.machine;
  const sp = thread.context(session.machine)?.sp;
  if (sp === undefined) return [];
  const start = (sp + BigInt(pointerSize - 1)) & ~BigInt(pointerSize - 1);
  const length = readUpTo(session.target.memory, start, SEARCHED).length;
  const found: FoundMessage[] = [];
  for (let at = 0; at + LAYOUT[pointerSize].size <= length; at += pointerSize) {
    const message = readMessage(session.target.memory, start + BigInt(at), pointerSize);
    if (message && isLikely(message)) found.push(message);
  }
  return found;
}

/** Window handles have 32 bits and are even; points are on some screen; the message is one that Windows names. */
function isLikely({ hwnd, message, time, x, y }: FoundMessage): boolean {
  // what ends in zeros is a page of memory
  if (hwnd < 0x100n || hwnd > 0xffff_ffffn || hwnd % 2n !== 0n || (hwnd & 0xfffn) === 0n) return false;
  if (message === 0 || message > 0xffff || messageName(message) === undefined) return false;
  return (
    time >= MIN_TIME && Math.abs(x) < MAX_COORDINATE && Math.abs(y) < MAX_COORDINATE && (x !== 0 || y !== 0)
  );
}
