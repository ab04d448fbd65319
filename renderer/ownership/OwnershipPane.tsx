import './ownership.css';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { Ownership, PointerVerdict } from '../../core/protocol/pictures.ts';
import { csvFile, type Save } from '../picture/csv.ts';
import { ExportButtons } from '../picture/ExportButtons.tsx';
import { Legend } from '../picture/Legend.tsx';
import type { WindowPoint } from '../picture/PictureCanvas.tsx';
import { PictureSplit } from '../picture/PictureSplit.tsx';
import { PictureTabs } from '../picture/PictureTabs.tsx';
import { useTokens } from '../picture/useTokens.ts';
import { ZoomButtons } from '../picture/ZoomButtons.tsx';
import { NODE_PAINTS } from './drawOwnership.ts';
import { flowsCsv } from './flowsCsv.ts';
import { FreeMatrix } from './FreeMatrix.tsx';
import { type NodeAction, nodeActions } from './nodeActions.ts';
import { NodeLine } from './NodeLine.tsx';
import { nodeText } from './nodeText.ts';
import { OwnershipCanvas, type OwnershipCanvasHandle } from './OwnershipCanvas.tsx';
import { ownershipLinks } from './ownershipLinks.ts';
import { heapId, type NodeDraft, ownershipNodes } from './ownershipNodes.ts';
import { HeapTable, ModuleTable } from './OwnershipTables.tsx';
import { PointerBox } from './PointerBox.tsx';

export interface OwnershipPaneProps {
  readonly model: Ownership;
  onAsk(expression: string): Promise<PointerVerdict>;
  onOpenMemory(address: bigint, beside: boolean): void;
  onOpenHeap(heap: bigint, beside: boolean): void;
  onOpenModule(base: bigint): void;
  onRun?(command: string): void;
  onMenu?(address: bigint, place: WindowPoint): void;
  readonly onSave?: Save;
}

type Tab = 'free' | 'modules' | 'heaps';

/** Who shares which heap: modules, runtimes, heaps, the matrix of who may free what, and a box that judges a pointer. */
export function OwnershipPane(props: OwnershipPaneProps): ReactNode {
  const { model, onAsk, onOpenMemory, onOpenHeap, onOpenModule, onRun, onMenu, onSave } = props;
  const root = useRef<HTMLElement>(null);
  const picture = useRef<OwnershipCanvasHandle>(null);
  const tokens = useTokens(root);
  const [verdict, setVerdict] = useState<PointerVerdict>();
  const [selected, setSelected] = useState<string>();
  const [tab, setTab] = useState<Tab>('free');
  const marked = useMemo(() => markedBy(verdict), [verdict]);
  const nodes = useMemo(() => ownershipNodes(model), [model]);
  const ribbons = useMemo(() => ownershipLinks(model, nodes), [model, nodes]);
  const legend = useMemo(
    () =>
      Object.entries(NODE_PAINTS)
        .filter(([kind]) => nodes.some((n) => n.kind === kind))
        .map(([, paint]) => paint),
    [nodes],
  );
  const node = nodes.find((n) => n.id === selected);
  const open = ({ to, address }: NodeAction, beside: boolean): void => {
    if (to === 'heap') onOpenHeap(address, beside);
    else if (to === 'memory') onOpenMemory(address, beside);
    else onOpenModule(address);
  };
  const openNode = (of: NodeDraft, beside: boolean): void => {
    const [first] = nodeActions(model, of);
    if (first) open(first, beside);
  };
  const menu =
    onMenu &&
    ((of: NodeDraft, place: WindowPoint): void => {
      const [first] = nodeActions(model, of);
      if (first) onMenu(first.address, place);
    });
  const save = async (): Promise<void> => {
    const png = await picture.current?.png('Modules, C runtimes and heaps; ribbons: busy bytes', legend);
    if (png) onSave?.('ownership.png', png);
  };
  const tables = { model, onOpenHeap, onOpenModule, onMenu };
  return (
    <section className="picture-pane" ref={root} aria-label="Ownership">
      <PointerBox
        onAsk={onAsk}
        onRun={onRun}
        onAnswer={(answer) => {
          setVerdict(answer);
          setSelected(undefined);
        }}
      />
      <div className="picture-bar">
        <ZoomButtons
          whole="Whole picture"
          onWhole={() => picture.current?.whole()}
          onZoom={(factor) => picture.current?.zoom(factor)}
        />
        <Legend items={legend} tokens={tokens} />
        <span className="ownership-ribbons">
          ribbons: busy bytes · dashes: used, and blocks do not say how much
        </span>
        <ExportButtons
          onPng={() => void save()}
          onCsv={() => onSave?.('ownership.csv', csvFile(flowsCsv(model)))}
        />
      </div>
      <PictureSplit
        picture={
          <OwnershipCanvas
            ref={picture}
            model={model}
            tokens={tokens}
            selected={selected}
            marked={marked}
            onSelect={(to) => setSelected(to?.id)}
            onOpen={openNode}
            onMenu={menu}
          />
        }
        tables={
          <>
            <NodeLine
              text={node && nodeText({ nodes, ribbons }, node)}
              actions={node ? nodeActions(model, node) : []}
              onOpen={open}
            />
            <div className="picture-bar">
              <PictureTabs<Tab>
                label="Behind the picture"
                tabs={[
                  { name: 'free', title: 'Who may free' },
                  { name: 'modules', title: `Modules (${model.modules.length})` },
                  { name: 'heaps', title: `Heaps (${model.heaps.length})` },
                ]}
                tab={tab}
                onTab={setTab}
              />
            </div>
            <div className="ownership-below" role="tabpanel" aria-label={tab}>
              {tab === 'free' && <FreeMatrix model={model} />}
              {tab === 'modules' && <ModuleTable {...tables} />}
              {tab === 'heaps' && <HeapTable {...tables} />}
            </div>
          </>
        }
      />
    </section>
  );
}

/** The nodes that an answer is about. */
function markedBy(verdict: PointerVerdict | undefined): readonly string[] {
  if (!verdict) return [];
  const runtimes = verdict.runtimes.map((id) => `runtime ${id}`);
  return verdict.heap === undefined ? runtimes : [...runtimes, heapId(verdict.heap)];
}
