import { useMemo, useState } from 'react';
import { addressText } from '../picture/addressText.ts';
import { type BlockFilter, parseSizes, sizesText, usedNames } from './blockFilter.ts';
import type { BlockFacts } from './describeBlock.ts';

interface BlockFilterBarProps {
  readonly facts: BlockFacts;
  readonly filter: BlockFilter;
  onChange(part: Partial<BlockFilter>): void;
}

/** Which blocks the table has and the map lights. */
export function BlockFilterBar({ facts, filter, onChange }: BlockFilterBarProps) {
  const { map, owners, classes } = facts;
  const bits = map.pointerSize === 4 ? 32 : 64;
  const { range } = filter;
  return (
    <>
      <label>
        State{' '}
        <select
          className="field"
          value={filter.damaged ? 'damaged' : (filter.state ?? '')}
          onChange={({ target: { value } }) =>
            onChange({
              damaged: value === 'damaged' ? true : undefined,
              state: value === '' || value === 'damaged' ? undefined : Number(value),
            })
          }
        >
          <option value="">all</option>
          {map.states.map((state, i) => (
            <option key={state} value={i}>
              {state}
            </option>
          ))}
          <option value="damaged">damaged</option>
        </select>
      </label>
      <SizeField filter={filter} onChange={onChange} />
      <Choice
        label="Part"
        names={map.parts}
        column={map.part}
        value={filter.part}
        onChoose={(part) => onChange({ part })}
      />
      {owners && (
        <>
          <Choice
            label="Owner"
            names={owners.owners}
            column={owners.owner}
            none="not known"
            value={filter.owner}
            onChoose={(owner) => onChange({ owner })}
          />
          <Choice
            label="CRT type"
            names={owners.types}
            column={owners.type}
            none="no debug header"
            value={filter.type}
            onChoose={(type) => onChange({ type })}
          />
        </>
      )}
      {classes && (
        <Choice
          label="Class"
          names={classes.classes}
          column={classes.type}
          none="no vtable"
          value={filter.class}
          onChoose={(chosen) => onChange({ class: chosen })}
        />
      )}
      {range && (
        <button
          type="button"
          className="button mono"
          title="Take the range away (Esc in the map)"
          onClick={() => onChange({ range: undefined })}
        >
          {addressText(BigInt(range.start), bits)} – {addressText(BigInt(range.end - 1), bits)} ×
        </button>
      )}
    </>
  );
}

/** The bounds of sizes as they are typed; what is none yet filters nothing. */
function SizeField({ filter, onChange }: Omit<BlockFilterBarProps, 'facts'>) {
  const outside = sizesText(filter);
  const [typed, setTyped] = useState(outside);
  const [known, setKnown] = useState(outside);
  // sizes that were chosen elsewhere
  if (known !== outside) {
    setKnown(outside);
    if (sizesText(parseSizes(typed) ?? {}) !== outside) setTyped(outside);
  }
  const isBad = parseSizes(typed) === undefined;
  return (
    <label>
      Bytes{' '}
      <input
        className="field mono heap-sizes"
        placeholder="100-200"
        value={typed}
        aria-invalid={isBad}
        title={
          isBad
            ? 'This is no size: 100, 100-200, 100- or -200'
            : '100, 100-200, 100- or -200; 0x for hexadecimal'
        }
        onChange={({ target: { value } }) => {
          setTyped(value);
          const bounds = parseSizes(value);
          if (bounds) onChange({ minSize: undefined, maxSize: undefined, ...bounds });
        }}
      />
    </label>
  );
}

/** Options that a list has at most: nobody scrolls through more, and the table can be sorted. */
const MAX_OPTIONS = 1000;

interface ChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  /** a block's index in the names */
  readonly column: Uint8Array | Uint16Array;
  /** what an empty name is called */
  readonly none?: string;
  readonly value: number | undefined;
  onChoose(value: number | undefined): void;
}

/** One of the names that some block has, or all; nothing where there is no choice. */
function Choice({ label, names, column, none = '', value, onChoose }: ChoiceProps) {
  const used = useMemo(() => usedNames(column, column.length, names.length), [column, names]);
  if (used.length < 2) return undefined;
  return (
    <label>
      {label}{' '}
      <select
        className="field heap-choice"
        value={value ?? ''}
        onChange={({ target }) => onChoose(target.value === '' ? undefined : Number(target.value))}
      >
        <option value="">all</option>
        {used.slice(0, MAX_OPTIONS).map((i) => (
          <option key={i} value={i}>
            {names[i] === '' ? none : names[i]}
          </option>
        ))}
      </select>
    </label>
  );
}
