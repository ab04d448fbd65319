import { useCallback, useMemo, useState } from 'react';
import type { PaneParams } from '../app/panes.ts';
import { addressFacts } from '../client/describeAddress.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { useNavigate, usePanel, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { FORMAT_IDS } from '../memory/memoryFormats.ts';
import { MemoryPane } from '../memory/MemoryPane.tsx';
import type { MemorySource } from '../memory/memorySource.ts';
import { ActionMenu } from '../parts/ActionMenu.tsx';
import { addressItems } from '../parts/addressItems.ts';
import type { Point } from '../parts/hoverTip.ts';

/** Memory of the dump at an expression, docked. */
export function MemoryDock({ expression = '@$csp', visit = '', format }: PaneParams) {
  const session = useSession();
  const navigate = useNavigate();
  const panel = usePanel();
  const reloads = useStore(session.reloads);
  // a pane keeps its place when the context moves on
  const [opened] = useState(session.context.get());
  // images bring bytes that were not there: everything is read again
  const source = useMemo(() => memorySource(session, opened?.pointerSize ?? 8), [session, opened, reloads]);
  const [menu, setMenu] = useState<{ address: bigint; at: Point; pointer: bigint | undefined }>();
  const close = useCallback(() => setMenu(undefined), []);
  return (
    <>
      <MemoryPane
        source={source}
        expression={expression}
        visit={visit}
        format={FORMAT_IDS.find((f) => f === format)}
        onOpenBeside={(address) => navigate.memory(address, { beside: true })}
        onMenu={(address, at, pointer) => setMenu({ address, at, pointer })}
        onPlace={(place) => {
          const hex = `0x${place.address.toString(16)}`;
          const isHex = /^(?:0x)?[0-9a-f`]+$/i.test(place.expression.trim());
          panel.setPlace(isHex ? hex : `${place.expression} ${hex}`);
          panel.keep({ expression: place.expression, format: place.format });
        }}
      />
      {menu && (
        <ActionMenu
          label={`Actions for 0x${menu.address.toString(16)}`}
          items={[
            ...(menu.pointer === undefined ? [] : [followItem(menu.pointer)]),
            ...addressItems(menu.address, navigate),
          ]}
          at={menu.at}
          onClose={close}
        />
      )}
    </>
  );

  function followItem(pointer: bigint) {
    return {
      title: `Follow the pointer to 0x${pointer.toString(16)}`,
      act: () => navigate.memory(pointer),
    };
  }
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
    typeNames: (prefix) => session.request('typeNames', { prefix }),
    describe: (address) => addressFacts(session, address),
  };
}
