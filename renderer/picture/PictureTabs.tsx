import type { KeyboardEvent } from 'react';

export interface PictureTab<Name extends string> {
  readonly name: Name;
  readonly title: string;
  /** it tells of something wrong */
  readonly isBad?: boolean;
}

interface PictureTabsProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly PictureTab<Name>[];
  readonly tab: Name;
  onTab(tab: Name): void;
}

/** The tables behind a picture, one at a time: arrows go from one to the next. */
export function PictureTabs<Name extends string>({ label, tabs, tab, onTab }: PictureTabsProps<Name>) {
  const keys = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const place = tabs.findIndex((t) => t.name === tab);
    const next = tabs[(place + step + tabs.length) % tabs.length];
    if (!next) return;
    onTab(next.name);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab=${next.name}]`)?.focus();
  };
  return (
    <span role="tablist" aria-label={label} className="picture-buttons" onKeyDown={keys}>
      {tabs.map(({ name, title, isBad }) => (
        <button
          key={name}
          type="button"
          role="tab"
          data-tab={name}
          tabIndex={name === tab ? 0 : -1}
          aria-selected={tab === name}
          className={`button picture-tab${isBad ? ' kind-error' : ''}`}
          onClick={() => onTab(name)}
        >
          {title}
        </button>
      ))}
    </span>
  );
}
