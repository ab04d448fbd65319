import type { ReactNode, RefObject } from 'react';
import type { HeapChoice, HeapMap } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { ExportButtons } from '../picture/ExportButtons.tsx';
import { Legend, type LegendItem } from '../picture/Legend.tsx';
import type { Tokens } from '../picture/useTokens.ts';
import { ZoomButtons } from '../picture/ZoomButtons.tsx';
import { COLOUR_MODES, type ColourMode } from './blockColours.ts';
import { MODE_NAMES } from './colourMode.ts';
import type { HeapCanvasHandle } from './HeapCanvas.tsx';

interface HeapToolBarProps {
  readonly map: HeapMap;
  readonly goTo?: ReactNode;
  readonly heaps?: readonly HeapChoice[];
  readonly mode: ColourMode;
  readonly legend: readonly LegendItem[];
  readonly tokens: Tokens | undefined;
  readonly canZoomToBlock: boolean;
  readonly picture: RefObject<HeapCanvasHandle | null>;
  onHeap?(heap: bigint): void;
  onMode(mode: ColourMode): void;
  onToBlock(): void;
  onPng(): Promise<void>;
  onCsv(): void;
}

/** Which heap, in which colours, how near, and what the colours mean. */
export function HeapToolBar(props: HeapToolBarProps) {
  const { map, heaps = [], mode, legend, tokens, picture } = props;
  const bits = map.pointerSize === 4 ? 32 : 64;
  return (
    <div className="picture-bar">
      {heaps.length > 1 && (
        <label>
          Heap{' '}
          <select
            className="field mono heap-handle"
            value={map.heap.toString()}
            onChange={({ target }) => props.onHeap?.(BigInt(target.value))}
          >
            {heaps.map((h) => (
              <option key={h.position} value={h.heap.toString()} disabled={h.problem !== undefined}>
                {h.index}: {addressText(h.heap, bits)}{' '}
                {h.problem === undefined
                  ? h.committed !== undefined && sizeText(h.committed)
                  : 'not in the dump'}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        Colour by{' '}
        <select
          className="field"
          value={mode}
          onChange={({ target }) => props.onMode(COLOUR_MODES.find((m) => m === target.value) ?? 'state')}
        >
          {COLOUR_MODES.map((m) => (
            <option key={m} value={m}>
              {MODE_NAMES[m]}
            </option>
          ))}
        </select>
      </label>
      <ZoomButtons
        whole="Whole heap"
        onWhole={() => picture.current?.whole()}
        onZoom={(factor) => picture.current?.zoom(factor)}
      />
      <button
        type="button"
        className="button"
        disabled={!props.canZoomToBlock}
        title="Zoom to the selected block (z in the map)"
        onClick={props.onToBlock}
      >
        To block
      </button>
      {props.goTo}
      <Legend items={legend} tokens={tokens} />
      <ExportButtons onPng={() => void props.onPng()} onCsv={props.onCsv} />
    </div>
  );
}
