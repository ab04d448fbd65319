import type { DumpSession } from '../client/dumpSession.ts';
import { useStore } from '../client/store.ts';

/** Says that the dump in front is open no more, and opens it again when the person asks for it. */
export function EngineAlert({ session }: { readonly session: DumpSession }) {
  const failure = useStore(session.failure);
  if (failure === undefined) return undefined;
  return (
    <p className="app-failure" role="alert">
      {session.name} is not open any more: {failure}
      <button type="button" className="link" onClick={() => void session.openAgain()}>
        Open again
      </button>
    </p>
  );
}
