import type { ByteSource } from '../../bytes/index.ts';
import type { StackCfi, StackWin } from '../unwindSource.ts';
import type { BreakpadIndex } from './breakpadIndex.ts';
import { Fields, visitLines } from './lines.ts';

const FRAME_DATA = 4;
const FPO = 0;
/** Rules of one function; each is a line. */
const RULE_LIMIT = 10_000;
/** What is read of the file at a time. Bytes. */
const CHUNK = 0x1000;

/** The STACK WIN record for an RVA: frame data if there is any, else FPO. */
export function stackWinAt(source: ByteSource, index: BreakpadIndex, rva: number): StackWin | undefined {
  for (const type of [FRAME_DATA, FPO]) {
    const offset = index.stackWin.get(type)?.innermost(rva);
    const record = offset === undefined ? undefined : readStackWin(source, offset);
    if (record) return record;
  }
  return undefined;
}

function readStackWin(source: ByteSource, offset: number): StackWin | undefined {
  let record: StackWin | undefined;
  visitLines(
    source,
    offset,
    (bytes, start, end) => {
      const f = new Fields().over(bytes, start, end);
      if (f.word('STACK') && f.word('WIN')) record = stackWinOf(f);
      return false;
    },
    CHUNK,
  );
  return record;
}

function stackWinOf(f: Fields): StackWin | undefined {
  const type = f.hex();
  const start = f.hex();
  const length = f.hex();
  const prolog = f.hex();
  const epilog = f.hex();
  const parameters = f.hex();
  const savedRegisters = f.hex();
  const locals = f.hex();
  const maxStack = f.hex();
  const hasProgram = f.hex();
  const sum = type + start + length + prolog + epilog + parameters + savedRegisters + locals + maxStack;
  if (Number.isNaN(sum + hasProgram)) return undefined;
  const fields = { type, start, length, prolog, epilog, parameters, savedRegisters, locals, maxStack };
  if (hasProgram) return { ...fields, program: f.rest(), allocatesBasePointer: false };
  return { ...fields, allocatesBasePointer: f.hex() > 0 };
}

/** The STACK CFI rules in force at an RVA: those of the INIT record, then each later line's up to the RVA. */
export function stackCfiAt(source: ByteSource, index: BreakpadIndex, rva: number): StackCfi | undefined {
  const offset = index.stackCfi.innermost(rva);
  if (offset === undefined) return undefined;
  let start = NaN;
  let length = NaN;
  const rules: string[] = [];
  visitLines(
    source,
    offset,
    (bytes, from, end) => {
      const f = new Fields().over(bytes, from, end);
      if (!f.word('STACK') || !f.word('CFI')) return false;
      const init = f.word('INIT');
      if (init !== (rules.length === 0)) return false;
      const at = f.hex();
      if (Number.isNaN(at)) return false;
      if (init) {
        start = at;
        length = f.hex();
      } else if (at > rva) {
        return false;
      }
      rules.push(f.rest());
      return rules.length < RULE_LIMIT;
    },
    CHUNK,
  );
  return rules.length && !Number.isNaN(start + length) ? { start, length, rules } : undefined;
}
