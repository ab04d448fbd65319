import { useEffect, useRef } from 'react';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly items: readonly string[];
  readonly active: number;
  /** said where there is none */
  readonly empty: string;
  onChoose(index: number): void;
}

/** The list above the command line: completions, or earlier commands. */
export function SuggestionList({ id, label, items, active, empty, onChoose }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul className="suggestions" role="listbox" id={`${id}-list`} aria-label={label} ref={list}>
      {items.length === 0 && (
        <li role="option" aria-selected={false} aria-disabled>
          {empty}
        </li>
      )}
      {items.map((item, i) => (
        <li
          key={item}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          // the line must not lose the focus before the click
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(i)}
        >
          {item}
        </li>
      ))}
    </ul>
  );
}
