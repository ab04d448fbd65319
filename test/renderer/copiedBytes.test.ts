import { beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../core/bytes/index.ts';
import { memoryPage, memoryRunsOf } from '../../core/commands/memory/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { rowSpan, selectedRange, selectionText, unitAt } from '../../renderer/memory/byteSelection.ts';
import { copiedSize, copiedText, type CopyKind, MAX_COPY } from '../../renderer/memory/copiedBytes.ts';
import { bytesPerRow, type FormatId, memoryFormat } from '../../renderer/memory/memoryFormats.ts';
import { memoryRows } from '../../renderer/memory/memoryRows.ts';
import type { RowSpace } from '../../renderer/picture/rowSpace.ts';
import { runLine } from '../commands/runLine.ts';

const DUMP = 'dumps/runtime-test-md.dmp';
/** in the debug heap of the bundled dump, which is in the dump up to 34a000 */
const INSIDE = 0x3486e8n;
const EDGE = 0x34a000n;

const range = (start: bigint, length: number) => ({ start, end: start + BigInt(length) });

describe('copied bytes', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.open(new BufferSource(readFileSync(DUMP), DUMP));
  });

  function rowsOf(id: FormatId, anchor: bigint): RowSpace {
    const runs = memoryRunsOf(engine.session);
    const perRow = bytesPerRow(memoryFormat(id, 4));
    return memoryRows({ runs, bytesPerRow: perRow, anchor, end: 1n << 32n, islands: [anchor] });
  }
  function requested(id: FormatId, start: bigint, length: number, anchor = start) {
    return {
      range: range(start, length),
      rows: rowsOf(id, anchor),
      format: memoryFormat(id, 4),
      bits: 32 as const,
    };
  }
  function copied(kind: CopyKind, request: ReturnType<typeof requested>): Promise<string> {
    const { memory } = engine.session.target;
    return copiedText(kind, request, (from, size) => Promise.resolve(memoryPage(memory, from, size)));
  }

  it.each([
    ['bytes', 'db', 0x37],
    ['bytes', 'db', 0x40],
    ['dwords', 'dc', 0x30],
    ['words', 'dw', 0x40],
    ['qwords', 'dq', 0x40],
  ] as const)(
    'with addresses are the lines of the command: %s as %s, %i bytes',
    async (id, command, length) => {
      for (const start of [INSIDE, EDGE - 0x18n]) {
        const units = length / memoryFormat(id, 4).unit;
        const { lines: printed } = await runLine(
          engine,
          `${command} ${start.toString(16)} L0n${Math.floor(units)}`,
        );
        const own = await copied('addressed', requested(id, start, length));
        const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trimEnd());
        // the pane shows letters of Latin-1 where db has dots
        const ascii = own.replaceAll(/[^\n -~]/g, '.');
        expect(trimmed(ascii.split('\n'))).toEqual(trimmed(printed));
      }
    },
  );

  it('as shown are the units in the rows of the pane, the first and the last in part', async () => {
    const {
      lines: [line],
    } = await runLine(engine, 'db 3486e8 L10');
    const bytes = (line ?? '').slice(10, 10 + 47).split(/[ -]/);
    expect(bytes).toHaveLength(16);
    expect(await copied('shown', requested('bytes', INSIDE + 6n, 4, INSIDE))).toBe(
      bytes.slice(6, 10).join(' '),
    );
    const two = await copied('shown', requested('bytes', INSIDE + 12n, 8, INSIDE));
    expect(two.split('\n').map((row) => row.split(' ').length)).toEqual([4, 4]);
    // bytes 6 to 9 lie in two dwords
    const dwords = await copied('shown', requested('dwords', INSIDE + 6n, 4, INSIDE));
    const [a, b] = [4, 8].map((at) =>
      bytes
        .slice(at, at + 4)
        .reverse()
        .join(''),
    );
    expect(dwords).toBe(`${a} ${b}`);
  });

  it('as text are characters in one line, and question marks where the dump has none', async () => {
    // the image's path in the process parameters
    const expression = 'poi(poi(@$peb+10)+3c)';
    const du = (await runLine(engine, `du ${expression}`)).lines.join('');
    const [, address = '', path = ''] = /^([0-9a-f]{8}) {2}"([^"]{20,})"/.exec(du) ?? [];
    expect(path).toContain('\\');
    const at = BigInt(`0x${address}`);
    const unicode = requested('unicode', at, 2 * path.length);
    expect(await copied('text', unicode)).toBe(path);
    expect(await copied('shown', unicode)).toBe(path);
    const db = (await runLine(engine, `db ${expression} L20`)).lines;
    expect(await copied('text', requested('bytes', at, 32))).toBe(db.map((line) => line.slice(59)).join(''));
    const [there, missing] = [await copied('text', requested('bytes', EDGE - 2n, 4, EDGE - 8n)), '??'];
    expect(there).toHaveLength(4);
    expect(there.endsWith(missing)).toBe(true);
    expect(await copied('shown', requested('bytes', EDGE - 1n, 2, EDGE - 8n))).toMatch(/^[0-9a-f]{2} \?\?$/);
  });

  it('a hole that is one row is one line, and counts for nothing', async () => {
    const rows = rowsOf('bytes', EDGE);
    const gap = rows.pieces.find((p) => p.kind === 'gap' && p.start > EDGE);
    if (!gap) throw new Error('no hole');
    const whole = requested('bytes', gap.start - 4n, 4, EDGE);
    const request = { ...whole, range: { start: gap.start - 4n, end: gap.end + 4n } };
    expect(copiedSize(request)).toBe(8n);
    const lines = (await copied('shown', request)).split('\n');
    expect(lines[0]).toBe('?? ?? ?? ??');
    expect(lines[1]).toMatch(/^[0-9a-f]{8} – [0-9a-f]{8}: .* not in the dump$/);
    expect(lines).toHaveLength(3);
  });

  it('are not more than fit: no page is asked for beyond', async () => {
    const runs = { starts: BigUint64Array.of(0x10000n), lasts: BigUint64Array.of(0x20ffffn) };
    const rows = memoryRows({ runs, bytesPerRow: 16, anchor: 0n, end: 1n << 32n, islands: [] });
    const all = { ...requested('bytes', INSIDE, 1), rows, range: { start: 0n, end: 1n << 32n } };
    expect(copiedSize(all)).toBeGreaterThan(BigInt(MAX_COPY));
    const page = () => Promise.reject(new Error('asked'));
    await expect(copiedText('shown', all, page)).rejects.toThrow(/not more than 1,048,576 bytes are copied/);
  });
});

