import { useMemo, useState } from 'react';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { MemoryPane } from '../memory/MemoryPane.tsx';
import type { MemorySource } from '../memory/memorySource.ts';

/** Memory of the dump at an expression, docked. */
export function MemoryDock({ expression = '@$csp' }: { readonly expression?: string }) {
  const session = useSession();
  const navigate = useNavigate();
  // a pane keeps its place when the context moves on
  const [opened] = useState(session.context.get());
  const source = useMemo(() => memorySource(session, opened?.pointerSize ?? 8), [session, opened]);
  return (
    <MemoryPane
      source={source}
      expression={expression}
      onOpenBeside={(address) => navigate.memory(address, { beside: true })}
    />
  );
}

function memorySource(session: DumpSession, pointerSize: 4 | 8): MemorySource {
  const machine = session.dump.get()?.machine;
  return {
    pointerSize,
    addressBits: machine === 'x86' || machine === 'arm' ? 32 : 64,
    runs: () => session.request('memoryRuns', {}),
    page: (start, length) => session.request('memory', { start, length }),
    evaluate: async (expression) => (await session.request('evaluate', { expression })).address,
    notes: (start, length) => session.request('pointerNotes', { start, length, size: pointerSize }),
    find: (request, signal) => session.request('findBytes', request, {}, signal),
    fields: (type, address) => session.request('structureFields', { type, address }),
    describe: async (address) => {
      const known = await session.request('describe', { address });
      return [known.symbol, known.region, known.block].filter((t) => t !== undefined).join(', ');
    },
  };
}
