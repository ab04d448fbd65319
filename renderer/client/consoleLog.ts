import type { Line } from '../../core/protocol/index.ts';

/** One line of the console: what a command printed, or the prompt with the command itself. */
export interface LogLine {
  readonly line: Line;
  /** the prompt, where this is a command that was given */
  readonly prompt?: string;
}

/** Everything that the console has shown, as spans: what saving, copying and links go by. */
export class ConsoleLog {
  readonly lines: LogLine[] = [];
  private readonly listeners = new Set<(added: readonly LogLine[]) => void>();

  add(added: readonly LogLine[]): void {
    for (const line of added) this.lines.push(line);
    for (const listener of this.listeners) listener(added);
  }

  clear(): void {
    this.lines.length = 0;
    for (const listener of this.listeners) listener([]);
  }

  /** Hears lines as they are added; none means that the log was cleared. */
  onAdd(listener: (added: readonly LogLine[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  text({ prompts }: { readonly prompts: boolean }): string {
    const shown = prompts ? this.lines : this.lines.filter((l) => l.prompt === undefined);
    return `${shown.map(logText).join('\n')}\n`;
  }
}

/** A line as it is read, the prompt in front of a command. */
export function logText({ line, prompt }: LogLine): string {
  const text = line.map((s) => s.text).join('');
  return prompt === undefined ? text : `${prompt} ${text}`;
}
