import './heapMap.css';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { BlockClasses, HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { csv, csvFile, type Save } from '../picture/csv.ts';
import { ExportButtons } from '../picture/ExportButtons.tsx';
import { Legend } from '../picture/Legend.tsx';
import { useTokens } from '../picture/useTokens.ts';
import {
  type BlockColours,
  COLOUR_MODES,
  type ColourMode,
  coloursByClass,
  coloursByOwner,
  coloursBySize,
  coloursByState,
  coloursByType,
} from './blockColours.ts';
import {
  type BlockFilter,
  type BlockOrder,
  filterBlocks,
  litBlocks,
  parseSizes,
  sortBlocks,
} from './blockFilter.ts';
import { BlockTable } from './BlockTable.tsx';
import { DamageList } from './DamageList.tsx';
import { blockRow } from './describeBlock.ts';
import { HeapCanvas, type HeapCanvasHandle } from './HeapCanvas.tsx';
import { blockAt } from './rasterizeHeap.ts';
import { SizeHistogram } from './SizeHistogram.tsx';

/** Rows of an exported table: what a spreadsheet takes. */
const MAX_CSV_ROWS = 1_048_575;

export interface HeapMapPaneProps {
  readonly map: HeapMap;
  /** absent until they are known */
  readonly owners?: HeapOwners;
  readonly classes?: BlockClasses;
  /** The person wants to see what is absent: it takes time to find out. */
  onNeed?(what: 'owners' | 'classes'): void;
  onOpenMemory(address: bigint, beside: boolean): void;
  readonly onSave?: Save;
}

const MODES: Readonly<Record<ColourMode, string>> = {
  state: 'State',
  size: 'Size class',
  owner: 'Owner module',
  type: 'CRT block type',
  class: 'C++ class',
};
const TABS = { blocks: 'Blocks', sizes: 'Sizes', damage: 'Damage' } as const;
type Tab = keyof typeof TABS;

/** A heap as a map of its blocks, with the table, the sizes and the damage behind it. */
export function HeapMapPane({ map, owners, classes, onNeed, onOpenMemory, onSave }: HeapMapPaneProps) {
  const root = useRef<HTMLElement>(null);
  const picture = useRef<HeapCanvasHandle>(null);
  const tokens = useTokens(root);
  const [mode, setMode] = useState<ColourMode>('state');
  const [filter, setFilter] = useState<BlockFilter>({});
  const [sizes, setSizes] = useState('');
  const [order, setOrder] = useState<BlockOrder>({ key: 'address', descending: false });
  const [selected, setSelected] = useState(-1);
  const [tab, setTab] = useState<Tab>(map.errors > 0 ? 'damage' : 'blocks');
  const facts = useMemo(() => ({ map, owners, classes }), [map, owners, classes]);
  const colours = useMemo(() => coloursOf(mode, facts), [mode, facts]);
  // the picture follows the pointer; the table of a million blocks may come a moment later
  const quiet = useDeferredValue(filter);
  const found = useMemo(() => filterBlocks(map, owners, quiet), [map, owners, quiet]);
  const blocks = useMemo(() => sortBlocks(map, found, order), [map, found, order]);
  const lit = useMemo(() => found && litBlocks(map.count, found), [map, found]);
  const bits = map.pointerSize === 4 ? 32 : 64;
  const legend = colours.categories.filter((c, i) => usedCategories(colours)[i]);

  const open = (block: number, beside: boolean): void => onOpenMemory(blockRow(facts, block).address, beside);
  const chooseMode = (next: ColourMode): void => {
    setMode(next);
    if ((next === 'owner' || next === 'type') && !owners) onNeed?.('owners');
    if (next === 'class' && !classes) onNeed?.('classes');
  };
  const change = (part: Partial<BlockFilter>): void => setFilter((old) => ({ ...old, ...part }));
  const name = `heap-${map.heap.toString(16)}`;
  const saveCsv = (): void => {
    const count = Math.min(MAX_CSV_ROWS, blocks?.length ?? map.count);
    const rows = Array.from({ length: count }, (_, k) => blockRow(facts, blocks ? (blocks[k] ?? 0) : k));
    const text = csv(
      ['address', 'entry', 'state', 'damaged', 'size', 'user size', 'part', 'owner', 'CRT type', 'class'],
      rows.map((r) => [
        `0x${r.address.toString(16)}`,
        `0x${r.entry.toString(16)}`,
        r.state,
        r.damaged ? 'yes' : 'no',
        r.size,
        r.userSize,
        r.part,
        r.owner,
        r.type,
        r.className,
      ]),
    );
    onSave?.(`${name}.csv`, csvFile(text));
  };

  return (
    <section className="picture-pane heap-map" ref={root} aria-label={`Heap ${addressText(map.heap, bits)}`}>
      <div className="picture-bar">
        <label>
          Colour by{' '}
          <select
            className="field"
            value={mode}
            onChange={(event) => chooseMode(COLOUR_MODES.find((m) => m === event.target.value) ?? 'state')}
          >
            {COLOUR_MODES.map((m) => (
              <option key={m} value={m}>
                {MODES[m]}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="button"
          title="All of the heap (0)"
          onClick={() => picture.current?.whole()}
        >
          Whole heap
        </button>
        <button
          type="button"
          className="button"
          aria-label="Zoom in"
          title="Zoom in (+ or wheel)"
          onClick={() => picture.current?.zoom(2)}
        >
          +
        </button>
        <button
          type="button"
          className="button"
          aria-label="Zoom out"
          title="Zoom out (- or wheel)"
          onClick={() => picture.current?.zoom(0.5)}
        >
          −
        </button>
        <button
          type="button"
          className="button"
          disabled={selected < 0}
          title="Zoom to the block (z)"
          onClick={() => picture.current?.zoomToBlock(selected)}
        >
          To block
        </button>
        <Legend items={legend} tokens={tokens} />
        <ExportButtons
          onPng={() => void picture.current?.png().then((blob) => blob && onSave?.(`${name}.png`, blob))}
          onCsv={saveCsv}
        />
      </div>
      <HeapCanvas
        ref={picture}
        facts={facts}
        colours={colours}
        lit={lit}
        brush={filter.range}
        selected={selected}
        tokens={tokens}
        onSelect={setSelected}
        onBrush={(range) => change({ range })}
        onOpen={open}
      />
      <div className="picture-bar">
        <span role="tablist" aria-label="Behind the map" style={{ display: 'contents' }}>
          {(['blocks', 'sizes', 'damage'] as const).map((t) => (
            <button
              key={t}
              type="button"
              role="tab"
              aria-selected={tab === t}
              className="button heap-tab"
              onClick={() => setTab(t)}
            >
              {TABS[t]}
              {t === 'damage' && ` (${(map.errors + (owners?.damage.length ?? 0)).toLocaleString('en-US')})`}
            </button>
          ))}
        </span>
        {tab === 'blocks' && (
          <>
            <label>
              State{' '}
              <select
                className="field"
                value={filter.damaged ? 'damaged' : (filter.state ?? '')}
                onChange={({ target: { value } }) =>
                  change({
                    damaged: value === 'damaged' ? true : undefined,
                    state: value === '' || value === 'damaged' ? undefined : Number(value),
                  })
                }
              >
                <option value="">all</option>
                {map.states.map((state, i) => (
                  <option key={state} value={i}>
                    {state}
                  </option>
                ))}
                <option value="damaged">damaged</option>
              </select>
            </label>
            <label>
              Bytes{' '}
              <input
                className="field mono heap-sizes"
                placeholder="100-200"
                value={sizes}
                aria-invalid={parseSizes(sizes) === undefined}
                title="100, 100-200, 100- or -200; 0x for hexadecimal"
                onChange={({ target: { value } }) => {
                  setSizes(value);
                  const bounds = parseSizes(value);
                  if (bounds) change({ minSize: undefined, maxSize: undefined, ...bounds });
                }}
              />
            </label>
            {owners && owners.owners.length > 1 && (
              <label>
                Owner{' '}
                <select
                  className="field"
                  value={filter.owner ?? ''}
                  onChange={({ target: { value } }) =>
                    change({ owner: value === '' ? undefined : Number(value) })
                  }
                >
                  <option value="">all</option>
                  {owners.owners.map((owner, i) => (
                    <option key={owner} value={i}>
                      {owner === '' ? 'not known' : owner}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {filter.range && (
              <button
                type="button"
                className="button mono"
                title="Take the range away (Esc in the map)"
                onClick={() => change({ range: undefined })}
              >
                {addressText(BigInt(filter.range.start), bits)} –{' '}
                {addressText(BigInt(filter.range.end - 1), bits)} ×
              </button>
            )}
          </>
        )}
        <span className="picture-bar-end" role="status">
          {(blocks?.length ?? map.count).toLocaleString('en-US')} of {map.count.toLocaleString('en-US')}{' '}
          blocks · {map.busyBlocks.toLocaleString('en-US')} busy, {sizeText(map.busyBytes)} ·{' '}
          {map.freeBlocks.toLocaleString('en-US')} free, {sizeText(map.freeBytes)}
        </span>
      </div>
      <div className="heap-below">
        {tab === 'blocks' && (
          <BlockTable
            facts={facts}
            blocks={blocks}
            order={order}
            selected={selected}
            onOrder={setOrder}
            onSelect={setSelected}
            onOpen={open}
          />
        )}
        {tab === 'sizes' && (
          <SizeHistogram
            map={map}
            tokens={tokens}
            onChoose={(bucket) => {
              setSizes(`${bucket.from}-${bucket.to - 1}`);
              change({ minSize: bucket.from, maxSize: bucket.to - 1 });
              setTab('blocks');
            }}
          />
        )}
        {tab === 'damage' && (
          <DamageList
            map={map}
            owners={owners}
            onOpen={onOpenMemory}
            onShow={(address) => {
              const block = blockAt(map, Number(address));
              setSelected(block);
              if (block >= 0) picture.current?.zoomToBlock(block);
            }}
          />
        )}
      </div>
      {map.notes.length > 0 && <p className="picture-status">{map.notes.join(' · ')}</p>}
    </section>
  );
}

/** The colours of a mode; by state while what the mode needs is not known yet. */
function coloursOf(
  mode: ColourMode,
  { map, owners, classes }: Pick<HeapMapPaneProps, 'map' | 'owners' | 'classes'>,
): BlockColours {
  if (mode === 'size') return coloursBySize(map);
  if (mode === 'owner' && owners) return coloursByOwner(map, owners);
  if (mode === 'type' && owners) return coloursByType(map, owners);
  if (mode === 'class' && classes) return coloursByClass(map, classes);
  return coloursByState(map);
}

const used = new WeakMap<BlockColours, readonly boolean[]>();

/** Which categories there are blocks of: the legend has no others. */
function usedCategories(colours: BlockColours): readonly boolean[] {
  let known = used.get(colours);
  if (!known) {
    const seen = new Uint8Array(256);
    for (const c of colours.of) seen[c] = 1;
    used.set(colours, (known = Array.from(seen, (s) => s === 1)));
  }
  return known;
}
