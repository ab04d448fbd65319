import type { Ref } from 'react';
import { FollowButton } from '../parts/FollowButton.tsx';
import { FORMAT_IDS, type FormatId, memoryFormat } from './memoryFormats.ts';
import type { MemoryPlaces } from './useMemoryPlaces.ts';

interface Props {
  readonly places: MemoryPlaces;
  readonly field: Ref<HTMLInputElement>;
  readonly pointerSize: 4 | 8;
  readonly format: FormatId;
  /** the place follows the context, and is on the screen */
  readonly follows: boolean;
  readonly isMarking: boolean;
  readonly isFinding: boolean;
  onFormat(format: FormatId): void;
  onMark(): void;
  onFind(): void;
}

/** The bar of a memory pane: the way back, the address, the format, and what opens more bars. */
export function MemoryBar(props: Props) {
  const { places, field, pointerSize, format, follows, isMarking, isFinding } = props;
  const { place, followed } = places;
  return (
    <form
      className="memory-bar"
      onSubmit={(event) => {
        event.preventDefault();
        void places.goToExpression(places.typed);
      }}
    >
      <button
        type="button"
        className="button"
        aria-label="Back"
        title="Back (Alt+Left)"
        disabled={!places.canGoBack}
        onClick={places.back}
      >
        ←
      </button>
      <button
        type="button"
        className="button"
        aria-label="Forward"
        title="Forward (Alt+Right)"
        disabled={!places.canGoForward}
        onClick={places.forward}
      >
        →
      </button>
      <input
        ref={field}
        aria-label="Address"
        className="field mono memory-expression"
        value={places.typed}
        spellCheck={false}
        autoComplete="off"
        title="Any expression: @esp, 0x3486e8, app!buffer, poi(@rsp+8)  (Ctrl+G)"
        aria-invalid={places.problem !== ''}
        onChange={(event) => places.type(event.target.value)}
      />
      {place && (
        <FollowButton
          follows={follows}
          expression={place.follows ? place.expression : followed}
          place={`0x${place.address.toString(16)}`}
          onToggle={() =>
            follows ? places.pin() : void places.goToExpression(place.follows ? place.expression : followed)
          }
        />
      )}
      <select
        aria-label="As"
        className="field"
        value={format}
        onChange={(event) => props.onFormat(FORMAT_IDS.find((f) => f === event.target.value) ?? 'bytes')}
      >
        {FORMAT_IDS.map((f) => {
          const { label, command } = memoryFormat(f, pointerSize);
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
        onClick={props.onMark}
      >
        Fields
      </button>
      <button
        type="button"
        className="button"
        title="Find (Ctrl+F)"
        aria-expanded={isFinding}
        onClick={props.onFind}
      >
        Find
      </button>
    </form>
  );
}
