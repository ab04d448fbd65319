import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Ownership } from '../../core/protocol/pictures.ts';
import { sizeText } from '../picture/addressText.ts';
import { clampTop, wheelRows } from '../picture/rowScroll.ts';
import { RowScrollBar } from '../picture/RowScrollBar.tsx';
import { useSize } from '../picture/useSize.ts';
import type { Tokens } from '../picture/useTokens.ts';
import { drawOwnership } from './drawOwnership.ts';
import {
  connected,
  nodeAt,
  type OwnershipLayout,
  ownershipLayout,
  type OwnershipNode,
} from './ownershipLayout.ts';

/** One notch of a wheel, and one press of + or -. */
const STEP = 1.25;
const MAX_ZOOM = 12;
/** Pixels beside a bar that still are its node: its label. */
const REACH = 140;
/** Pixels of a scroll step: what the bar counts in. */
const LINE = 20;

export interface OwnershipCanvasHandle {
  png(): Promise<Blob | undefined>;
}

interface OwnershipCanvasProps {
  readonly ref?: Ref<OwnershipCanvasHandle>;
  readonly model: Ownership;
  readonly tokens: Tokens | undefined;
  /** ids of nodes that an answer is about */
  readonly marked: readonly string[];
  onOpen(node: OwnershipNode, beside: boolean): void;
}

