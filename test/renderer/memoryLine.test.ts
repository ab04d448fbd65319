import { beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../core/bytes/index.ts';
import { memoryPage } from '../../core/commands/memory/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { runLine } from '../commands/runLine.ts';
import { type FormatId, memoryFormat, bytesPerRow } from '../../renderer/memory/memoryFormats.ts';
import {
  columnOf,
  dataWidth,
  memoryLine,
  offsetAtColumn,
  textWidth,
} from '../../renderer/memory/memoryLine.ts';
import { PageStore, rowBytes } from '../../renderer/memory/pageStore.ts';

const DUMP = 'dumps/runtime-test-md.dmp';
/** in the debug heap of the bundled dump, up to and over the end of what is in the dump */
const INSIDE = 0x3486e8n;
const AT_EDGE = 0x349fe8n;

/** What the pane shows is held against what the d* commands print, which is code of its own. */
describe('a line of a memory pane', () => {
  let engine: Engine;
  let store: PageStore;
  beforeAll(async () => {
    engine = await Engine.open(new BufferSource(readFileSync(DUMP), DUMP));
    const { memory } = engine.session.target;
    store = new PageStore(
      (start, length) => Promise.resolve(memoryPage(memory, start, length)),
      1n << 32n,
      () => undefined,
    );
    store.want(
      [
        { start: INSIDE, end: INSIDE + 0x100n },
        { start: AT_EDGE, end: AT_EDGE + 0x100n },
      ],
      0,
    );
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

  function shown(id: FormatId, address: bigint): string {
    const format = memoryFormat(id, 4);
    const line = memoryLine(rowBytes(store, address, bytesPerRow(format)), format);
    expect(line.isComplete).toBe(true);
    return line.data.map((p) => p.text).join('');
  }

  it.each([
    ['bytes', 'db', 16],
    ['words', 'dw', 8],
    ['dwords', 'dd', 4],
    ['qwords', 'dq', 2],
  ] as const)('shows %s as %s does, what is there and what is not', async (id, command, count) => {
    for (const address of [INSIDE, AT_EDGE, AT_EDGE + 0x10n]) {
      const { lines } = await runLine(engine, `${command} ${address.toString(16)} L${count.toString(16)}`);
      // behind the address, in front of the characters
      const printed = (lines[0] ?? '').slice(10).split('  ')[0];
      expect(shown(id, address)).toBe(printed);
    }
  });

  it('marks bytes that are not in the dump, and never shows them as zeros', async () => {
    const { memory } = engine.session.target;
    const end = AT_EDGE + BigInt(memory.available(AT_EDGE, 0x10000));
    const format = memoryFormat('bytes', 4);
    store.want([{ start: end - 8n, end: end + 8n }], 0);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const line = memoryLine(rowBytes(store, end - 8n, 16), format);
    expect(line.data.map((p) => p.kind)).toEqual(['there', 'missing']);
    expect(line.data[1]?.text).toBe('-?? ?? ?? ?? ?? ?? ?? ??');
    expect(line.text.at(-1)).toEqual({ text: '????????', kind: 'missing' });
  });

  it('says of bytes that are not read yet that they are not known, not that they are missing', () => {
    const empty = new PageStore(
      () => new Promise(() => undefined),
      1n << 32n,
      () => undefined,
    );
    const line = memoryLine(rowBytes(empty, INSIDE, 16), memoryFormat('bytes', 4));
    expect(line.data.map((p) => p.kind)).toEqual(['unknown']);
    expect(line.isComplete).toBe(false);
  });

  it('keeps every unit as wide, and finds the unit under each of its characters', () => {
    for (const id of [
      'bytes',
      'words',
      'dwords',
      'qwords',
      'pointers',
      'floats',
      'doubles',
      'ascii',
      'unicode',
    ] as const) {
      for (const pointerSize of [4, 8] as const) {
        const format = memoryFormat(id, pointerSize);
        const length = bytesPerRow(format);
        const line = memoryLine(rowBytes(store, INSIDE, length), format);
        expect(line.data.map((p) => p.text).join(''), id).toHaveLength(dataWidth(format));
        expect(line.text.map((p) => p.text).join('')).toHaveLength(textWidth(format));
        for (let offset = 0; offset < length; offset += format.unit) {
          expect(offsetAtColumn(format, columnOf(format, offset))).toBe(offset);
          expect(offsetAtColumn(format, columnOf(format, offset) + format.width - 1)).toBe(offset);
        }
      }
    }
  });
});
