import { hexAddress } from '../../bytes/index.ts';
import { MemoryUnreadable, UsageError } from '../../errors/index.ts';
import { span } from '../../output/index.ts';
import { type Address, type Memory, readPointer, readStruct, readUpTo } from '../../target/index.ts';
import { command, type Call, type Command } from '../command.ts';

/** HSTRING_HEADER (Windows' winstring.c): flags, length in characters, two words of padding, then a pointer to the text. */
const HSTRING = { flags: 0, length: 4, text: 16n } as const;
/** what has no text behind its header but a pointer to the caller's */
const REFERENCE = 1;

interface CountedString {
  readonly address: Address;
  readonly length: number;
  readonly maximumLength: number;
  readonly buffer: Address;
  /** as much of it as the dump holds */
  readonly text: string;
  readonly complete: boolean;
}

/** STRING and UNICODE_STRING (ntdef.h): Length, MaximumLength in bytes, Buffer. */
function readCounted({ session, args, name }: Call, wide: boolean): CountedString {
  if (args === '')
    throw new UsageError(`${name} wants the address of a ${wide ? 'UNICODE_STRING' : 'STRING'}`);
  const { memory } = session.target;
  const { pointerSize } = session.machine;
  const address = session.evaluator.address(args);
  const head = readStruct(memory, address, 4);
  const [length, maximumLength] = [head.u16(0), head.u16(2)];
  const buffer = readPointer(memory, address + BigInt(pointerSize), pointerSize);
  const { text, complete } = readText(memory, buffer, length, wide);
  return { address, length, maximumLength, buffer, text, complete };
}

function readText(
  memory: Memory,
  buffer: Address,
  length: number,
  wide: boolean,
): { text: string; complete: boolean } {
  const bytes = readUpTo(memory, buffer, length);
  let text = '';
  const unit = wide ? 2 : 1;
  for (let i = 0; i + unit <= bytes.length; i += unit) {
    text += String.fromCharCode((bytes[i] ?? 0) | (wide ? (bytes[i + 1] ?? 0) << 8 : 0));
  }
  return { text, complete: bytes.length === length };
}

function countedCommand(name: '!str' | '!ustr', wide: boolean): Command {
  return command<CountedString>({
    name,
    tier: 'B',
    syntax: [`${name} Address`],
    summary: `Shows a ${wide ? 'UNICODE_STRING' : 'STRING (ANSI_STRING, OEM_STRING)'} structure.`,
    run: (call) => readCounted(call, wide),
    print({ length, maximumLength, buffer, text, complete }, out) {
      const sizes = `String(${length},${maximumLength}) at ${hexAddress(buffer).slice(2).padStart(8, '0')}: `;
      if (complete) out.line(`${sizes}${text}`);
      else out.line(sizes, text, span(' <the rest is not in the dump>', 'missing'));
    },
    data: ({ address, length, maximumLength, buffer, text, complete }) => ({
      address: hexAddress(address),
      length,
      maximumLength,
      buffer: hexAddress(buffer),
      text,
      complete,
    }),
  });
}

interface Hstring {
  readonly header: Address;
  readonly flags: number;
  readonly length: number;
  readonly buffer: Address;
  readonly text: string;
  readonly complete: boolean;
}

function readHstring({ session, args, name }: Call): Hstring | undefined {
  if (args === '') throw new UsageError(`${name} wants an HSTRING`);
  const header = session.evaluator.address(args);
  // the empty string is a null pointer
  if (header === 0n) return undefined;
  const { memory } = session.target;
  const { pointerSize } = session.machine;
  const head = readStruct(memory, header, 8);
  const [flags, length] = [head.u32(HSTRING.flags), head.u32(HSTRING.length)];
  const buffer = readPointer(memory, header + HSTRING.text, pointerSize);
  if (memory.available(buffer, 1) === 0 && length > 0) throw new MemoryUnreadable(buffer);
  return { header, flags, length, buffer, ...readText(memory, buffer, Math.min(length * 2, 0x20000), true) };
}

function hstringCommand(name: '!hstring' | '!hstring2'): Command {
  return command<Hstring | undefined>({
    name,
    tier: 'C',
    syntax: [`${name} Address`],
    summary: `Shows a string of the Windows Runtime${name === '!hstring2' ? ' and its header' : ''}.`,
    run: readHstring,
    print(found, out) {
      if (!found) {
        out.line('Empty string (HSTRING is null)');
        return;
      }
      const { header, flags, length, buffer, text } = found;
      if (name === '!hstring2') {
        out.line(
          `HSTRING at ${hexAddress(header)}${flags & REFERENCE ? ' (reference to a string of the caller)' : ''}`,
        );
        out.line(`  flags  : 0x${flags.toString(16)}`);
        out.line(`  length : ${length}`);
        out.line(`  buffer : ${hexAddress(buffer)}`);
      }
      out.line(`"${text}"`);
    },
    data: (found) => ({
      text: found?.text ?? '',
      length: found?.length ?? 0,
      buffer: found && hexAddress(found.buffer),
      flags: found?.flags,
    }),
  });
}

/** Counted strings of Windows. */
export const stringCommands: readonly Command[] = [
  countedCommand('!str', false),
  countedCommand('!ustr', true),
  hstringCommand('!hstring'),
  hstringCommand('!hstring2'),
];
