import './ownership.css';
import { useMemo, useRef, useState } from 'react';
import type { Ownership, PointerVerdict } from '../../core/protocol/pictures.ts';
import { csv, csvFile, type Save } from '../picture/csv.ts';
import { ExportButtons } from '../picture/ExportButtons.tsx';
import { Legend, type LegendItem } from '../picture/Legend.tsx';
import { useTokens } from '../picture/useTokens.ts';
import { FreeMatrix } from './FreeMatrix.tsx';
import { OwnershipCanvas, type OwnershipCanvasHandle } from './OwnershipCanvas.tsx';
import { OwnershipTable } from './OwnershipTable.tsx';
import { PointerBox } from './PointerBox.tsx';

export interface OwnershipPaneProps {
  readonly model: Ownership;
  onAsk(expression: string): Promise<PointerVerdict>;
  onOpenMemory(address: bigint, beside: boolean): void;
  onRun?(command: string): void;
  readonly onSave?: Save;
}

const LEGEND: readonly LegendItem[] = [
  { name: 'module', token: '--use-image', pattern: 'solid' },
  { name: 'C runtime', token: '--use-mapped', pattern: 'solid' },
  { name: 'heap', token: '--use-heap-busy', pattern: 'solid' },
];

/** Who shares which heap: modules, runtimes, heaps, the matrix of who may free what, and a box that judges a pointer. */
export function OwnershipPane({ model, onAsk, onOpenMemory, onRun, onSave }: OwnershipPaneProps) {
  const root = useRef<HTMLElement>(null);
  const picture = useRef<OwnershipCanvasHandle>(null);
  const tokens = useTokens(root);
  const [verdict, setVerdict] = useState<PointerVerdict>();
  const marked = useMemo(
    () =>
      verdict
        ? [
            ...verdict.runtimes.map((id) => `runtime ${id}`),
            ...(verdict.heap === undefined ? [] : [`heap ${verdict.heap.toString(16)}`]),
          ]
        : [],
    [verdict],
  );
  const saveCsv = (): void => onSave?.('ownership.csv', csvFile(flowsCsv(model)));
  return (
    <section className="picture-pane" ref={root} aria-label="Ownership">
      <PointerBox onAsk={onAsk} onAnswer={setVerdict} onRun={onRun} />
      <div className="picture-bar">
        <Legend items={LEGEND} tokens={tokens} />
        <span>ribbons: busy bytes · dashes: used, and the blocks do not say how much</span>
        <ExportButtons
          onPng={() => void picture.current?.png().then((blob) => blob && onSave?.('ownership.png', blob))}
          onCsv={saveCsv}
        />
      </div>
      <OwnershipCanvas
        ref={picture}
        model={model}
        tokens={tokens}
        marked={marked}
        onOpen={(node, beside) => {
          const [first = 0] = node.members;
          const address = node.kind === 'heap' ? model.heaps[first]?.heap : model.modules[first]?.base;
          if (node.kind !== 'runtime' && address !== undefined) onOpenMemory(address, beside);
        }}
      />
      <div className="ownership-below">
        <FreeMatrix model={model} />
        <OwnershipTable model={model} onOpenMemory={onOpenMemory} />
      </div>
    </section>
  );
}

function flowsCsv({ flows, modules, runtimes }: Ownership): string {
  return csv(
    ['module', 'runtime', 'heap', 'blocks', 'bytes'],
    flows.map((f) => [
      f.module === undefined ? undefined : modules[f.module]?.name,
      runtimes.find((r) => r.id === f.runtime)?.label,
      f.heap === undefined ? undefined : `0x${f.heap.toString(16)}`,
      f.blocks,
      f.bytes,
    ]),
  );
}
