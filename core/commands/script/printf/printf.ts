import { LRUCache } from 'lru-cache';
import type { Output, Span, SpanKind } from '../../../output/index.ts';
import { command } from '../../command.ts';
import type { Session } from '../../session.ts';
import { dmlSpans } from './dmlSpans.ts';
import { formatArgument } from './formatArgument.ts';
import { parsePrintf, type PrintfFormat } from './parseFormat.ts';

/** Formats that loops use again and again: parsed once. */
const formats = new LRUCache<string, PrintfFormat>({ max: 256 });

/** Message classes that mean something here; the others are plain. */
const KINDS: Readonly<Record<string, SpanKind>> = { e: 'error', w: 'warning', s: 'symbol', p: 'heading' };

interface PrintfModel {
  readonly spans: readonly Span[];
}

function formatOf(text: string): PrintfFormat {
  let format = formats.get(text);
  if (!format) {
    format = parsePrintf(text);
    formats.set(text, format);
  }
  return format;
}

function modelOf(session: Session, text: string): PrintfModel {
  const { pieces, args, dml, messageClass } = formatOf(text);
  let printed = '';
  let next = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') printed += piece;
    else printed += formatArgument(session, piece, session.evaluator.evaluate(args[next++] ?? ''));
  }
  if (dml) return { spans: dmlSpans(printed) };
  const kind = messageClass === undefined ? undefined : KINDS[messageClass];
  return { spans: [kind ? { text: printed, kind } : { text: printed }] };
}

function print({ spans }: PrintfModel, out: Output): void {
  for (const span of spans) out.write(span.text, span);
}

export const printf = command<PrintfModel>({
  name: '.printf',
  tier: 'B',
  syntax: ['.printf [/D] [Option] "FormatString" [, Argument , ...]'],
  summary: 'Prints a text as printf does; no newline unless the text has one.',
  options: [
    { flag: '/D', meaning: 'the text has links and tags of the Debugger Markup Language' },
    { flag: '/od … /ow', meaning: 'the class of the message' },
    { flag: '%d %u %x %o %c', meaning: '32 bits; with I64 64 bits' },
    { flag: '%f %e %g', meaning: 'a single; with l a double' },
    { flag: '%p', meaning: 'a pointer of the process' },
    { flag: '%I', meaning: 'a value as a 32-bit address, or where it is larger as a 64-bit one' },
    { flag: '%N', meaning: 'a pointer of the debugger: 64 bits' },
    { flag: '%ma %mu', meaning: 'the ANSI or UTF-16 text at an address' },
    { flag: '%msa %msu', meaning: 'the text of an ANSI_STRING or UNICODE_STRING' },
    { flag: '%y %ly', meaning: 'the symbol at an address; with its source line' },
  ],
  run: ({ session, args }) => modelOf(session, args),
  print,
  data: ({ spans }) => ({ text: spans.map((s) => s.text).join('') }),
});
