import type { CrtModule, RuntimeCopy } from '../../crt/index.ts';
import { formatFlat, type Output, span, type Span } from '../../output/index.ts';
import type { Call } from '../command.ts';
import { type HeapRow, type Overview, runtimeLabel } from './overview.ts';
import { listed, listedParts } from './moduleText.ts';
import { alignRows, type Cell } from './table.ts';

/** Runtimes up to which the matrix is drawn as one; more are listed. */
const MATRIX = 12;

const ACCIDENT =
  'Static runtimes since Visual C++ 2012 take the process heap: freeing across modules seems harmless then, and is not promised.';

/** What `!crt` prints: modules, heaps, who may free what. */
export function printOverview(model: Overview, out: Output, { session }: Call): void {
  const width = widthOf(model, session.machine.pointerSize);
  printModules(model, out, width);
  out.line('');
  printHeaps(model, out, width);
  if (model.map.runtimes.length > 0) {
    out.line('');
    printMatrix(model, out);
  }
}

/** In a WOW64 process with 32-bit runtimes alone, addresses need no sixteen digits. */
function widthOf({ heaps, map }: Overview, pointerSize: 4 | 8): 4 | 8 {
  const isNarrow = map.runtimes.length > 0 && map.runtimes.every((r) => r.module.machine?.pointerSize === 4);
  return isNarrow && heaps.every((h) => h.heap <= 0xffffffffn) ? 4 : pointerSize;
}

function printModules({ map, verbose }: Overview, out: Output, width: 4 | 8): void {
  const shown = map.modules.filter((m) => m.linkage === 'dynamic' || m.linkage === 'static');
  const rows: Cell[][] = [
    ['Module', 'Linkage', 'Runtime', 'Heap', 'Evidence'].map((text) => span(text, 'heading')),
    ...shown.map((m) => moduleRow(m, width)),
  ];
  const lines = shown.length > 0 ? alignRows(rows) : [];
  if (shown.length === 0) out.line('No module is known to have a C runtime.');
  lines.forEach((line, i) => {
    out.line(...line);
    const m = shown[i - 1];
    if (!m) return;
    if (verbose) for (const e of m.evidence.slice(1)) out.line(`    ${e.text}`);
    for (const note of m.notes) out.line('    ', span(note, 'warning'));
  });
  const none = map.modules.filter((m) => m.linkage === 'none');
  if (none.length > 0) out.line(`No C runtime: ${listed(none.map((m) => m.module.name))}`);
  printUnknown(map.modules, out);
}

/** Modules of which nothing is known, together where the reason is the same. */
function printUnknown(modules: readonly CrtModule[], out: Output): void {
  const byReason = new Map<string, string[]>();
  for (const { linkage, module, notes } of modules) {
    if (linkage !== 'unknown') continue;
    const reason = notes.join('; ');
    const names = byReason.get(reason) ?? [];
    names.push(module.name);
    byReason.set(reason, names);
  }
  for (const [reason, names] of byReason) {
    const of = names.length === 1 ? reason : reason.replace(/^its headers/, 'their headers');
    out.line(`Not known: ${listed(names)}`);
    out.line('    ', span(of, 'warning'));
  }
}

function moduleRow(m: CrtModule, width: 4 | 8): Cell[] {
  const { module, runtime, linkage } = m;
  const name = span(module.name, 'module', `!crt ${module.name}`);
  const isRuntime = runtime?.module === module && runtime.form === 'dll';
  const words = [isRuntime ? 'itself' : linkage, runtimeText(m)];
  const [first] = m.evidence;
  return [name, ...words, heapCell(runtime, width), first?.text ?? ''];
}

function runtimeText({ runtime, runtimeName, debug }: CrtModule): string {
  if (!runtime) return `${runtimeName ?? 'not known'}${debug ? ', debug' : ''}`;
  const own = runtime.form === 'static' && runtime.family !== 'own';
  const name = own ? `its own${runtime.product === undefined ? '' : `, ${runtime.product}`}` : runtime.name;
  return `${name}${runtime.debug ? ', debug' : ''}`;
}

function heapCell(runtime: RuntimeCopy | undefined, width: 4 | 8): Span {
  const { value, isHeap } = runtime?.handle ?? {};
  if (value === undefined) return span('?', 'missing');
  const text = formatFlat(value, width);
  return isHeap === false ? span(`${text}?`, 'warning') : span(text, 'address', `!heap -h ${text}`);
}

