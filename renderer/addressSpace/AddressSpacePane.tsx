import './addressSpace.css';
import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { AddressSpace, SpaceRegion } from '../../core/protocol/pictures.ts';
import { addressText, addressWidth, sizeText } from '../picture/addressText.ts';
import { csv, csvFile, type Save } from '../picture/csv.ts';
import { ExportButtons } from '../picture/ExportButtons.tsx';
import { Legend } from '../picture/Legend.tsx';
import { clampTop, wheelRows } from '../picture/rowScroll.ts';
import { RowScrollBar } from '../picture/RowScrollBar.tsx';
import { useSize } from '../picture/useSize.ts';
import { useTokens } from '../picture/useTokens.ts';
import { drawSpace, ROW_HEIGHT } from './drawSpace.ts';
import { cellAt, fitSpace, foldSpace, MAX_ZOOM, MIN_ZOOM } from './foldSpace.ts';
import { RegionTable } from './RegionTable.tsx';
import { type RegionUse, regionUse, regionUses } from './regionUses.ts';

/** One notch of a wheel, and one press of + or -. */
const STEP = 2;
/** Pixels of a character of the labels' face. */
const CHARACTER = 6.7;

export interface AddressSpacePaneProps {
  readonly model: AddressSpace;
  onOpenMemory(address: bigint, beside: boolean): void;
  readonly onSave?: Save;
}

