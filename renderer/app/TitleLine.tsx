import { useEffect } from 'react';
import type { DumpSession } from '../client/dumpSession.ts';
import { useStore } from '../client/store.ts';

/** Dump, machine, Windows, thread and frame: where the person stands. */
export function TitleLine({ session }: { readonly session: DumpSession }) {
  const dump = useStore(session.dump);
  const context = useStore(session.context);
  const name = dump?.name ?? session.name;
  useEffect(() => {
    // the system's list of windows, the browser's tab
    document.title = `${name} – Stillframe`;
    return () => {
      document.title = 'Stillframe';
    };
  }, [name]);
  if (!dump || !context) return <span className="title-line">{session.name}: opening…</span>;
  const thread = context.thread
    ? `thread ${context.thread.index} of ${context.threads}${context.thread.name ? ` (${context.thread.name})` : ''}`
    : 'no thread';
  const parts = [
    dump.name,
    context.machine,
    // what others than Windows write there is a sentence
    dump.isWindows && dump.servicePack ? `${dump.osName} ${dump.servicePack}` : dump.osName,
    thread,
    `frame ${context.frame}`,
    ...(context.override ? ['exception context'] : []),
  ];
  return (
    <span className="title-line" data-testid="title-line">
      {parts.join(' · ')}
    </span>
  );
}