/** The picture: hover or arrows light what belongs together, wheel and + - zoom, Shift+wheel scrolls, Enter opens. */
export function OwnershipCanvas({ ref, model, tokens, marked, onOpen }: OwnershipCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref: frame, size } = useSize<HTMLDivElement>();
  const [zoom, setZoom] = useState(1);
  const [wanted, setTop] = useState(0);
  const [selected, setSelected] = useState<string>();
  const [hover, setHover] = useState<{ readonly id: string; readonly x: number; readonly y: number }>();
  const { width, height } = size;
  const layout = useMemo(
    () => ownershipLayout(model, Math.max(300, width), Math.max(120, height), zoom),
    [model, width, height, zoom],
  );
  const scroll = { rowCount: layout.height / LINE, visible: height / LINE };
  const top = clampTop(wanted, scroll);
  const focus = hover?.id ?? selected;
  const lit = useMemo(
    () =>
      focus ? connected(layout, [focus]) : marked.length > 0 ? connected(layout, marked) : new Set<string>(),
    [layout, focus, marked],
  );
  useLayoutEffect(() => {
    if (!canvas.current || !tokens || width === 0) return;
    drawOwnership({ canvas: canvas.current, layout, width, height, top: top * LINE, lit, selected, tokens });
  }, [layout, width, height, top, lit, selected, tokens]);
  useImperativeHandle(ref, () => ({
    png: () =>
      new Promise((resolve) => {
        if (canvas.current) canvas.current.toBlob((blob) => resolve(blob ?? undefined), 'image/png');
        else resolve(undefined);
      }),
  }));
  const zoomBy = (factor: number, y: number): void => {
    const next = Math.max(1, Math.min(MAX_ZOOM, zoom * factor));
    // what is under the pointer stays there
    const at = (top * LINE + y) * (next / zoom) - y;
    setZoom(next);
    setTop(at / LINE);
  };
  useEffect(() => {
    const element = canvas.current;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.shiftKey) {
        const delta = { deltaY: event.deltaY || event.deltaX, deltaMode: event.deltaMode };
        setTop(clampTop(top + wheelRows(delta, LINE, scroll.visible), scroll));
      } else zoomBy(event.deltaY < 0 ? STEP : 1 / STEP, event.offsetY);
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  });
  const at = (event: { readonly nativeEvent: MouseEvent }): OwnershipNode | undefined =>
    nodeAt(layout, event.nativeEvent.offsetX, event.nativeEvent.offsetY + top * LINE, REACH);
  const keys = (event: KeyboardEvent): void => {
    const { nodes } = layout;
    const i = nodes.findIndex((n) => n.id === selected);
    const select = (k: number): void => {
      const node = nodes[Math.max(0, Math.min(nodes.length - 1, k))];
      if (!node) return;
      setSelected(node.id);
      if (node.y < top * LINE || node.y + node.height > top * LINE + height)
        setTop(clampTop((node.y - height / 2) / LINE, scroll));
    };
    const actions: Record<string, () => void> = {
      ArrowDown: () => select(i + 1),
      ArrowUp: () => select(i - 1),
      ArrowRight: () => select(neighbour(layout, i, 1)),
      ArrowLeft: () => select(neighbour(layout, i, -1)),
      Home: () => select(0),
      End: () => select(nodes.length - 1),
      '+': () => zoomBy(STEP, height / 2),
      '=': () => zoomBy(STEP, height / 2),
      '-': () => zoomBy(1 / STEP, height / 2),
      '0': () => setZoom(1),
      Escape: () => setSelected(undefined),
      Enter: () => {
        const node = nodes[i];
        if (node) onOpen(node, event.ctrlKey);
      },
    };
    const action = actions[event.key];
    if (!action || event.altKey) return;
    event.preventDefault();
    action();
  };
  const told = layout.nodes.find((n) => n.id === focus);
  return (
    <div className="ownership-frame">
      <div className="picture-canvas" ref={frame}>
        <canvas
          ref={canvas}
          role="img"
          tabIndex={0}
          style={{ width, height }}
          aria-label={`Modules, C runtimes and heaps: ${model.modules.length} modules, ${model.runtimes.length} runtimes, ${model.heaps.length} heaps. Arrows go from one to the next; the tables below have all of it.`}
          onKeyDown={keys}
          onPointerMove={(event) => {
            const node = at(event);
            setHover(node && { id: node.id, x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY });
          }}
          onPointerLeave={() => setHover(undefined)}
          onClick={(event) => {
            const node = at(event);
            setSelected(node?.id);
            if (node && event.ctrlKey) onOpen(node, true);
          }}
          onDoubleClick={(event) => {
            const node = at(event);
            if (node) onOpen(node, false);
          }}
        />
        {hover && told && (
          <div
            className="picture-tip"
            role="tooltip"
            style={{
              ...(hover.x < width / 2 ? { left: hover.x + 14 } : { right: width - hover.x + 14 }),
              ...(hover.y < height / 2 ? { top: hover.y + 14 } : { bottom: height - hover.y + 14 }),
            }}
          >
            {nodeText(layout, told)}
          </div>
        )}
        <span className="unseen" role="status">
          {told && !hover ? nodeText(layout, told) : ''}
        </span>
      </div>
      <RowScrollBar
        scroll={{ ...scroll, top }}
        track={height}
        controls="ownership"
        valueText={`${Math.round(top)}`}
        onScroll={setTop}
      />
    </div>
  );
}

/** The first node of the next column that a ribbon leads to. */
function neighbour({ nodes, ribbons }: OwnershipLayout, i: number, step: 1 | -1): number {
  const id = nodes[i]?.id;
  const ribbon = ribbons.find((r) => (step > 0 ? r.from : r.to) === id);
  const to = step > 0 ? ribbon?.to : ribbon?.from;
  const found = nodes.findIndex((n) => n.id === to);
  return found < 0 ? i : found;
}

function nodeText({ ribbons, nodes }: OwnershipLayout, node: OwnershipNode): string {
  const labelOf = (id: string): string => nodes.find((n) => n.id === id)?.label ?? id;
  const lines = ribbons
    .filter((r) => r.from === node.id || r.to === node.id)
    .slice(0, 12)
    .map((r) => {
      const other = r.from === node.id ? `→ ${labelOf(r.to)}` : `← ${labelOf(r.from)}`;
      const amount =
        r.bytes === undefined
          ? 'how much, its blocks do not say'
          : `${sizeText(r.bytes)} in ${(r.blocks ?? 0).toLocaleString('en-US')} blocks`;
      return `${other}: ${amount}`;
    });
  return [node.label, node.detail, ...lines].filter((t) => t !== '').join('\n');
}
