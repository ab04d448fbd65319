import './memory.css';
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef, useState } from 'react';
import type { StructureFields } from '../../core/protocol/pictures.ts';
import { FindBar } from './FindBar.tsx';
import { FORMAT_IDS, type FormatId, memoryFormat } from './memoryFormats.ts';
import { MemoryGrid, type MemoryGridHandle } from './MemoryGrid.tsx';
import type { MemorySource } from './memorySource.ts';
import { goBack, goForward, goTo, type PlaceHistory, startHistory } from './placeHistory.ts';

export interface MemoryPaneProps {
  readonly source: MemorySource;
  /** the expression that the pane opens at */
  readonly expression: string;
  readonly format?: FormatId;
  /** Opens an address in another pane: Ctrl+click. */
  onOpenBeside?(address: bigint): void;
  /** The pane is at another place: for its title and the saved layout. */
  onPlace?(expression: string, format: FormatId): void;
}

/** Memory at an expression: bytes, numbers, text or pointers over the whole address space. */
export function MemoryPane({
  source,
  expression,
  format: opened = 'bytes',
  onOpenBeside,
  onPlace,
}: MemoryPaneProps) {
  const [history, setHistory] = useState<PlaceHistory>();
  const [typed, setTyped] = useState(expression);
  const [problem, setProblem] = useState('');
  const [format, setFormat] = useState<FormatId>(opened);
  const [structure, setStructure] = useState<StructureFields>();
  const [isFinding, setFinding] = useState(false);
  const [found, setFound] = useState<{ readonly address: bigint; readonly length: number }>();
  const grid = useRef<MemoryGridHandle>(null);
  const asked = useRef(0);
  const id = useId();
  const place = history?.current;

  /** Moves to a place, and tells where the pane is. */
  const travel = (next: PlaceHistory): void => {
    setHistory(next);
    setTyped(next.current.expression);
    setProblem('');
    onPlace?.(next.current.expression, format);
  };
  const visit = (address: bigint, as = `0x${address.toString(16)}`): void => {
    const next = { address, expression: as };
    travel(history ? goTo(history, next) : startHistory(next));
  };
  const goToExpression = async (text: string): Promise<void> => {
    const turn = ++asked.current;
    try {
      const address = await source.evaluate(text);
      // the first answer of a busy engine may come after the person typed something else
      if (turn !== asked.current) return;
      visit(address, text);
      grid.current?.focus();
    } catch (e) {
      if (turn === asked.current) setProblem(e instanceof Error ? e.message : String(e));
    }
  };
  useEffect(() => {
    void goToExpression(expression);
    // only another expression from outside moves the pane
  }, [expression, source]);

  const overlay = async (type: string): Promise<void> => {
    if (type.trim() === '') return setStructure(undefined);
    try {
      const at = grid.current?.caret() ?? place?.address ?? 0n;
      setStructure(await source.fields(type.trim(), at));
      setProblem('');
    } catch (e) {
      setProblem(e instanceof Error ? e.message : String(e));
    }
  };
  const keys = (event: KeyboardEvent): void => {
    const key = `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.key}`;
    const actions: Record<string, () => void> = {
      'Alt+ArrowLeft': () => history && travel(goBack(history)),
      'Alt+ArrowRight': () => history && travel(goForward(history)),
      'Ctrl+g': () => document.getElementById(`${id}-address`)?.focus(),
      'Ctrl+f': () => setFinding(true),
    };
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const follow = (address: bigint, event: MouseEvent | KeyboardEvent): void => {
    if (event.ctrlKey && onOpenBeside) onOpenBeside(address);
    else visit(address);
  };

  return (
    <section className="memory-pane" aria-label={`Memory at ${typed}`} onKeyDown={keys}>
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
          id={`${id}-address`}
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
            if (place) onPlace?.(place.expression, next);
          }}
        >
          {FORMAT_IDS.map((f) => {
            const { label, command } = memoryFormat(f, source.pointerSize);
            return (
              <option key={f} value={f}>
                {label} ({command})
              </option>
            );
          })}
        </select>
        <input
          aria-label="Fields of"
          className="field mono memory-type"
          placeholder="fields of _PEB"
          spellCheck={false}
          autoComplete="off"
          title="Marks the fields of a type, laid at the caret; Enter puts it there, empty takes it away"
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            void overlay(event.currentTarget.value);
          }}
        />
        {/* a form with two fields takes Enter only where something submits it */}
        <button type="submit" className="unseen" tabIndex={-1}>
          Go
        </button>
        <button type="button" className="button" title="Find (Ctrl+F)" onClick={() => setFinding(!isFinding)}>
          Find
        </button>
      </form>
      {isFinding && (
        <FindBar
          source={source}
          from={() => found?.address ?? grid.current?.caret() ?? place?.address ?? 0n}
          hasFound={found !== undefined}
          onFound={(address, length) => {
            setFound({ address, length });
            visit(address);
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
          format={format}
          structure={structure}
          found={found}
          onFollow={follow}
        />
      )}
      {!place && problem === '' && <p className="memory-problem">Evaluating {expression} …</p>}
    </section>
  );
}
