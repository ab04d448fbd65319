import { type Ref, useImperativeHandle, useLayoutEffect, useMemo, useState } from 'react';
import type { Ownership } from '../../core/protocol/pictures.ts';
import type { LegendItem } from '../picture/Legend.tsx';
import { PictureCanvas, type PicturePoint, type WindowPoint } from '../picture/PictureCanvas.tsx';
import { picturePng } from '../picture/picturePng.ts';
import { clampTop } from '../picture/rowScroll.ts';
import { usePicture } from '../picture/usePicture.ts';
import type { Tokens } from '../picture/useTokens.ts';
import { drawOwnership } from './drawOwnership.ts';
import { nodeText } from './nodeText.ts';
import { connected, neighbour, nodeAt } from './ownershipFocus.ts';
import { ownershipLayout, type OwnershipNode } from './ownershipLayout.ts';

/** One notch of a wheel, and one press of + or -. */
const STEP = 1.25;
const MAX_ZOOM = 12;
/** Pixels beside a bar that still are its node: its label. */
const REACH = 140;
/** Pixels of a scroll step: what the bar counts in. */
const LINE = 20;
/** Below these the columns would lie over each other. */
const LEAST_WIDTH = 300;
const LEAST_HEIGHT = 120;

export interface OwnershipCanvasHandle {
  whole(): void;
  zoom(factor: number): void;
  png(title: string, legend: readonly LegendItem[]): Promise<Blob | undefined>;
}

interface OwnershipCanvasProps {
  readonly ref?: Ref<OwnershipCanvasHandle>;
  readonly model: Ownership;
  readonly tokens: Tokens | undefined;
  /** id of a node */
  readonly selected: string | undefined;
  /** ids of nodes that an answer is about */
  readonly marked: readonly string[];
  onSelect(node: OwnershipNode | undefined): void;
  onOpen(node: OwnershipNode, beside: boolean): void;
  onMenu?(node: OwnershipNode, place: WindowPoint): void;
}

/** The picture: hover or arrows light what belongs together; Enter, and a click on the selected node, open it. */
export function OwnershipCanvas(props: OwnershipCanvasProps) {
  const { ref, model, tokens, selected, marked, onSelect, onOpen, onMenu } = props;
  const picture = usePicture();
  const { canvas, width, height, scale } = picture;
  const [zoom, setZoom] = useState(1);
  const [wanted, setTop] = useState(0);
  const [hover, setHover] = useState<PicturePoint & { readonly id: string }>();
  const layout = useMemo(
    () => ownershipLayout(model, Math.max(LEAST_WIDTH, width), Math.max(LEAST_HEIGHT, height), zoom),
    [model, width, height, zoom],
  );
  const scroll = { rowCount: layout.height / LINE, visible: height / LINE };
  const top = clampTop(wanted, scroll);
  const focus = hover?.id ?? selected;
  const lit = useMemo(() => connected(layout, focus ? [focus] : marked), [layout, focus, marked]);
  useLayoutEffect(() => {
    if (!canvas.current || !tokens || width === 0 || height === 0) return;
    const frame = { canvas: canvas.current, width, height, scale, tokens };
    drawOwnership({ ...frame, layout, top: top * LINE, lit, selected });
  }, [canvas, layout, width, height, scale, top, lit, selected, tokens]);
  const zoomBy = (factor: number, at: PicturePoint | undefined): void => {
    const next = Math.max(1, Math.min(MAX_ZOOM, zoom * factor));
    // what is under the pointer stays there
    const y = at?.y ?? height / 2;
    setZoom(next);
    setTop(((top * LINE + y) * (next / zoom) - y) / LINE);
  };
  useImperativeHandle(ref, () => ({
    whole: () => setZoom(1),
    zoom: (factor) => zoomBy(factor, undefined),
    png: async (title, legend) => tokens && picturePng(picture, { title, legend, tokens }),
  }));
  const { nodes } = layout;
  const nodeAtPoint = ({ x, y }: PicturePoint): OwnershipNode | undefined =>
    nodeAt(layout, x, y + top * LINE, REACH);
  const place = nodes.findIndex((n) => n.id === selected);
  const show = (i: number): void => {
    const node = nodes[Math.max(0, Math.min(nodes.length - 1, i))];
    if (!node) return;
    onSelect(node);
    const isSeen = node.y >= top * LINE && node.y + node.height <= top * LINE + height;
    if (!isSeen) setTop(clampTop((node.y - height / 2) / LINE, scroll));
  };
  const told = nodes.find((n) => n.id === hover?.id);
  const counts = `${model.modules.length} modules, ${model.runtimes.length} runtimes, ${model.heaps.length} heaps`;
  return (
    <PictureCanvas
      picture={picture}
      label={`Modules, C runtimes and heaps: ${counts}. Arrows go from one to the next, plus and minus zoom, Enter opens; the tables below have all of it.`}
      scroll={{ ...scroll, top }}
      rowHeight={LINE}
      place={`${Math.round((100 * top * LINE) / Math.max(1, layout.height))} %`}
      step={STEP}
      zoom={zoom}
      tip={hover && told && { x: hover.x, y: hover.y, text: nodeText(layout, told) }}
      // the line below the picture says it
      spoken=""
      keys={{
        ArrowDown: () => show(place + 1),
        ArrowUp: () => show(place - 1),
        ArrowRight: () => show(neighbour(layout, place, 1)),
        ArrowLeft: () => show(neighbour(layout, place, -1)),
        Home: () => show(0),
        End: () => show(nodes.length - 1),
        Escape: () => onSelect(undefined),
        Enter: ({ ctrlKey }) => nodes[place] && onOpen(nodes[place], ctrlKey),
      }}
      onZoom={zoomBy}
      onWhole={() => setZoom(1)}
      onScroll={setTop}
      onHover={(at) => {
        const node = at && nodeAtPoint(at);
        setHover((old) => (node ? (old?.id === node.id ? old : { ...at, id: node.id }) : undefined));
      }}
      onClick={(at, beside) => {
        const node = nodeAtPoint(at);
        onSelect(node);
        if (node && (beside || node.id === selected)) onOpen(node, beside);
      }}
      onMenu={(at, where) => {
        const node = at ? nodeAtPoint(at) : nodes[place];
        if (!node) return;
        onSelect(node);
        onMenu?.(node, where);
      }}
    />
  );
}
