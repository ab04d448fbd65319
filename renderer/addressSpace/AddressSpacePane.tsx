import './addressSpace.css';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { AddressSpace } from '../../core/protocol/pictures.ts';
import { csvFile, type Save } from '../picture/csv.ts';
import { ExportButtons } from '../picture/ExportButtons.tsx';
import { Legend } from '../picture/Legend.tsx';
import type { WindowPoint } from '../picture/PictureCanvas.tsx';
import { PictureSplit } from '../picture/PictureSplit.tsx';
import { useTokens } from '../picture/useTokens.ts';
import { ZoomButtons } from '../picture/ZoomButtons.tsx';
import { regionsCsv } from './regionsCsv.ts';
import { RegionTable } from './RegionTable.tsx';
import { usesOf } from './regionUses.ts';
import { SpaceCanvas, type SpaceCanvasHandle } from './SpaceCanvas.tsx';
import { DERIVED, regionAt, regionText, totalText } from './spaceText.ts';

export interface AddressSpacePaneProps {
  readonly model: AddressSpace;
  /** a box for an address */
  readonly goTo?: ReactNode;
  /** the address that it leads to */
  readonly place?: { readonly address: bigint };
  onOpenMemory(address: bigint, beside: boolean): void;
  onMenu?(address: bigint, place: WindowPoint): void;
  readonly onSave?: Save;
}

/** The whole address space on a folded line: what its memory is used for, and what of it the dump holds. */
export function AddressSpacePane({
  model,
  goTo,
  place,
  onOpenMemory,
  onMenu,
  onSave,
}: AddressSpacePaneProps) {
  const root = useRef<HTMLElement>(null);
  const picture = useRef<SpaceCanvasHandle>(null);
  const tokens = useTokens(root);
  const [selected, setSelected] = useState(-1);
  const { regions } = model;
  const bits = model.pointerSize === 4 ? 32 : 64;
  const legend = useMemo(() => usesOf(regions), [regions]);
  const total = useMemo(() => totalText(model), [model]);
  const isKnown = selected >= 0 && selected < regions.length;
  const select = (region: number): void => {
    setSelected(region);
    if (region >= 0) picture.current?.reveal(region);
  };
  useEffect(() => {
    if (place) select(regionAt(regions, place.address));
  }, [place, regions]);
  const open = (region: number, beside: boolean): void => {
    const found = regions[region];
    if (found) onOpenMemory(found.start, beside);
  };
  const menu =
    onMenu &&
    ((region: number, at: WindowPoint): void => {
      const found = regions[region];
      if (found) onMenu(found.start, at);
    });
  const save = async (): Promise<void> => {
    const png = await picture.current?.png(`Address space: ${total}`, legend);
    if (png) onSave?.('address-space.png', png);
  };
  return (
    <section className="picture-pane" ref={root} aria-label="Address space">
      <div className="picture-bar">
        <ZoomButtons
          whole="Whole space"
          onWhole={() => picture.current?.whole()}
          onZoom={(factor) => picture.current?.zoom(factor)}
        />
        {goTo}
        <Legend items={legend} tokens={tokens} />
        <span className="space-band-legend">▬ in the dump · _ not · ~ free, not to scale · // cut short</span>
        <ExportButtons
          onPng={() => void save()}
          onCsv={() => onSave?.('address-space.csv', csvFile(regionsCsv(regions)))}
        />
      </div>
      {model.derived && <p className="picture-note">{DERIVED}</p>}
      <PictureSplit
        picture={
          <SpaceCanvas
            ref={picture}
            model={model}
            tokens={tokens}
            selected={isKnown ? selected : -1}
            onSelect={select}
            onOpen={open}
            onMenu={menu}
          />
        }
        tables={
          <>
            <p className="picture-status mono" role="status">
              {isKnown ? regionText(regions[selected], bits).replaceAll('\n', ' · ') : total}
            </p>
            <div className="space-table">
              <RegionTable model={model} selected={selected} onSelect={select} onOpen={open} onMenu={menu} />
            </div>
          </>
        }
      />
    </section>
  );
}
