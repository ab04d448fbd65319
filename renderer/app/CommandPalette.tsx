import { Command } from 'cmdk';
import { useEffect, useState, type ReactNode } from 'react';
import { visible } from '../../core/protocol/index.ts';
import type { Host } from '../client/host.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import type { Action } from './action.ts';
import { IS_MAC } from './isMac.ts';
import { paletteItems, type PaletteItem } from './paletteItems.ts';
import { shownKey } from './shownKey.ts';
import './commandPalette.css';

interface Props {
  readonly actions: readonly Action[];
  readonly host: Host['kind'];
  readonly session: DumpSession | undefined;
  onClose(): void;
  onRun(command: string): void;
}

/** Commands of the app and of the debugger, found by a few letters. What is typed can be run as it is. */
export function CommandPalette({ actions, host, session, onClose, onRun }: Props) {
  const [text, setText] = useState('');
  const [commands, setCommands] = useState<readonly string[]>([]);
  const [chosen, setChosen] = useState('');
  const [first = ''] = text.trim().split(/\s/);
  useEffect(() => {
    let current = true;
    if (!session || first === '') {
      setCommands([]);
      return undefined;
    }
    void session.request('complete', { line: first }).then(
      ({ candidates }) => current && setCommands(candidates),
      () => setCommands([]),
    );
    return () => {
      current = false;
    };
  }, [session, first]);
  const items = paletteItems(
    text,
    actions.filter((a) => !a.needsDump || session),
    commands,
    session !== undefined,
  );
  // Enter takes what stands first, also when commands came in after the person had typed
  const best = items[0] ? keyOf(items[0]) : '';
  useEffect(() => setChosen(best), [best]);
  const pick = (item: PaletteItem) => () => {
    onClose();
    if (item.kind === 'action') item.action.run();
    else onRun(item.kind === 'run' ? item.line : item.command);
  };
  return (
    <Command.Dialog
      open
      label="Commands"
      onOpenChange={(open) => !open && onClose()}
      className="palette"
      shouldFilter={false}
      value={chosen}
      onValueChange={setChosen}
      loop
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A command of the app or of the debugger"
      />
      <Command.List>
        <Command.Empty>No command is called so.</Command.Empty>
        {items.map((item) => (
          <Command.Item key={keyOf(item)} value={keyOf(item)} onSelect={pick(item)}>
            {itemText(item, host)}
          </Command.Item>
        ))}
      </Command.List>
    </Command.Dialog>
  );
}

function keyOf(item: PaletteItem): string {
  if (item.kind === 'action') return `action ${item.action.id}`;
  // there is one of what was typed, and it may be long
  return item.kind === 'run' ? 'run' : `command ${item.command}`;
}

function itemText(item: PaletteItem, host: Host['kind']): ReactNode {
  if (item.kind !== 'action')
    return (
      <>
        <span className="mono">{item.kind === 'run' ? shownLine(item.line) : item.command}</span>
        <small>{item.kind === 'run' ? 'run in the console' : 'debugger command'}</small>
      </>
    );
  return (
    <>
      {item.action.title}
      <kbd>{shownKey(item.action, host, IS_MAC)}</kbd>
    </>
  );
}

/** What was typed, or pasted from anywhere, as far as somebody reads it. */
function shownLine(line: string): string {
  return line.length > MAX_SHOWN ? `${visible(line.slice(0, MAX_SHOWN))}…` : visible(line);
}

const MAX_SHOWN = 200;
