import type { HeapMap } from '../../core/protocol/pictures.ts';
import { clampTop } from '../picture/rowScroll.ts';
import { bytesOfRow, fitZoom, type HeapRows, heapRows, MAX_ZOOM, MIN_ZOOM, rowHeight } from './heapRows.ts';

type Areas = Pick<HeapMap, 'areas' | 'uncommitted' | 'missing'>;

/** What of a heap is on the screen: pixels are the picture's own, from its upper left corner. */
export interface HeapGeometry {
  readonly rows: HeapRows;
  readonly width: number;
  readonly height: number;
  /** bytes a pixel */
  readonly zoom: number;
  /** pixels of a row */
  readonly rowHeight: number;
  /** the row at the top, with its fraction */
  readonly top: number;
}

export interface HeapView {
  readonly zoom: number;
  readonly top: number;
}

export function heapGeometry(map: Areas, view: HeapView, width: number, height: number): HeapGeometry {
  const { zoom } = view;
  const rows = heapRows(map, bytesOfRow(zoom, width));
  const h = rowHeight(zoom);
  const top = clampTop(view.top, { rowCount: rows.space.rowCount, visible: height / h });
  return { rows, width, height, zoom, rowHeight: h, top };
}

/** The upper edge of a row: on whole pixels, as cells are. */
export function rowTop(
  { top, rowHeight: h }: Pick<HeapGeometry, 'top' | 'rowHeight'>,
  number: number,
): number {
  const first = Math.floor(top);
  return (number - first) * h - Math.floor((top - first) * h);
}

/** The view that shows all of a heap. */
export function wholeHeap(map: Areas, width: number, height: number): HeapView {
  return { zoom: fitZoom(map, width, height), top: 0 };
}

/** The address under a point, and the row; undefined on a heading and below the last row. */
export function addressAt(
  { rows, width, rowHeight: h, top }: HeapGeometry,
  x: number,
  y: number,
): number | undefined {
  if (x < 0 || x >= width) return undefined;
  const row = rows.space.at(Math.floor(top + y / h));
  if (row?.kind !== 'bytes') return undefined;
  const address = Number(row.start) + Math.floor((x / width) * rows.space.bytesPerRow);
  return address < Number(row.end) ? address : undefined;
}

/** Where an address is: a point at the upper left of its cell. */
export function pointOf(
  { rows, width, rowHeight: h, top }: HeapGeometry,
  address: number,
): { x: number; y: number } {
  const number = rows.space.rowOf(BigInt(address));
  const row = rows.space.at(number);
  const inRow = row?.kind === 'bytes' ? address - Number(row.start) : 0;
  const clipped = Math.max(0, Math.min(rows.space.bytesPerRow, inRow));
  return { x: (clipped / rows.space.bytesPerRow) * width, y: (number - top) * h };
}

/** Zooms by a factor (above 1: nearer) around a point; the address under it stays there. */
export function zoomAt(map: Areas, geometry: HeapGeometry, factor: number, x: number, y: number): HeapView {
  const { width, height } = geometry;
  const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, geometry.zoom / factor));
  const kept = nearestAddress(geometry, x, y);
  const h = rowHeight(zoom);
  const { space } = heapRows(map, bytesOfRow(zoom, width));
  const top = space.rowOf(BigInt(kept)) - Math.floor(y / h);
  return { zoom, top: clampTop(top, { rowCount: space.rowCount, visible: height / h }) };
}

/** The view scrolled so that an address is seen: as it is where it is already. */
export function revealed(geometry: HeapGeometry, address: number): HeapView {
  const { zoom, top, height, rowHeight: h, rows } = geometry;
  const { y } = pointOf(geometry, address);
  if (y >= 0 && y + h <= height) return { zoom, top };
  const visible = height / h;
  const middle = rows.space.rowOf(BigInt(address)) - Math.floor(visible / 2);
  return { zoom, top: clampTop(middle, { rowCount: rows.space.rowCount, visible }) };
}

/** The view in which a range fills the width and a few rows around it are seen. */
export function zoomTo(map: Areas, geometry: HeapGeometry, start: number, size: number): HeapView {
  const { width, height } = geometry;
  // a quarter of the width leaves room for the neighbours
  const zoom = Math.max(MIN_ZOOM, Math.min(geometry.zoom, (size * 4) / Math.max(1, width)));
  const h = rowHeight(zoom);
  const { space } = heapRows(map, bytesOfRow(zoom, width));
  const top = space.rowOf(BigInt(start)) - Math.floor(height / h / 2);
  return { zoom, top: clampTop(top, { rowCount: space.rowCount, visible: height / h }) };
}

function nearestAddress(geometry: HeapGeometry, x: number, y: number): number {
  const at = addressAt(geometry, x, y);
  if (at !== undefined) return at;
  const { space } = geometry.rows;
  const row = space.at(Math.min(space.rowCount - 1, Math.floor(geometry.top + y / geometry.rowHeight)));
  return Number(row?.start ?? 0n);
}
