import { hexAddress } from '../../bytes/index.ts';
import { loadDisassembler } from '../../disasm/index.ts';
import { MemoryUnreadable, NotAvailable, UsageError } from '../../errors/index.ts';
import { plain } from '../../output/index.ts';
import { compileWildcard } from '../../types/index.ts';
import { readUpTo, type Address } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { headingAt, headingLine, rowData, rowLine, sourceAt, type Row } from './rows.ts';

/** Instructions that are looked at where no size says how many: all code of a large module. */
const MAX_INSTRUCTIONS = 50_000_000;
/** Instructions before the pace is asked. */
const SLICE = 0x400;

/** What # was given last: each part holds until it is given again. */
interface Search {
  readonly pattern: string;
  readonly next: Address;
}

const searches = new WeakMap<Session, Search>();

interface Found {
  readonly pattern: string;
  /** undefined where nothing was searched for: the first # without a pattern or an address sets them only */
  readonly row?: Row;
}

export const findInstruction = command<Found>({
  name: '#',
  tier: 'C',
  syntax: ['# [Pattern] [Address [L Size]]'],
  summary: 'Finds the next instruction whose line in the disassembly matches a pattern.',
  options: [
    { flag: 'Pattern', meaning: 'with wildcards, in quotes where it has blanks; without it the last one' },
    { flag: 'Address', meaning: 'where to begin; without it behind what was found last' },
    { flag: 'L Size', meaning: 'so many instructions at most' },
  ],
  run: find,
  print({ row }, out, { session }) {
    if (!row) return;
    if (row.heading) out.line(...headingLine(row.heading));
    out.line(...rowLine(row, session));
  },
  data: ({ pattern, row }, { session }) => ({ pattern, instruction: row && rowData(row, session) }),
});

async function find({ session, args, pace }: Call): Promise<Found> {
  const [, quoted, word = ''] = /^(?:"([^"]*)"|(\S+))\s*/.exec(args) ?? [];
  const given = quoted ?? word;
  const rest = args.slice(/^(?:"[^"]*"|\S+)\s*/.exec(args)?.[0].length ?? 0);
  const last = searches.get(session);
  const here = session.registers()?.ip;
  const range = rest === '' ? undefined : rangeOf(session, rest);
  const pattern = given === '' ? (last?.pattern ?? '') : given;
  const start = range?.start ?? last?.next ?? here;
  if (start === undefined) throw new UsageError('# needs an address: there is no thread to take one from');
  if (!last && range === undefined) {
    searches.set(session, { pattern, next: start });
    // "If you omit either parameter the first time, no search is performed"
    return { pattern };
  }
  const wanted = compileWildcard(`*${pattern}*`);
  const disassembler = await loadDisassembler(session.machine);
  const limit = range?.count ?? MAX_INSTRUCTIONS;
  let at = start;
  for (let count = 0; count < limit; count++) {
    const bytes = readUpTo(session.target.memory, at, disassembler.maxLength);
    if (bytes.length === 0) {
      if (at === start) throw new MemoryUnreadable(at);
      break;
    }
    const instruction = disassembler.decode(bytes, at);
    const next = at + BigInt(Math.max(1, instruction.bytes.length));
    const row: Row = { instruction, heading: headingAt(session, at), line: sourceAt(session, at)?.line };
    if (wanted.test(plain(rowLine(row, session)))) {
      searches.set(session, { pattern, next });
      return { pattern, row };
    }
    at = next;
    if (count % SLICE === 0 && pace.due()) await pace.rest({ done: count, what: 'instructions' });
  }
  searches.set(session, { pattern, next: at });
  throw new NotAvailable(`'${pattern}' is not found up to ${hexAddress(at)}`);
}

function rangeOf(session: Session, text: string): { readonly start: Address; readonly count?: number } {
  const range = session.evaluator.range(text, 1, 1);
  if (range.rest !== '') throw new UsageError(`Extra character error in '${range.rest}'`, 'syntax');
  const counted = /\s[lL]\??[^\s]/.test(text);
  return { start: range.start, ...(counted && { count: Number(range.end - range.start) }) };
}
