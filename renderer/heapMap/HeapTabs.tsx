import type { KeyboardEvent } from 'react';

const TABS = { blocks: 'Blocks', sizes: 'Sizes', damage: 'Damage' } as const;

export type HeapTab = keyof typeof TABS;

const ORDER: readonly HeapTab[] = ['blocks', 'sizes', 'damage'];

interface HeapTabsProps {
  readonly tab: HeapTab;
  /** how much damage is known */
  readonly damage: number;
  onTab(tab: HeapTab): void;
}

/** What is behind the map: arrows go from one to the next. */
export function HeapTabs({ tab, damage, onTab }: HeapTabsProps) {
  const keys = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = ORDER[(ORDER.indexOf(tab) + step + ORDER.length) % ORDER.length] ?? tab;
    onTab(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  };
  return (
    <span role="tablist" aria-label="Behind the map" className="picture-buttons" onKeyDown={keys}>
      {ORDER.map((t) => (
        <button
          key={t}
          type="button"
          role="tab"
          data-tab={t}
          tabIndex={t === tab ? 0 : -1}
          aria-selected={tab === t}
          className={`button heap-tab${t === 'damage' && damage > 0 ? ' kind-error' : ''}`}
          onClick={() => onTab(t)}
        >
          {TABS[t]}
          {t === 'damage' && ` (${damage.toLocaleString('en-US')})`}
        </button>
      ))}
    </span>
  );
}
