import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MemoryRuns } from '../../core/protocol/pictures.ts';
import { clampTop } from '../picture/rowScroll.ts';
import type { RowSpace, SpaceRow } from '../picture/rowSpace.ts';
import { bytesPerRow, fitFormat, type FormatId, type MemoryFormat, memoryFormat } from './memoryFormats.ts';
import { memoryLine, type MemoryLine } from './memoryLine.ts';
import { inGap, memoryRows } from './memoryRows.ts';
import type { MemorySource } from './memorySource.ts';
import { NoteStore } from './noteStore.ts';
import { PageStore, rowBytes } from './pageStore.ts';

/** Lines that are kept written: some screens. */
const MAX_LINES = 2000;
const NO_RUNS: MemoryRuns = { starts: new BigUint64Array(0), lasts: new BigUint64Array(0) };

/** A row that is on the screen. */
export interface ShownRow {
  readonly number: number;
  readonly row: SpaceRow;
  /** undefined for a gap */
  readonly line?: MemoryLine;
}

export interface MemoryView {
  /** where it is: a place whose bytes are on their way is not shown before they are there */
  readonly at: { readonly anchor: bigint; readonly visit: number };
  readonly format: MemoryFormat;
  readonly rows: RowSpace;
  readonly notes: NoteStore;
  readonly shown: readonly ShownRow[];
  /** the row at the top, with its fraction */
  readonly top: number;
  scrollTo(top: number): void;
  /** The unit's bytes as a number, if they are there. */
  valueAt(address: bigint, size: number): bigint | 'missing' | 'unknown';
  /** Shows the rows around an address in a hole. */
  open(address: bigint): void;
}

/** Where a memory pane is, and how much it has room for. */
export interface MemoryViewPlace {
  /** the address at the top when the person came here */
  readonly anchor: bigint;
  /** another one with each coming, so that the same place again is one */
  readonly visit: number;
  readonly format: FormatId;
  /** rows that are seen */
  readonly visible: number;
  /** characters that a row has for its data */
  readonly characters: number;
}

