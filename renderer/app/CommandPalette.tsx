import { Command } from 'cmdk';
import { useEffect, useState } from 'react';
import type { DumpSession } from '../client/dumpSession.ts';
import type { Action } from './actions.ts';
import './commandPalette.css';

interface Props {
  readonly actions: readonly Action[];
  readonly session: DumpSession | undefined;
  onClose(): void;
  onRun(command: string): void;
}

/** Commands of the app and of the debugger, found by a few letters. What is typed can be run as it is. */
export function CommandPalette({ actions, session, onClose, onRun }: Props) {
  const [text, setText] = useState('');
  const [commands, setCommands] = useState<readonly string[]>([]);
  useEffect(() => {
    let current = true;
    if (!session) return undefined;
    void session.request('complete', { line: text.trimStart() }).then(
      ({ candidates }) => current && setCommands(candidates.slice(0, 40)),
      () => setCommands([]),
    );
    return () => {
      current = false;
    };
  }, [session, text]);
  const pick = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Command.Dialog
      open
      label="Commands"
      onOpenChange={(open) => !open && onClose()}
      className="palette"
      loop
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A command of the app or of the debugger"
      />
      <Command.List>
        <Command.Empty>No command is called so.</Command.Empty>
        <Command.Group heading="App">
          {actions
            .filter((a) => !a.needsDump || session)
            .map((a) => (
              <Command.Item key={a.id} value={`${a.title} ${a.menu}`} onSelect={pick(() => a.run())}>
                {a.title}
                <kbd>{a.keys?.[0] ?? ''}</kbd>
              </Command.Item>
            ))}
        </Command.Group>
        {commands.length > 0 && (
          <Command.Group heading="Debugger">
            {commands.map((c) => (
              <Command.Item key={c} value={c} onSelect={pick(() => onRun(c))}>
                <span className="mono">{c}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {session && text.trim() !== '' && (
          <Command.Group heading="Run">
            <Command.Item value={`run ${text}`} onSelect={pick(() => onRun(text))}>
              <span className="mono">{text}</span>
            </Command.Item>
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}
