import { hexAddress } from '../../bytes/index.ts';
import { MemoryUnreadable, UsageError } from '../../errors/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { Thread } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { findMessages, readMessage, waitsForMessages, type FoundMessage } from './findMessages.ts';
import { messageName, messageNumber } from './messageNames.ts';

type MsgModel =
  | { readonly kind: 'number'; readonly message: number; readonly name?: string }
  | { readonly kind: 'structure'; readonly message: FoundMessage }
  | {
      readonly kind: 'threads';
      readonly threads: readonly { readonly thread: Thread; readonly messages: readonly FoundMessage[] }[];
    };

/** Messages have 16 bits: larger numbers are addresses. */
const MAX_MESSAGE = 0xffff;

export const msg = command<MsgModel>({
  name: '!msg',
  tier: 'ours',
  syntax: ['!msg', '!msg Message', '!msg WM_NAME', '!msg Address'],
  summary:
    'Names a window message, shows a MSG structure, or finds the last message of each thread that waits in a message loop.',
  run,
  print(model, out, { session }) {
    const { pointerSize } = session.machine;
    if (model.kind === 'number') {
      out.line(
        `0x${model.message.toString(16).padStart(4, '0')} (${model.message}) ${model.name ?? 'is no message that has a name'}`,
      );
    } else if (model.kind === 'structure') printMessage(model.message, pointerSize, out, '');
    else if (model.threads.length === 0) out.line('No thread waits in user32 or win32u');
    else for (const { thread, messages } of model.threads) printThread(thread, messages, pointerSize, out);
  },
  data(model) {
    if (model.kind === 'number') return { message: model.message, name: model.name };
    if (model.kind === 'structure') return { message: messageData(model.message) };
    return {
      threads: model.threads.map(({ thread, messages }) => ({
        index: thread.index,
        id: `0x${thread.id.toString(16)}`,
        messages: messages.map(messageData),
      })),
    };
  },
});

async function run({ session, args, pace }: Call): Promise<MsgModel> {
  const named = messageNumber(args);
  if (named !== undefined) return { kind: 'number', message: named, name: messageName(named) };
  if (/^wm_/i.test(args)) throw new UsageError(`No message is called '${args}'`, 'unresolved');
  if (args !== '') {
    const value = session.evaluator.address(args);
    if (value <= BigInt(MAX_MESSAGE))
      return { kind: 'number', message: Number(value), name: messageName(Number(value)) };
    const message = readMessage(session.target.memory, value, session.machine.pointerSize);
    if (!message) throw new MemoryUnreadable(value);
    return { kind: 'structure', message };
  }
  const threads: { thread: Thread; messages: FoundMessage[] }[] = [];
  for (const thread of session.target.threads) {
    if (waitsForMessages(session, thread)) threads.push({ thread, messages: findMessages(session, thread) });
    if (pace.due())
      await pace.rest({ done: thread.index, total: session.target.threads.length, what: 'threads' });
  }
  return { kind: 'threads', threads };
}

function printThread(
  thread: Thread,
  messages: readonly FoundMessage[],
  pointerSize: 4 | 8,
  out: Output,
): void {
  const id = thread.id.toString(16);
  out.line(
    span(`Thread ${thread.index} (${id})`, 'heading', `~${thread.index}s`),
    ' waits in the windowing system',
  );
  if (messages.length === 0) out.line('    no MSG was found on its stack');
  // the loop that waits is the innermost; the others handle messages further up
  for (const message of messages) printMessage(message, pointerSize, out, '    ');
}

function printMessage(m: FoundMessage, pointerSize: 4 | 8, out: Output, indent: string): void {
  const name = messageName(m.message) ?? '<no name>';
  out.line(
    `${indent}MSG at `,
    span(formatAddress(m.address, pointerSize), 'address'),
    `: 0x${m.message.toString(16).padStart(4, '0')} ${name}`,
  );
  out.line(
    `${indent}    hwnd ${m.hwnd.toString(16)}  wParam ${m.wParam.toString(16)}  lParam ${m.lParam.toString(16)}`,
  );
  out.line(`${indent}    time ${m.time} ms  pt (${m.x}, ${m.y})`);
}

function messageData(m: FoundMessage) {
  return {
    address: hexAddress(m.address),
    message: m.message,
    name: messageName(m.message),
    hwnd: hexAddress(m.hwnd),
    wParam: hexAddress(m.wParam),
    lParam: hexAddress(m.lParam),
    time: m.time,
    x: m.x,
    y: m.y,
  };
}
