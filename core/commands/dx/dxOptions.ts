import { UsageError } from '../../errors/index.ts';

export interface DxOptions {
  /** levels of members; 1 unless -r says otherwise */
  readonly depth: number;
  /** -n, -nv: members as C++ has them, without NatVis and the views of the C++ library's classes */
  readonly raw: boolean;
  /** -v: methods too */
  readonly verbose: boolean;
  /** -h: what the debugger says of objects */
  readonly help: boolean;
  /** -g, -gc: elements as rows, their members as columns; the width of a cell at most */
  readonly grid?: { readonly cell?: number };
  /** -c: elements of the container that are left out at the start */
  readonly skip: number;
  /** -s: evaluated, and nothing printed */
  readonly silent: boolean;
}

/** The line of dx: options, then the expression with its format specifiers, as typed. */
export interface DxLine {
  readonly options: DxOptions;
  /** empty with `-?` */
  readonly expression: string;
}

/** What -r takes at most: a structure has thousands of members five levels down. */
const MAX_DEPTH = 16;
/** Cells narrower than this hold nothing but the dots. */
const MIN_CELL = 4;

const OPTION = /^-(r\d*|nv?|v|s|h|\?|gc\s*\d+|g|c\s*\d+|id\s+[\w,]+)(?:\s+|$)/i;

/** Reads the line of dx. Throws `UsageError` for options that there are not. */
export function parseDxLine(text: string): DxLine {
  let rest = text.trim();
  let options: DxOptions = { depth: 1, raw: false, verbose: false, help: false, skip: 0, silent: false };
  for (let found = OPTION.exec(rest); found; found = OPTION.exec(rest)) {
    options = { ...options, ...meaning((found[1] ?? '').toLowerCase()) };
    rest = rest.slice(found[0].length);
    if (/^-\?/.test(found[0])) return { options, expression: '' };
  }
  const unknown = /^-[a-z?]+(?=\s|$)/i.exec(rest)?.[0];
  if (unknown !== undefined) throw new UsageError(`dx: no such option: ${unknown} (dx -? lists them)`);
  if (rest === '') throw new UsageError('dx takes an expression: dx -r1 @$curprocess, dx @$peb');
  return { options, expression: rest };
}

function meaning(option: string): Partial<DxOptions> {
  const number = Number(/\d+/.exec(option)?.[0] ?? 1);
  if (option.startsWith('r')) return { depth: Math.min(number, MAX_DEPTH) };
  if (option.startsWith('gc')) return { grid: { cell: Math.max(number, MIN_CELL) } };
  if (option.startsWith('c')) return { skip: number };
  switch (option) {
    case 'g':
      return { grid: {} };
    case 'n':
    case 'nv':
      return { raw: true };
    case 'v':
      return { verbose: true };
    case 's':
      return { silent: true };
    case 'h':
      return { help: true };
    // -id follows links of the debugger's own pane: it changes nothing here
    default:
      return {};
  }
}
