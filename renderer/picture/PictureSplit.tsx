import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';

/** Percent of the height that the picture has at first, at least and at most; and what a key changes. */
const FIRST = 60;
const LEAST = 15;
const MOST = 85;
const STEP = 5;

interface PictureSplitProps {
  readonly picture: ReactNode;
  /** the tables behind it */
  readonly tables: ReactNode;
}

/** A picture above its tables, with a border between them that can be moved; a double click puts it back. */
export function PictureSplit({ picture, tables }: PictureSplitProps) {
  const root = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(FIRST);
  const change = (to: number): void => setShare(Math.round(Math.max(LEAST, Math.min(MOST, to))));
  const move = (event: PointerEvent<HTMLElement>): void => {
    const box = root.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    change((100 * (event.clientY - box.top)) / box.height);
  };
  const keys = (event: KeyboardEvent): void => {
    const places: Record<string, number> = {
      ArrowUp: share - STEP,
      ArrowDown: share + STEP,
      Home: LEAST,
      End: MOST,
      Enter: FIRST,
    };
    const to = places[event.key];
    if (to === undefined) return;
    event.preventDefault();
    change(to);
  };
  return (
    <div className="picture-split" ref={root}>
      <div className="picture-half" style={{ flexGrow: share }}>
        {picture}
      </div>
      <div
        className="picture-border"
        role="separator"
        aria-orientation="horizontal"
        aria-label="Height of the picture"
        aria-valuenow={share}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        title="Drag, or arrow keys: how high the picture is"
        onKeyDown={keys}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={move}
        onDoubleClick={() => setShare(FIRST)}
      />
      <div className="picture-half" style={{ flexGrow: 100 - share }}>
        {tables}
      </div>
    </div>
  );
}
