import './heapMap.css';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { BlockClasses, HeapChoice, HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';
import { csvFile, type Save } from '../picture/csv.ts';
import type { WindowPoint } from '../picture/PictureCanvas.tsx';
import { PictureSplit } from '../picture/PictureSplit.tsx';
import { PictureTabs } from '../picture/PictureTabs.tsx';
import { useTokens } from '../picture/useTokens.ts';
import type { ColourMode } from './blockColours.ts';
import { type BlockFilter, filterBlocks } from './blockFilter.ts';
import { BlockFilterBar } from './BlockFilterBar.tsx';
import { type BlockOrder, sortBlocks } from './blockOrder.ts';
import { blocksCsv } from './blocksCsv.ts';
import {
  litBlocks,
  NOTHING_SELECTED,
  selectAll,
  selectOne,
  selectRows,
  type BlockSelection,
} from './blockSelection.ts';
import { blocksText } from './blocksText.ts';
import { BlockTable } from './BlockTable.tsx';
import { coloursOf, legendOf, needOf } from './colourMode.ts';
import { DamageList } from './DamageList.tsx';
import { damageRows } from './damageRows.ts';
import { blockRow } from './describeBlock.ts';
import { HeapCanvas, type HeapCanvasHandle } from './HeapCanvas.tsx';
import { HeapToolBar } from './HeapToolBar.tsx';
import { blockAt } from './rasterizeHeap.ts';
import { SizeHistogram } from './SizeHistogram.tsx';

export interface HeapMapPaneProps {
  readonly map: HeapMap;
  /** absent until they are known */
  readonly owners?: HeapOwners;
  readonly classes?: BlockClasses;
  /** what is still being found out, or why it was not, in a sentence */
  readonly status?: string;
  /** a box for an address, and where it leads */
  readonly goTo?: ReactNode;
  readonly place?: { readonly address: bigint };
  /** all heaps of the process, to change to another */
  readonly heaps?: readonly HeapChoice[];
  onHeap?(heap: bigint): void;
  /** The person wants to see what is absent: it takes time to find out. */
  onNeed?(what: 'owners' | 'classes'): void;
  onOpenMemory(address: bigint, beside: boolean): void;
  onMenu?(address: bigint, place: WindowPoint): void;
  readonly onSave?: Save;
}

type HeapTab = 'blocks' | 'sizes' | 'damage';

/** A heap as a map of its blocks, with the table, the sizes and the damage behind it. */
export function HeapMapPane(props: HeapMapPaneProps): ReactNode {
  const { map, owners, classes, status, place, onNeed, onOpenMemory, onMenu, onSave } = props;
  const root = useRef<HTMLElement>(null);
  const picture = useRef<HeapCanvasHandle>(null);
  const tokens = useTokens(root);
  const [mode, setMode] = useState<ColourMode>('state');
  const [filter, setFilter] = useState<BlockFilter>({});
  const [order, setOrder] = useState<BlockOrder>({ key: 'address', descending: false });
  const [selection, setSelection] = useState<BlockSelection>(NOTHING_SELECTED);
  const [tab, setTab] = useState<HeapTab>(map.errors > 0 ? 'damage' : 'blocks');
  const facts = useMemo(() => ({ map, owners, classes }), [map, owners, classes]);
  const colours = useMemo(() => coloursOf(mode, facts), [mode, facts]);
  const legend = useMemo(() => legendOf(map, colours), [map, colours]);
  const damage = useMemo(() => damageRows(map, owners), [map, owners]);
  // the picture follows the pointer; the table of a million blocks may come a moment later
  const quiet = useDeferredValue(filter);
  const found = useMemo(() => filterBlocks(facts, quiet), [facts, quiet]);
  const blocks = useMemo(() => sortBlocks(map, found, order), [map, found, order]);
  const { active, chosen } = selection;
  const lit = useMemo(() => chosen ?? (found && litBlocks(map.count, found)), [map, found, chosen]);

  const open = (block: number, beside: boolean): void => onOpenMemory(blockRow(facts, block).address, beside);
  const menu =
    onMenu && ((block: number, place: WindowPoint) => onMenu(blockRow(facts, block).address, place));
  const change = (part: Partial<BlockFilter>): void => {
    setFilter((old) => ({ ...old, ...part }));
    setSelection((old) => selectOne(old.active));
  };
  /** In the map: what Shift reaches over is a range of addresses. */
  const select = (block: number, extend: boolean): void => {
    const from = selection.anchor;
    if (!extend || from < 0) return setSelection(selectOne(block));
    setSelection({ active: block, anchor: from });
    const [first, last] = from < block ? [from, block] : [block, from];
    const end = (map.entry[last] ?? 0) + (map.size[last] ?? 1);
    return setFilter((old) => ({ ...old, range: { start: map.entry[first] ?? 0, end } }));
  };
  /** In the table: what Shift reaches over are rows in their order. */
  const selectRow = (row: number, extend: boolean): void => {
    const next = extend
      ? selectRows(selection, blocks, map.count, row)
      : selectOne(blocks ? (blocks[row] ?? -1) : row);
    setSelection(next);
    if (next.active >= 0) picture.current?.reveal(next.active);
  };
  const show = (address: bigint): void => {
    const block = blockAt(map, Number(address));
    setSelection(selectOne(block));
    picture.current?.zoomToBlock(block);
  };
  useEffect(() => {
    if (place) show(place.address);
  }, [place, map]);
  const isElsewhere = place !== undefined && blockAt(map, Number(place.address)) < 0;
  const chooseTab = (next: HeapTab): void => {
    setTab(next);
    if (next === 'damage' && !owners) onNeed?.('owners');
  };
  // the heap's own findings are listed up to a thousand
  const damageCount = damage.length + Math.max(0, map.errors - map.findings.length);
  const notes = [
    ...(isElsewhere ? [`0x${place.address.toString(16)} lies in no block of this heap`] : []),
    ...(status === undefined ? [] : [status]),
    ...map.notes,
  ];
  const name = `heap-${map.heap.toString(16)}`;
  const title = `Heap ${addressText(map.heap, map.pointerSize === 4 ? 32 : 64)}`;
  return (
    <section className="picture-pane heap-map" ref={root} aria-label={title}>
      <HeapToolBar
        map={map}
        heaps={props.heaps}
        goTo={props.goTo}
        mode={mode}
        legend={legend}
        tokens={tokens}
        canZoomToBlock={active >= 0}
        picture={picture}
        onHeap={props.onHeap}
        onMode={(next) => {
          setMode(next);
          const need = needOf(next, facts);
          if (need) onNeed?.(need);
        }}
        onToBlock={() => picture.current?.zoomToBlock(active)}
        onPng={async () => {
          const png = await picture.current?.png(`${title}: ${blocksText(map)}`, legend);
          if (png) onSave?.(`${name}.png`, png);
        }}
        onCsv={() => onSave?.(`${name}.csv`, csvFile(blocksCsv(facts, blocks)))}
      />
      <PictureSplit
        picture={
          <HeapCanvas
            ref={picture}
            facts={facts}
            colours={colours}
            lit={lit}
            brush={filter.range}
            selected={active}
            tokens={tokens}
            onSelect={select}
            onBrush={(range) => change({ range })}
            onOpen={open}
            onMenu={menu}
          />
        }
        tables={
          <>
            <div className="picture-bar">
              <PictureTabs
                label="Behind the map"
                tabs={[
                  { name: 'blocks', title: 'Blocks' },
                  { name: 'sizes', title: 'Sizes' },
                  {
                    name: 'damage',
                    title: `Damage (${damageCount.toLocaleString('en-US')})`,
                    isBad: damageCount > 0,
                  },
                ]}
                tab={tab}
                onTab={chooseTab}
              />
              {tab === 'blocks' && <BlockFilterBar facts={facts} filter={filter} onChange={change} />}
              <span className="picture-bar-end" role="status">
                {blocksText(map, blocks, chosen)}
              </span>
            </div>
            <div className="heap-below" role="tabpanel" aria-label={tab}>
              {tab === 'blocks' && (
                <BlockTable
                  facts={facts}
                  blocks={blocks}
                  order={order}
                  selection={selection}
                  onOrder={setOrder}
                  onSelectRow={selectRow}
                  onSelectAll={() => setSelection((old) => selectAll(old, blocks, map.count))}
                  onOpen={open}
                  onMenu={menu}
                />
              )}
              {tab === 'sizes' && (
                <SizeHistogram
                  map={map}
                  tokens={tokens}
                  onChoose={(bucket) => {
                    change({ minSize: bucket.from, maxSize: bucket.to - 1 });
                    setTab('blocks');
                  }}
                />
              )}
              {tab === 'damage' && (
                <DamageList
                  map={map}
                  rows={damage}
                  isWhole={owners !== undefined}
                  onOpen={onOpenMemory}
                  onShow={show}
                />
              )}
            </div>
          </>
        }
      />
      {notes.length > 0 && (
        <p className="picture-status" role="status">
          {notes.join(' · ')}
        </p>
      )}
    </section>
  );
}
