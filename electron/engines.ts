import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';
import { Channel } from './bridge.ts';
import { GrantedFiles } from './grantedFiles.ts';

/** The engines of one window, a process each. */
export class Engines {
  /** what they may open */
  readonly files = new GrantedFiles((id, path) => {
    for (const child of this.processes.values()) child.postMessage({ id, path });
  });
  private readonly processes = new Map<number, UtilityProcess>();

  constructor(
    private readonly contents: WebContents,
    private readonly program: string,
  ) {}

  /** Starts an engine and hands the page its port. The page's own number names it. */
  start(engine: number): void {
    this.processes.get(engine)?.kill();
    const child = utilityProcess.fork(this.program, [], { serviceName: 'stillframe engine' });
    this.processes.set(engine, child);
    for (const [id, path] of this.files.all) child.postMessage({ id, path });
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

  /** Ends all of them: their window is closed, or its page is loaded anew. */
  stop(): void {
    const all = [...this.processes.values()];
    this.processes.clear();
    for (const child of all) child.kill();
  }
}
