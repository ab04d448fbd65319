import { type Ref, useImperativeHandle, useLayoutEffect, useMemo, useState } from 'react';
import type { AddressSpace } from '../../core/protocol/pictures.ts';
import { addressWidth } from '../picture/addressText.ts';
import { LABEL_CHARACTER } from '../picture/canvasContext.ts';
import type { LegendItem } from '../picture/Legend.tsx';
import { PictureCanvas, type PicturePoint, type WindowPoint } from '../picture/PictureCanvas.tsx';
import { picturePng } from '../picture/picturePng.ts';
import { clampTop } from '../picture/rowScroll.ts';
import { usePicture } from '../picture/usePicture.ts';
import type { Tokens } from '../picture/useTokens.ts';
import { drawSpace, ROW_HEIGHT } from './drawSpace.ts';
import { fitSpace, FoldedSpace, MAX_ZOOM, MIN_ZOOM, spaceSizes } from './foldSpace.ts';
import { regionText } from './spaceText.ts';

/** One notch of a wheel, and one press of + or -. */
const STEP = 1.5;
/** CSS pixels right of the rows. */
const MARGIN = 8;

export interface SpaceCanvasHandle {
  /** Scrolls to a region where it is not seen. */
  reveal(region: number): void;
  whole(): void;
  zoom(factor: number): void;
  png(title: string, legend: readonly LegendItem[]): Promise<Blob | undefined>;
}

interface SpaceCanvasProps {
  readonly ref?: Ref<SpaceCanvasHandle>;
  readonly model: AddressSpace;
  readonly tokens: Tokens | undefined;
  /** index of a region; -1 for none */
  readonly selected: number;
  onSelect(region: number): void;
  onOpen(region: number, beside: boolean): void;
  onMenu?(region: number, place: WindowPoint): void;
}

/** The picture: arrows go from region to region, Enter and a click open its memory. */
export function SpaceCanvas({ ref, model, tokens, selected, onSelect, onOpen, onMenu }: SpaceCanvasProps) {
  const picture = usePicture();
  const { canvas, width: fullWidth, height, scale } = picture;
  const [zoomed, setZoom] = useState<number>();
  const [wanted, setTop] = useState(0);
  const [hover, setHover] = useState<PicturePoint & { readonly region: number }>();
  const { regions } = model;
  const bits = model.pointerSize === 4 ? 32 : 64;
  // an ellipsis stands before addresses of what is cut
  const gutter = Math.ceil((addressWidth(bits) + 1) * LABEL_CHARACTER) + 12;
  const width = Math.max(1, fullWidth - gutter - MARGIN);
  const visible = height / ROW_HEIGHT;
  const rows = Math.max(1, Math.floor(visible));
  const sizes = useMemo(() => spaceSizes(regions), [regions]);
  const fit = useMemo(
    () => (fullWidth > 0 ? fitSpace(sizes, width, rows) : MAX_ZOOM),
    [sizes, fullWidth, width, rows],
  );
  const zoom = zoomed ?? fit;
  const folded = useMemo(() => new FoldedSpace(sizes, width, zoom), [sizes, width, zoom]);
  const scroll = { rowCount: folded.rowCount, visible };
  const top = clampTop(wanted, scroll);

  useLayoutEffect(() => {
    if (!canvas.current || !tokens || fullWidth === 0 || height === 0) return;
    const frame = { canvas: canvas.current, width: fullWidth, height, scale, tokens };
    drawSpace({ ...frame, model, folded, gutter, top, selected });
  }, [model, folded, canvas, fullWidth, height, scale, gutter, top, selected, tokens]);

  const rowOf = (region: number, of = folded): number => of.rowOf(of.firstCellOf(Math.max(0, region)));
  const regionAtPoint = ({ x, y }: PicturePoint): number => {
    const cell = folded.cellAt(Math.floor(top + y / ROW_HEIGHT), x - gutter);
    return cell < 0 ? -1 : folded.cell(cell).region;
  };
  const zoomBy = (factor: number, at: PicturePoint | undefined): void => {
    const next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom / factor));
    // the region under the pointer stays where it is; by keys the selected one, else the first that is seen
    const first = folded.cell(folded.cellsOf(Math.floor(top)).from).region;
    const under = at ? regionAtPoint(at) : selected;
    const region = under >= 0 ? under : first;
    const line = Math.floor((at ? at.y : (rowOf(region) - top) * ROW_HEIGHT) / ROW_HEIGHT);
    const after = new FoldedSpace(sizes, width, next);
    setZoom(next);
    setTop(clampTop(rowOf(region, after) - line, { rowCount: after.rowCount, visible }));
  };
  const reveal = (region: number): void => {
    const row = rowOf(region);
    if (row < top || row >= Math.floor(top + visible))
      setTop(clampTop(row - Math.floor(visible / 2), scroll));
  };
  useImperativeHandle(ref, () => ({
    reveal,
    whole: () => setZoom(undefined),
    zoom: (factor) => zoomBy(factor, undefined),
    png: async (title, legend) => tokens && picturePng(picture, { title, legend, tokens }),
  }));
  /** The region above or below the selected one. */
  const inRow = (step: number): number => {
    const cell = folded.firstCellOf(Math.max(0, selected));
    const row = Math.max(0, Math.min(folded.rowCount - 1, folded.rowOf(cell) + step));
    const found = folded.cellAt(row, folded.cell(cell).x);
    return folded.cell(found >= 0 ? found : folded.cellsOf(row).to - 1).region;
  };
  const show = (region: number): void => onSelect(Math.max(0, Math.min(regions.length - 1, region)));
  return (
    <PictureCanvas
      picture={picture}
      label={`Map of the address space: ${regions.length} regions. Arrows go from region to region, plus and minus zoom, Enter opens memory; the table below has all regions.`}
      scroll={{ ...scroll, top }}
      rowHeight={ROW_HEIGHT}
      place={`row ${Math.floor(top) + 1} of ${folded.rowCount}`}
      step={STEP}
      zoom={zoom}
      tip={hover && { x: hover.x, y: hover.y, text: regionText(regions[hover.region], bits) }}
      // the line below the picture says it
      spoken=""
      keys={{
        ArrowRight: () => show(selected + 1),
        ArrowLeft: () => show(selected - 1),
        ArrowDown: () => show(inRow(1)),
        ArrowUp: () => show(inRow(-1)),
        Home: () => show(0),
        End: () => show(regions.length - 1),
        Escape: () => onSelect(-1),
        Enter: ({ ctrlKey }) => selected >= 0 && onOpen(selected, ctrlKey),
      }}
      onZoom={zoomBy}
      onWhole={() => setZoom(undefined)}
      onScroll={setTop}
      onHover={(at) => {
        const region = at ? regionAtPoint(at) : -1;
        setHover((old) => (!at || region < 0 ? undefined : old?.region === region ? old : { ...at, region }));
      }}
      onClick={(at, beside) => {
        const region = regionAtPoint(at);
        onSelect(region);
        if (region >= 0) onOpen(region, beside);
      }}
      onMenu={(at, place) => {
        const region = at ? regionAtPoint(at) : selected;
        if (region < 0) return;
        onSelect(region);
        onMenu?.(region, place);
      }}
    />
  );
}