function printHeaps({ heaps, map }: Overview, out: Output, width: 4 | 8): void {
  if (heaps.length === 0) {
    out.line(
      span('The dump does not say which heaps the process has: it holds neither PEB nor heaps.', 'warning'),
    );
    return;
  }
  // what is not known may use any of them
  const isComplete =
    map.modules.every((m) => m.linkage !== 'unknown') &&
    map.runtimes.every((r) => r.family === 'own' || r.handle?.value !== undefined);
  const used = heaps.filter((row) => row.users.length > 0 || row.isProcessHeap);
  const rows: Cell[][] = [
    [
      span('Heap', 'heading'),
      { right: span('Blocks', 'heading') },
      { right: span('Bytes', 'heading') },
      span('Shared by', 'heading'),
    ],
    ...used.map((row) => heapRow(row, width, isComplete)),
  ];
  if (used.length > 0) for (const line of alignRows(rows)) out.line(...line);
  const accidental = map.runtimes.some((r) => r.form === 'static' && r.handle?.isProcessHeap);
  if (accidental) out.line(`    ${ACCIDENT}`);
  for (const { problem, users } of used) {
    if (problem !== undefined && users.length > 0) out.line('    ', span(problem, 'warning'));
  }
  const others = heaps.filter((row) => !used.includes(row)).map((row) => row.heap);
  if (others.length > 0) {
    const links = others.map((heap) => heapLink(heap, width));
    out.line(`Of no C runtime${isComplete ? '' : ' that is known of'}: `, ...listedParts(links));
  }
}

function heapLink(heap: bigint, width: 4 | 8): Span {
  const text = formatFlat(heap, width);
  return span(text, 'address', `!heap -h ${text}`);
}

function heapRow(
  { heap, users, isProcessHeap, summary }: HeapRow,
  width: 4 | 8,
  isComplete: boolean,
): Cell[] {
  const text = formatFlat(heap, width);
  const names = [...new Set(users.flatMap((copy) => copy.users.map((m) => m.name)))];
  const who =
    names.length > 0 ? listed(names) : isComplete ? 'no C runtime' : 'no C runtime that is known of';
  return [
    span(text, 'address', `!heap -h ${text}`),
    { right: summary ? String(summary.busyBlocks) : '' },
    { right: summary ? String(summary.busyBytes) : '' },
    isProcessHeap ? `${who} (the process heap)` : who,
  ];
}

/** The verdicts, with a footnote for each reason that is not the plain "its own". */
function printMatrix({ map, verdicts }: Overview, out: Output): void {
  const { runtimes } = map;
  const notes: string[] = [];
  const noteOf = (reason: string): string => {
    let i = notes.indexOf(reason);
    if (i < 0) i = notes.push(reason) - 1;
    return `(${letters(i)})`;
  };
  out.line(span('May memory of the row be freed by code of the column?', 'heading'));
  const head: Cell[] = ['', ...runtimes.map((r) => `[${r.id}]`)];
  const rows: Cell[][] = runtimes.map((r, i) => [
    `[${r.id}] ${runtimeLabel(r)}`,
    ...(verdicts[i] ?? []).map(({ answer, reason }) =>
      answer === 'yes' ? 'yes' : `${answer} ${noteOf(reason)}`,
    ),
  ]);
  if (runtimes.length <= MATRIX) {
    for (const line of alignRows([head, ...rows])) out.line(...line);
  } else printLongMatrix(runtimes, rows, out);
  for (const [i, note] of notes.entries()) out.line(`(${letters(i)}) ${note}`);
}

/** Many runtimes: a row for each, with what is not a plain no; the rest is said once. */
function printLongMatrix(runtimes: readonly RuntimeCopy[], rows: readonly Cell[][], out: Output): void {
  rows.forEach((row) => {
    const groups = new Map<string, string[]>();
    row.slice(1).forEach((cell, k) => {
      const text = typeof cell === 'string' ? cell : '';
      const ids = groups.get(text) ?? [];
      ids.push(`[${runtimes[k]?.id ?? 0}]`);
      groups.set(text, ids);
    });
    const largest = [...groups].sort((a, b) => b[1].length - a[1].length)[0]?.[0];
    const first = row[0];
    out.line(typeof first === 'string' ? first : '');
    for (const [text, ids] of groups) {
      out.line(`    ${text}: ${text === largest && ids.length > 3 ? 'all others' : listed(ids)}`);
    }
  });
}

function letters(i: number): string {
  return i < 26 ? String.fromCharCode(97 + i) : `${letters(Math.floor(i / 26) - 1)}${letters(i % 26)}`;
}
