import type { NodeAction } from './nodeActions.ts';

interface NodeLineProps {
  /** what is selected, in words; absent: nothing is */
  readonly text: string | undefined;
  readonly actions: readonly NodeAction[];
  onOpen(action: NodeAction, beside: boolean): void;
}

/** What is selected in the picture, and where it leads. */
export function NodeLine({ text, actions, onOpen }: NodeLineProps) {
  return (
    <div className="ownership-line">
      {actions.map((action) => (
        <button
          key={action.title}
          type="button"
          className="button"
          onClick={(event) => onOpen(action, event.ctrlKey)}
        >
          {action.title}
        </button>
      ))}
      <span role="status">
        {text === undefined
          ? 'Click a module, a runtime or a heap for what belongs to it; click it again to go there.'
          : text.replaceAll('\n', ' · ')}
      </span>
    </div>
  );
}
