import { logLine, noteCommand } from '../commands/sessionLog.ts';
import { plain } from '../output/index.ts';
import type { Engine, Listener } from './engine.ts';

/** A listener that also writes to the session's log file what the host shows, commands behind their prompts. */
export function withLog(engine: Engine, listener: Listener): Listener {
  return {
    ...listener,
    begin(command) {
      noteCommand(engine.session, command);
      logLine(engine.session, `${engine.prompt()} ${command}`);
      listener.begin?.(command);
    },
    line(line) {
      logLine(engine.session, plain(line));
      listener.line(line);
    },
    end: listener.end?.bind(listener),
    progress: listener.progress?.bind(listener),
  };
}
