import { useState } from 'react';
import { reveal } from '../picture/rowScroll.ts';
import type { SpaceRange } from '../picture/rowSpace.ts';
import { type ByteSelection, selectedRange, unitAt } from './byteSelection.ts';
import type { MemoryView } from './useMemoryView.ts';

export interface Caret {
  readonly address: bigint;
  /** undefined where nothing is selected */
  readonly selected: SpaceRange | undefined;
  /** Goes to an address, and selects nothing. */
  place(to: bigint): void;
  /** Goes to an address, and selects from where the selection began, else from where the caret was. */
  extend(to: bigint): void;
  drop(): void;
  /** Scrolls so far that the address is seen. */
  show(address: bigint): void;
}

/** The caret of a memory pane, which comes along to the place that is shown, and what is selected from it. */
export function useCaret({ at, rows, format, top, scrollTo }: MemoryView, visible: number): Caret {
  const [address, setAddress] = useState(at.anchor);
  const [selection, setSelection] = useState<ByteSelection>();
  const [before, setBefore] = useState(at);
  if (before !== at) {
    setBefore(at);
    setAddress(at.anchor);
    setSelection(undefined);
  }
  return {
    address,
    selected: selection && selectedRange(selection),
    place: (to) => {
      setAddress(to);
      setSelection(undefined);
    },
    extend: (to) => {
      setSelection({
        anchor: selection?.anchor ?? unitAt(rows, format, address),
        head: unitAt(rows, format, to),
      });
      setAddress(to);
    },
    drop: () => setSelection(undefined),
    show: (to) => scrollTo(reveal({ top, rowCount: rows.rowCount, visible }, rows.rowOf(to))),
  };
}
