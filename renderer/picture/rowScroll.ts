/**
 * The scroll position over rows that no browser could scroll itself: a number of rows with a fraction. The bar's thumb
 * is never smaller than a person can hold.
 */
export interface RowScroll {
  /** the row at the top, with the fraction of it that is scrolled out */
  readonly top: number;
  readonly rowCount: number;
  /** rows that fit, with a fraction */
  readonly visible: number;
}

/** Pixels of the smallest thumb: WCAG's target size. */
const MIN_THUMB = 24;

/** The nearest position that there is. */
export function clampTop(
  top: number,
  { rowCount, visible }: Pick<RowScroll, 'rowCount' | 'visible'>,
): number {
  return Math.max(0, Math.min(top, Math.max(0, rowCount - Math.floor(visible))));
}

/** Where the thumb is on a track, both in pixels. */
export function thumbOf(
  scroll: RowScroll,
  track: number,
): { readonly offset: number; readonly size: number } {
  const { rowCount, visible, top } = scroll;
  if (rowCount <= visible || track <= 0) return { offset: 0, size: track };
  const size = Math.min(track, Math.max(MIN_THUMB, (visible / rowCount) * track));
  const range = rowCount - Math.floor(visible);
  return { offset: range <= 0 ? 0 : (top / range) * (track - size), size };
}

/** The position that puts the thumb's upper end at an offset of the track. */
export function topAtThumb(scroll: RowScroll, track: number, offset: number): number {
  const { size } = thumbOf(scroll, track);
  if (track <= size) return 0;
  const share = Math.max(0, Math.min(1, offset / (track - size)));
  return clampTop(share * (scroll.rowCount - Math.floor(scroll.visible)), scroll);
}

/** Where to scroll so that a row is seen: the position as it is where it is already. */
export function reveal(scroll: RowScroll, row: number): number {
  const whole = Math.floor(scroll.visible);
  if (row < scroll.top) return clampTop(row, scroll);
  if (row >= Math.floor(scroll.top) + whole) return clampTop(row - whole + 1, scroll);
  return scroll.top;
}

/** Lines and pages of a wheel event in rows; pixels by a row's height. */
export function wheelRows(
  event: { readonly deltaY: number; readonly deltaMode: number },
  rowHeight: number,
  visible: number,
): number {
  if (event.deltaMode === 1) return event.deltaY;
  if (event.deltaMode === 2) return event.deltaY * visible;
  return event.deltaY / rowHeight;
}
