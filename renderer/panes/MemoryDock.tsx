import { useCallback, useMemo, useState } from 'react';
import type { PaneParams } from '../app/panes.ts';
import { addressFacts } from '../client/describeAddress.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { useNavigate, usePanel, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { bytesText } from '../memory/byteSelection.ts';
import { FORMAT_IDS } from '../memory/memoryFormats.ts';
import { MemoryPane } from '../memory/MemoryPane.tsx';
import type { MemoryMenu } from '../memory/MemoryGrid.tsx';
import type { MemorySource } from '../memory/memorySource.ts';
import { ActionMenu, type MenuItem } from '../parts/ActionMenu.tsx';
import { addressItems } from '../parts/addressItems.ts';

/** Memory of the dump at an expression, docked. */
export function MemoryDock({ expression = '@$csp', visit = '', format }: PaneParams) {
  const session = useSession();
  const navigate = useNavigate();
  const panel = usePanel();
  const reloads = useStore(session.reloads);
  const symbols = useStore(session.symbols);
  const context = useStore(session.context);
  const machine = useStore(session.dump)?.machine;
  const pointerSize = context?.pointerSize ?? 8;
  // images bring bytes that were not there: everything is read again
  const reader = useMemo(() => memoryReader(session), [session, reloads]);
  const source = useMemo(
    () => memorySource(session, reader, { pointerSize, machine }),
    // with symbols pointers have names
    [session, reader, pointerSize, machine, symbols],
  );
  const [menu, setMenu] = useState<MemoryMenu>();
  const close = useCallback(() => setMenu(undefined), []);
  return (
    <>
      <MemoryPane
        source={source}
        expression={expression}
        visit={visit}
        moment={`${context?.generation ?? 0}.${symbols}.${reloads}`}
        format={FORMAT_IDS.find((f) => f === format)}
        onOpenBeside={(address) => navigate.memory(address, { beside: true })}
        onMenu={setMenu}
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
            ...copyItems(menu),
            ...(menu.pointer === undefined ? [] : [followItem(menu.pointer)]),
            ...addressItems(menu.address, navigate).map((item, i) =>
              i === 0 && menu.selected ? { ...item, separated: true } : item,
            ),
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

function copyItems({ selected, copy }: MemoryMenu): MenuItem[] {
  if (!selected) return [];
  return [
    { title: `Copy ${bytesText(selected.end - selected.start)} as shown`, act: () => copy('shown') },
    { title: 'Copy as text', act: () => copy('text') },
    { title: 'Copy with addresses', act: () => copy('addressed') },
  ];
}

type MemoryReader = Pick<MemorySource, 'runs' | 'page'>;

function memoryReader(session: DumpSession): MemoryReader {
  return {
    runs: () => session.request('memoryRuns', {}),
    page: (start, length) => session.request('memory', { start, length }),
  };
}

function memorySource(
  session: DumpSession,
  reader: MemoryReader,
  { pointerSize, machine }: { readonly pointerSize: 4 | 8; readonly machine: string | undefined },
): MemorySource {
  return {
    ...reader,
    pointerSize,
    addressBits: machine === 'x86' || machine === 'arm' ? 32 : 64,
    evaluate: (expression) => session.request('evaluate', { expression }),
    notes: (start, length) => session.request('pointerNotes', { start, length, size: pointerSize }),
    find: (request, signal, progress) =>
      session.request(
        'findBytes',
        request,
        { progress: ({ done, total }) => progress(total ? done / total : 0) },
        signal,
      ),
    fields: (type, address) => session.request('structureFields', { type, address }),
    typeNames: (prefix) => session.request('typeNames', { prefix }),
    describe: (address) => addressFacts(session, address),
  };
}
