import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';
import { Channel } from './bridge.ts';

/** The engines of one window, a process each, and the files that its person has chosen. */
export class Engines {
  private readonly processes = new Map<number, UtilityProcess>();
  private readonly granted = new Map<string, string>();

  constructor(
    private readonly contents: WebContents,
    private readonly program: string,
  ) {}

  /** Starts an engine and hands the page its port. The page's own number names it. */
  start(engine: number): void {
    this.processes.get(engine)?.kill();
    const child = utilityProcess.fork(this.program, [], { serviceName: 'stillframe engine' });
    this.processes.set(engine, child);
    for (const [id, path] of this.granted) child.postMessage({ id, path });
    child.on('exit', (code) => {
      if (this.processes.get(engine) !== child) return;
      this.processes.delete(engine);
      if (!this.contents.isDestroyed())
        this.contents.send(Channel.engineStopped, engine, `its process ended with code ${code}`);
    });
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage({}, [port1]);
    this.contents.postMessage(Channel.enginePort, engine, [port2]);
  }

  /** Ends an engine. Nobody is told: its dump was closed. */
  end(engine: number): void {
    const child = this.processes.get(engine);
    this.processes.delete(engine);
    child?.kill();
  }

  /** Lets the engines open a file. */
  grant(id: string, path: string): void {
    this.granted.set(id, path);
    for (const child of this.processes.values()) child.postMessage({ id, path });
  }

  /** The path of a file that they may open; undefined for an id that stands for none. */
  pathOf(id: string): string | undefined {
    return this.granted.get(id);
  }

  /** Ends all of them: their window is closed, or its page is loaded anew. */
  stop(): void {
    const all = [...this.processes.values()];
    this.processes.clear();
    for (const child of all) child.kill();
  }
}