describe('a selection', () => {
  const format = memoryFormat('dwords', 4);
  const runs = { starts: BigUint64Array.of(0x10000n), lasts: BigUint64Array.of(0x10fffn) };
  const rows = memoryRows({ runs, bytesPerRow: 16, anchor: 0x10006n, end: 1n << 32n, islands: [] });

  it('goes from unit to unit, both ends within, in either direction', () => {
    const a = unitAt(rows, format, 0x1000fn);
    expect(a).toEqual({ start: 0x1000en, end: 0x10012n });
    const b = unitAt(rows, format, 0x10026n);
    const forward = selectedRange({ anchor: a, head: b });
    expect(forward).toEqual({ start: 0x1000en, end: 0x1002an });
    expect(selectedRange({ anchor: b, head: a })).toEqual(forward);
    expect(selectionText(forward)).toBe('0x1000e to 0x10029, 28 bytes');
    expect(selectionText({ start: 1n, end: 2n })).toBe('0x1, 1 byte');
  });

  it('takes a hole that is one row as a whole, up to the end of the 64-bit space', () => {
    const wide = memoryRows({ runs, bytesPerRow: 16, anchor: 0x10000n, end: 1n << 64n, islands: [] });
    const last = unitAt(wide, format, (1n << 64n) - 1n);
    expect(last.end).toBe(1n << 64n);
    expect(selectionText(last)).toMatch(/ to 0xffffffffffffffff, /);
  });

  it('is drawn over the units that it touches, in the data and in the text', () => {
    const row = rows.at(rows.rowOf(0x10006n));
    if (!row) throw new Error('no row');
    expect(row.start).toBe(0x10006n);
    // db counts three columns a byte, dc nine a dword
    expect(rowSpan(row, range(0x1000bn, 4), format)).toEqual({ column: 9, width: 17, text: 4, textWidth: 8 });
    const bytes = memoryFormat('bytes', 4);
    expect(rowSpan(row, range(0x10008n, 2), bytes)).toEqual({ column: 6, width: 5, text: 2, textWidth: 2 });
    expect(rowSpan(row, range(0n, 0x20000), bytes)).toEqual({ column: 0, width: 47, text: 0, textWidth: 16 });
    expect(rowSpan(row, range(0x10016n, 4), bytes)).toBeUndefined();
    expect(rowSpan(row, range(0x10000n, 6), bytes)).toBeUndefined();
  });
});
