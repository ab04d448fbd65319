import './memory.css';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import type { StructureFields } from '../../core/protocol/pictures.ts';
import type { SpaceRange } from '../picture/rowSpace.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { FieldsBar } from './FieldsBar.tsx';
import { FindBar } from './FindBar.tsx';
import { MemoryBar } from './MemoryBar.tsx';
import type { FormatId } from './memoryFormats.ts';
import { MemoryGrid, type MemoryGridHandle, type MemoryMenu } from './MemoryGrid.tsx';
import type { MemorySource } from './memorySource.ts';
import type { MemoryPlace } from './placeHistory.ts';
import { useMemoryPlaces } from './useMemoryPlaces.ts';

export interface MemoryPaneProps {
  readonly source: MemorySource;
  /** the expression that the pane opens at */
  readonly expression: string;
  /** another one with each link that leads here: then the pane goes to `expression`, even if it is the same */
  readonly visit?: string;
  /** another one whenever expressions may mean something else: then places that follow them move */
  readonly moment?: string;
  readonly format?: FormatId;
  /** Opens an address in another pane: Ctrl+click. */
  onOpenBeside?(address: bigint): void;
  onMenu?(menu: MemoryMenu): void;
  /** The pane is at another place: for its title and the saved layout. */
  onPlace?(place: MemoryPlace & { readonly format: FormatId }): void;
}

/** Memory at an expression: bytes, numbers, text or pointers over the whole address space. */
export function MemoryPane({
  source,
  expression,
  visit = '',
  moment = '',
  format: opened = 'bytes',
  onOpenBeside,
  onMenu,
  onPlace,
}: MemoryPaneProps) {
  const [format, setFormat] = useState<FormatId>(opened);
  const [structure, setStructure] = useState<StructureFields>();
  const [isFinding, setFinding] = useState(false);
  const [isMarking, setMarking] = useState(false);
  const [isSeen, setSeen] = useState(true);
  const [found, setFound] = useState<SpaceRange>();
  const grid = useRef<MemoryGridHandle>(null);
  const address = useRef<HTMLInputElement>(null);
  const places = useMemoryPlaces(source, {
    expression,
    visit,
    moment,
    isSeen: () => isSeen,
    onArrive: () => grid.current?.focus(),
    onPlace: (place) => onPlace?.({ ...place, format }),
  });
  const { place, problem } = places;

  const overlay = async (type: string, at: bigint): Promise<void> => {
    if (type === '') return setStructure(undefined);
    try {
      setStructure(await source.fields(type, at));
      places.say('');
    } catch (e) {
      places.say(messageOf(e));
    }
  };
  // marks that were laid at a place that moves go with it
  const laid = useRef(place);
  useEffect(() => {
    const { current: before } = laid;
    laid.current = place;
    const isMove = place?.follows && before?.expression === place.expression;
    if (isMove && structure && structure.address === before.address)
      void overlay(structure.name, place.address);
  }, [place]);

  const pane = useRef<HTMLElement>(null);
  usePaneAction(pane, 'back', places.back);
  usePaneAction(pane, 'forward', places.forward);
  usePaneAction(pane, 'goto', () => address.current?.select());
  usePaneAction(pane, 'find', () => setFinding(true));
  usePaneAction(pane, 'fields', () => setMarking(true));
  usePaneAction(pane, 'focus', () => (grid.current ?? address.current)?.focus());
  const follow = (to: bigint, event: MouseEvent | KeyboardEvent): void => {
    if (event.ctrlKey && onOpenBeside) onOpenBeside(to);
    else places.go(to);
  };

  return (
    <section className="memory-pane" aria-label={`Memory at ${places.typed}`} ref={pane}>
      <MemoryBar
        places={places}
        field={address}
        pointerSize={source.pointerSize}
        format={format}
        follows={place?.follows === true && isSeen}
        isMarking={isMarking}
        isFinding={isFinding}
        onFormat={(next) => {
          setFormat(next);
          if (place) onPlace?.({ ...place, format: next });
        }}
        onMark={() => setMarking(!isMarking)}
        onFind={() => setFinding(!isFinding)}
      />
      {isMarking && (
        <FieldsBar
          source={source}
          shown={structure?.name}
          onType={(type) => void overlay(type, grid.current?.caret() ?? place?.address ?? 0n)}
          onClose={() => {
            setMarking(false);
            grid.current?.focus();
          }}
        />
      )}
      {isFinding && (
        <FindBar
          source={source}
          from={() => found?.start ?? grid.current?.caret() ?? place?.address ?? 0n}
          hasFound={found !== undefined}
          onFound={(to, length) => {
            setFound({ start: to, end: to + BigInt(length) });
            places.go(to);
          }}
          onClose={() => {
            setFinding(false);
            setFound(undefined);
            grid.current?.focus();
          }}
        />
      )}
      {problem !== '' && (
        <p className="memory-problem kind-error" role="alert">
          {problem}
        </p>
      )}
      {place && (
        <MemoryGrid
          ref={grid}
          source={source}
          anchor={place.address}
          visit={places.visit}
          format={format}
          structure={structure}
          found={found}
          onFollow={follow}
          onMenu={onMenu}
          onSeen={setSeen}
        />
      )}
      {!place && problem === '' && <p className="memory-problem">Evaluating {expression} …</p>}
    </section>
  );
}
