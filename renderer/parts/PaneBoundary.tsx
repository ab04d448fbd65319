import { messageOf } from '../client/messageOf.ts';
import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}
interface State {
  readonly failure?: string;
}

/** Keeps a fault of one pane from taking the window with it: the pane says what happened, the others go on. */
export class PaneBoundary extends Component<Props, State> {
  override state: State = {};

  static getDerivedStateFromError(thrown: unknown): State {
    return { failure: messageOf(thrown) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <p className="pane-note pane-failed" role="alert">
        This pane stopped, which is a fault of the program: {failure}{' '}
        <button type="button" className="button" onClick={() => this.setState({ failure: undefined })}>
          Draw it again
        </button>
      </p>
    );
  }
}