/** What a memory pane shows at a place: rows over the whole address space, their bytes fetched ahead. */
export function useMemoryView(
  source: MemorySource,
  { anchor: wantedAnchor, visit: wantedVisit, format: formatId, visible, characters }: MemoryViewPlace,
): MemoryView {
  const [runs, setRuns] = useState(NO_RUNS);
  const [islands, setIslands] = useState<readonly bigint[]>([]);
  const [version, setVersion] = useState(0);
  const [top, setTop] = useState(0);
  const direction = useRef(0);
  const end = 1n << BigInt(source.addressBits);
  const full = useMemo(() => memoryFormat(formatId, source.pointerSize), [formatId, source.pointerSize]);
  const fitted = fitFormat(full, characters);
  const format = useMemo(() => fitted, [full, fitted.perRow]);
  const changed = useCallback(() => setVersion((v) => v + 1), []);
  const { page: fetchPage, notes: fetchNotes, runs: fetchRuns } = source;
  const lastPages = useRef<PageStore>(undefined);
  const pages = useMemo(() => {
    lastPages.current = new PageStore(fetchPage, end, changed, lastPages.current);
    return lastPages.current;
  }, [fetchPage, end, changed]);
  const wanted = useMemo(() => ({ anchor: wantedAnchor, visit: wantedVisit }), [wantedAnchor, wantedVisit]);
  const [at, setAt] = useState(wanted);
  const isWaiting = at !== wanted && !pages.isSettled(wanted.anchor);
  if (at !== wanted && !isWaiting) setAt(wanted);
  useEffect(() => {
    if (isWaiting) pages.load(wanted.anchor);
  }, [isWaiting, pages, wanted]);
  const { anchor, visit } = at;
  const phase = anchor % BigInt(source.pointerSize);
  const lastNotes = useRef<{ store: NoteStore; size: number }>(undefined);
  const notes = useMemo(() => {
    const last = lastNotes.current;
    const before = last?.size === source.pointerSize ? last.store : undefined;
    lastNotes.current = {
      store: new NoteStore(fetchNotes, changed, phase, before),
      size: source.pointerSize,
    };
    return lastNotes.current.store;
  }, [fetchNotes, changed, phase, source.pointerSize]);
  useEffect(() => {
    let isCurrent = true;
    fetchRuns().then(
      (found) => isCurrent && setRuns(found),
      // without them all of the space is one hole, of which islands are shown
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [fetchRuns]);
  const rows = useMemo(
    () => memoryRows({ runs, bytesPerRow: bytesPerRow(format), anchor, end, islands: [anchor, ...islands] }),
    [runs, format, anchor, end, islands],
  );
  // a visit brings its address to the top; other rows for the same bytes keep what is at the top there
  const place = `${anchor} ${visit}`;
  const shape = `${formatId} ${format.perRow}`;
  const [placed, setPlaced] = useState({ place: '', shape: '', runs, rows });
  if ((placed.place !== place || placed.shape !== shape || placed.runs !== runs) && visible > 0) {
    const first = placed.rows.at(Math.floor(top))?.start ?? anchor;
    const to = placed.place === place ? first : anchor;
    setPlaced({ place, shape, runs, rows });
    setTop(clampTop(rows.rowOf(to), { rowCount: rows.rowCount, visible }));
  }
  const lines = useMemo(() => new Map<bigint, MemoryLine>(), [format, pages]);
  const first = Math.floor(top);
  const last = Math.min(rows.rowCount, Math.ceil(top + visible) + 1);
  const shown: ShownRow[] = [];
  for (let number = first; number < last; number++) {
    const row = rows.at(number);
    if (row) shown.push({ number, row, line: row.kind === 'gap' ? undefined : lineAt(row) });
  }
  function lineAt(row: SpaceRow): MemoryLine {
    const known = lines.get(row.start);
    if (known?.isComplete) return known;
    const line = memoryLine(rowBytes(pages, row.start, Number(row.end - row.start)), format);
    if (lines.size > MAX_LINES) lines.clear();
    lines.set(row.start, line);
    return line;
  }
  useEffect(() => {
    const bytes = shown.filter(({ row }) => row.kind === 'bytes');
    const ranges = contiguous(bytes);
    pages.want(ranges, direction.current);
    if (format.notes) notes.want(ranges);
  }, [first, last, rows, pages, notes, format, version]);
  const scrollTo = useCallback(
    (to: number) => {
      setTop((old) => {
        const next = clampTop(to, { rowCount: rows.rowCount, visible });
        if (next !== old) direction.current = next > old ? 1 : -1;
        return next;
      });
    },
    [rows, visible],
  );
  const open = useCallback(
    (address: bigint) => setIslands((old) => (inGap(rows, address) ? [...old.slice(-63), address] : old)),
    [rows],
  );
  const valueAt = (address: bigint, size: number): bigint | 'missing' | 'unknown' => {
    // behind the end of the space nothing can be there
    if (address + BigInt(size) > end) return 'missing';
    const bytes = rowBytes(pages, address, size);
    const state = bytes.stateOf(0, size);
    if (state !== 'there') return state;
    return size === 8 ? bytes.view.getBigUint64(0, true) : BigInt(bytes.view.getUint32(0, true));
  };
  return { at, format, rows, notes, shown, top, scrollTo, valueAt, open };
}

/** Rows that follow on each other, as ranges: a gap lies between two. */
function contiguous(rows: readonly ShownRow[]): { start: bigint; end: bigint }[] {
  const ranges: { start: bigint; end: bigint }[] = [];
  for (const { row } of rows) {
    const last = ranges.at(-1);
    if (last?.end === row.start) last.end = row.end;
    else ranges.push({ start: row.start, end: row.end });
  }
  return ranges;
}