/** The whole address space on a folded line: what its memory is used for, and what of it the dump holds. */
export function AddressSpacePane({ model, onOpenMemory, onSave }: AddressSpacePaneProps) {
  const root = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tokens = useTokens(root);
  const { ref: frame, size } = useSize<HTMLDivElement>();
  const [zoomed, setZoom] = useState<number>();
  const [wanted, setTop] = useState(0);
  const [selected, setSelected] = useState(-1);
  const [hover, setHover] = useState<{ readonly x: number; readonly y: number; readonly region: number }>();
  const { regions } = model;
  const bits = model.pointerSize === 4 ? 32 : 64;
  const gutter = Math.ceil(addressWidth(bits) * CHARACTER) + 16;
  const width = Math.max(1, size.width - gutter - 8);
  const rowsThatFit = Math.max(1, Math.floor(size.height / ROW_HEIGHT));
  const fit = useMemo(() => fitSpace(regions, width, rowsThatFit), [regions, width, rowsThatFit]);
  const zoom = zoomed ?? fit;
  const folded = useMemo(() => foldSpace(regions, width, zoom), [regions, width, zoom]);
  const visible = size.height / ROW_HEIGHT;
  const scroll = {
    rowCount: folded.rowCount,
    visible,
    top: clampTop(wanted, { rowCount: folded.rowCount, visible }),
  };
  const { top } = scroll;

  useLayoutEffect(() => {
    if (!canvas.current || !tokens || size.width === 0) return;
    drawSpace({
      canvas: canvas.current,
      model,
      folded,
      width: size.width,
      height: size.height,
      gutter,
      top,
      selected,
      tokens,
    });
  }, [model, folded, size, gutter, top, selected, tokens]);

  const rowOfRegion = (region: number, of = folded): number => of.cells[of.firstCells[region] ?? 0]?.row ?? 0;
  const regionAtPoint = (x: number, y: number): number => {
    const cell = cellAt(folded, Math.floor(top + y / ROW_HEIGHT), x - gutter);
    return cell < 0 ? -1 : (folded.cells[cell]?.region ?? -1);
  };
  /** Zooms, and keeps a region where it is. */
  const zoomBy = (factor: number, region: number, y: number): void => {
    const next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom / factor));
    const after = foldSpace(regions, width, next);
    setZoom(next);
    setTop(
      clampTop(rowOfRegion(Math.max(0, region), after) - Math.floor(y / ROW_HEIGHT), {
        rowCount: after.rowCount,
        visible,
      }),
    );
  };
  useEffect(() => {
    const element = canvas.current;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      setHover(undefined);
      if (event.shiftKey) {
        const delta = { deltaY: event.deltaY || event.deltaX, deltaMode: event.deltaMode };
        setTop(clampTop(top + wheelRows(delta, ROW_HEIGHT, visible), scroll));
      } else {
        const region = regionAtPoint(event.offsetX, event.offsetY);
        zoomBy(event.deltaY < 0 ? STEP : 1 / STEP, region, event.offsetY);
      }
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  });

  const show = (region: number): void => {
    setSelected(region);
    const row = rowOfRegion(region);
    if (row < top || row >= Math.floor(top + visible))
      setTop(clampTop(row - Math.floor(visible / 2), scroll));
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const last = regions.length - 1;
    const y = (rowOfRegion(Math.max(0, selected)) - top) * ROW_HEIGHT;
    const page = Math.max(1, Math.floor(visible) - 1);
    const actions: Record<string, () => void> = {
      ArrowRight: () => show(Math.min(last, selected + 1)),
      ArrowLeft: () => show(Math.max(0, selected - 1)),
      ArrowDown: () => show(inRow(1)),
      ArrowUp: () => show(inRow(-1)),
      Home: () => show(0),
      End: () => show(last),
      PageDown: () => setTop(clampTop(top + page, scroll)),
      PageUp: () => setTop(clampTop(top - page, scroll)),
      '+': () => zoomBy(STEP, selected, y),
      '=': () => zoomBy(STEP, selected, y),
      '-': () => zoomBy(1 / STEP, selected, y),
      '0': () => setZoom(undefined),
      Enter: () => openRegion(selected, event.ctrlKey),
    };
    const action = actions[event.key];
    if (!action || (event.ctrlKey && event.key !== 'Enter')) return;
    event.preventDefault();
    action();
  };
  /** The region above or below the selected one. */
  const inRow = (step: number): number => {
    const cell = folded.cells[folded.firstCells[Math.max(0, selected)] ?? 0];
    if (!cell) return selected;
    const row = Math.max(0, Math.min(folded.rowCount - 1, cell.row + step));
    const found = cellAt(folded, row, cell.x);
    const end = (folded.rowStarts[row + 1] ?? 1) - 1;
    return folded.cells[found >= 0 ? found : end]?.region ?? selected;
  };
  const openRegion = (region: number, beside: boolean): void => {
    const found = regions[region];
    if (found) onOpenMemory(found.start, beside);
  };
  const move = (event: PointerEvent): void => {
    const { offsetX: x, offsetY: y } = event.nativeEvent;
    const region = regionAtPoint(x, y);
    setHover((old) => (region < 0 ? undefined : old?.region === region ? old : { x, y, region }));
  };
  const uses = useMemo(() => usesOf(regions), [regions]);
  const told = selected >= 0 ? regions[selected] : undefined;
  const saveCsv = (): void =>
    onSave?.(
      'address-space.csv',
      csvFile(
        csv(
          [
            'start',
            'end',
            'bytes',
            'usage',
            'state',
            'type',
            'protect',
            'in dump',
            'bytes in dump',
            'detail',
          ],
          regions.map((r) => [
            `0x${r.start.toString(16)}`,
            `0x${r.end.toString(16)}`,
            r.end - r.start,
            r.usage,
            r.state,
            r.type,
            r.protect,
            r.inDump,
            r.held,
            r.detail,
          ]),
        ),
      ),
    );

  return (
    <section className="picture-pane" ref={root} aria-label="Address space">
      <div className="picture-bar">
        <button type="button" className="button" title="All of it (0)" onClick={() => setZoom(undefined)}>
          Whole space
        </button>
        <button
          type="button"
          className="button"
          aria-label="Zoom in"
          title="Zoom in (+ or wheel)"
          onClick={() => zoomBy(STEP, selected, 0)}
        >
          +
        </button>
        <button
          type="button"
          className="button"
          aria-label="Zoom out"
          title="Zoom out (- or wheel)"
          onClick={() => zoomBy(1 / STEP, selected, 0)}
        >
          −
        </button>
        <Legend items={uses} tokens={tokens} />
        <span className="space-band-legend">▬ in the dump · ▁ not</span>
        <ExportButtons
          onPng={() =>
            canvas.current?.toBlob((blob) => blob && onSave?.('address-space.png', blob), 'image/png')
          }
          onCsv={saveCsv}
        />
      </div>
      <div className="space-picture">
        <div className="picture-canvas" ref={frame}>
          <canvas
            ref={canvas}
            role="img"
            tabIndex={0}
            style={{ width: size.width, height: size.height }}
            aria-label={`Map of the address space: ${regions.length} regions. Arrows go from region to region, plus and minus zoom, Enter opens memory; the table below has all regions.`}
            onKeyDown={keys}
            onPointerMove={move}
            onPointerLeave={() => setHover(undefined)}
            onClick={(event) => {
              const region = regionAtPoint(event.nativeEvent.offsetX, event.nativeEvent.offsetY);
              setSelected(region);
              if (region >= 0 && event.ctrlKey) openRegion(region, true);
            }}
            onDoubleClick={(event) =>
              openRegion(regionAtPoint(event.nativeEvent.offsetX, event.nativeEvent.offsetY), false)
            }
            data-zoom={zoom}
          />
          {hover && regions[hover.region] && (
            <div
              className="picture-tip mono"
              role="tooltip"
              style={{
                ...(hover.x < size.width / 2 ? { left: hover.x + 14 } : { right: size.width - hover.x + 14 }),
                ...(hover.y < size.height / 2
                  ? { top: hover.y + 14 }
                  : { bottom: size.height - hover.y + 14 }),
              }}
            >
              {regionText(regions[hover.region], bits)}
            </div>
          )}
        </div>
        <RowScrollBar
          scroll={scroll}
          track={size.height}
          controls="address-space"
          valueText={`row ${Math.floor(top) + 1}`}
          onScroll={setTop}
        />
      </div>
      <p className="picture-status mono" role="status">
        {told ? regionText(told, bits).replaceAll('\n', ' · ') : totalText(model)}
      </p>
      <div className="space-table">
        <RegionTable model={model} selected={selected} onSelect={show} onOpen={openRegion} />
      </div>
    </section>
  );
}

/** The uses that there are, in the order of the legend. */
function usesOf(regions: readonly SpaceRegion[]): RegionUse[] {
  const ids = new Set(regions.map((r) => regionUse(r).id));
  return regionUses.filter((use) => use.id !== 'free' && ids.has(use.id));
}

function regionText(region: SpaceRegion | undefined, bits: 32 | 64): string {
  if (!region) return '';
  const size = region.end - region.start;
  const held =
    region.inDump === 'all'
      ? 'all in the dump'
      : region.inDump === 'part'
        ? `${sizeText(region.held)} in the dump`
        : 'not in the dump';
  return [
    `${addressText(region.start, bits)} – ${addressText(region.end - 1n, bits)}, ${sizeText(size)}`,
    [region.usage, region.detail].filter((t) => t !== '').join(': '),
    [region.state, region.type, region.protect].filter((t) => t !== '').join(' '),
    region.state === 'free' ? '' : held,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function totalText({ regions, derived }: AddressSpace): string {
  const used = regions.filter((r) => r.state !== 'free');
  const held = regions.reduce((sum, r) => sum + r.held, 0);
  const why = derived
    ? ' · the dump has no list of regions: these are made of modules, stacks and its memory'
    : '';
  return `${used.length.toLocaleString('en-US')} regions in use · ${sizeText(held)} of them in the dump${why}`;
}
