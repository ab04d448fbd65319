import type { ReactNode } from 'react';
import type { Asked } from '../client/useModel.ts';
import './paneState.css';

/** A pane's model, or one sentence on why there is none yet. */
export function PaneState<T>({
  asked,
  what,
  children,
}: {
  readonly asked: Asked<T>;
  /** what is being read, for the sentence: `threads` */
  readonly what: string;
  readonly children: (model: T) => ReactNode;
}): ReactNode {
  switch (asked.state) {
    case 'loading': {
      const { progress } = asked;
      const amount = progress
        ? progress.total
          ? ` ${Math.floor((100 * progress.done) / progress.total)} %`
          : ` ${progress.done}`
        : '';
      return (
        <p className="pane-note" role="status">
          Reading {progress?.what ?? what}…{amount}
        </p>
      );
    }
    case 'failed':
      return (
        <p className="pane-note pane-failed" role="alert">
          {asked.message}
        </p>
      );
    case 'ready':
      return children(asked.model);
  }
}

/** Why a pane is empty, and what to do. */
export function PaneNote({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="pane-note">{children}</p>;
}
