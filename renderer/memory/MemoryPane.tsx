import './memory.css';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { StructureFields } from '../../core/protocol/pictures.ts';
import type { Point } from '../parts/hoverTip.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { FieldsBar } from './FieldsBar.tsx';
import { FindBar } from './FindBar.tsx';
import { FORMAT_IDS, type FormatId, memoryFormat } from './memoryFormats.ts';
import { MemoryGrid, type MemoryGridHandle } from './MemoryGrid.tsx';
import type { MemorySource } from './memorySource.ts';
import {
  goBack,
  goForward,
  goTo,
  type MemoryPlace,
  type PlaceHistory,
  startHistory,
} from './placeHistory.ts';

export interface MemoryPaneProps {
  readonly source: MemorySource;
  /** the expression that the pane opens at */
  readonly expression: string;
  /** another one with each link that leads here: then the pane goes to `expression`, even if it is the same */
  readonly visit?: string;
  readonly format?: FormatId;
  /** Opens an address in another pane: Ctrl+click. */
  onOpenBeside?(address: bigint): void;
  /** A right click, or the menu key, at an address; the pointer that lies there, if one can. */
  onMenu?(address: bigint, at: Point, pointer: bigint | undefined): void;
  /** The pane is at another place: for its title and the saved layout. */
  onPlace?(place: MemoryPlace & { readonly format: FormatId }): void;
}

/** Memory at an expression: bytes, numbers, text or pointers over the whole address space. */
export function MemoryPane({
  source,
  expression,
  visit: visitId = '',
  format: opened = 'bytes',
  onOpenBeside,
  onMenu,
  onPlace,
}: MemoryPaneProps) {
  const [history, setHistory] = useState<PlaceHistory>();
  const [typed, setTyped] = useState(expression);
  const [problem, setProblem] = useState('');
  const [format, setFormat] = useState<FormatId>(opened);
  const [structure, setStructure] = useState<StructureFields>();
  const [isFinding, setFinding] = useState(false);
  const [isMarking, setMarking] = useState(false);
  const [visit, setVisit] = useState(0);
  const [found, setFound] = useState<{ readonly address: bigint; readonly length: number }>();
  const grid = useRef<MemoryGridHandle>(null);
  const asked = useRef(0);
  const address = useRef<HTMLInputElement>(null);
  const place = history?.current;

  /** Moves to a place, and tells where the pane is. */
  const travel = (next: PlaceHistory): void => {
    setHistory(next);
    setTyped(next.current.expression);
    setProblem('');
    setVisit((v) => v + 1);
    onPlace?.({ ...next.current, format });
  };
  const go = (address: bigint, as = `0x${address.toString(16)}`): void => {
    const next = { address, expression: as };
    travel(history ? goTo(history, next) : startHistory(next));
  };
  const goToExpression = async (text: string): Promise<void> => {
    const turn = ++asked.current;
    try {
      const address = await source.evaluate(text);
      // the first answer of a busy engine may come after the person typed something else
      if (turn !== asked.current) return;
      go(address, text);
      grid.current?.focus();
    } catch (e) {
      if (turn !== asked.current) return;
      const reason = e instanceof Error ? e.message : String(e);
      // a pane that just opened shows what memory there is
      const first = history ? undefined : (await source.runs()).starts.at(0);
      if (first !== undefined) go(first);
      else setProblem(reason);
    }
  };
  useEffect(() => {
    void goToExpression(expression);
    // only a link from outside moves the pane: the expression follows where it is
  }, [visitId]);

  const overlay = async (type: string): Promise<void> => {
    if (type === '') return setStructure(undefined);
    try {
      const at = grid.current?.caret() ?? place?.address ?? 0n;
      setStructure(await source.fields(type, at));
      setProblem('');
    } catch (e) {
      setProblem(e instanceof Error ? e.message : String(e));
    }
  };
  const pane = useRef<HTMLElement>(null);
  usePaneAction(pane, 'back', () => history && travel(goBack(history)));
  usePaneAction(pane, 'forward', () => history && travel(goForward(history)));
  usePaneAction(pane, 'goto', () => address.current?.select());
  usePaneAction(pane, 'find', () => setFinding(true));
  usePaneAction(pane, 'fields', () => setMarking(true));
  usePaneAction(pane, 'focus', () => (grid.current ?? address.current)?.focus());
  const follow = (to: bigint, event: MouseEvent | KeyboardEvent): void => {
    if (event.ctrlKey && onOpenBeside) onOpenBeside(to);
    else go(to);
  };

  return (
    <section className="memory-pane" aria-label={`Memory at ${typed}`} ref={pane}>
      <form
        className="memory-bar"
        onSubmit={(event) => {
          event.preventDefault();
          void goToExpression(typed);
        }}
      >
        <button
          type="button"
          className="button"
          aria-label="Back"
          title="Back (Alt+Left)"
          disabled={!history?.back.length}
          onClick={() => history && travel(goBack(history))}
        >
          ←
        </button>
        <button
          type="button"
          className="button"
          aria-label="Forward"
          title="Forward (Alt+Right)"
          disabled={!history?.forward.length}
          onClick={() => history && travel(goForward(history))}
        >
          →
        </button>
        <input
          ref={address}
          aria-label="Address"
          className="field mono memory-expression"
          value={typed}
          spellCheck={false}
          autoComplete="off"
          title="Any expression: @esp, 0x3486e8, app!buffer, poi(@rsp+8)  (Ctrl+G)"
          aria-invalid={problem !== ''}
          onChange={(event) => {
            // an answer that is still on its way must not write over what is being typed
            asked.current++;
            setTyped(event.target.value);
          }}
        />
        <select
          aria-label="As"
          className="field"
          value={format}
          onChange={(event) => {
            const next = FORMAT_IDS.find((f) => f === event.target.value) ?? 'bytes';
            setFormat(next);
            if (place) onPlace?.({ ...place, format: next });
          }}
        >
          {FORMAT_IDS.map((f) => {
            const { label, command } = memoryFormat(f, source.pointerSize);
            return (
              <option key={f} value={f}>
                {command} {label}
              </option>
            );
          })}
        </select>
        {/* a form with two fields takes Enter only where something submits it */}
        <button type="submit" className="unseen" tabIndex={-1}>
          Go
        </button>
        <button
          type="button"
          className="button"
          title="Marks the fields of a type, laid at the caret (Ctrl+Alt+F)"
          aria-expanded={isMarking}
          onClick={() => setMarking(!isMarking)}
        >
          Fields
        </button>
        <button
          type="button"
          className="button"
          title="Find (Ctrl+F)"
          aria-expanded={isFinding}
          onClick={() => setFinding(!isFinding)}
        >
          Find
        </button>
      </form>
      {isMarking && (
        <FieldsBar
          source={source}
          shown={structure?.name}
          onType={(type) => void overlay(type)}
          onClose={() => {
            setMarking(false);
            grid.current?.focus();
          }}
        />
      )}
      {isFinding && (
        <FindBar
          source={source}
          from={() => found?.address ?? grid.current?.caret() ?? place?.address ?? 0n}
          hasFound={found !== undefined}
          onFound={(address, length) => {
            setFound({ address, length });
            go(address);
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
          visit={visit}
          format={format}
          structure={structure}
          found={found}
          onFollow={follow}
          onMenu={onMenu}
        />
      )}
      {!place && problem === '' && <p className="memory-problem">Evaluating {expression} …</p>}
    </section>
  );
}
