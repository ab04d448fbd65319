import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { DriverPort } from './driverPorts.ts';

type Message =
  | { readonly kind: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown };

/**
 * Electron's `process.parentPort` in a process of Node. It goes there as its own text, in an address that `--import`
 * takes, and uses nothing from outside.
 */
function parentPort({ EventEmitter: Emitter }: { EventEmitter: typeof EventEmitter }): void {
  const ports = new Map<number, EventEmitter>();
  const early: Message[] = [];
  const parent = new Emitter();
  let isHeard = false;
  const hear = (message: Message): void => {
    if (message.kind === 'port') {
      ports.get(message.port)?.emit('message', { data: message.data });
      return;
    }
    const given = message.ports.map((id) => {
      const port = Object.assign(new Emitter(), {
        postMessage: (data: unknown) => process.send?.({ kind: 'port', port: id, data }),
        start: () => undefined,
        close: () => ports.delete(id),
      });
      ports.set(id, port);
      return port;
    });
    parent.emit('message', { data: message.data, ports: given });
  };
  process.on('message', (message: Message) => {
    if (isHeard) hear(message);
    else early.push(message);
  });
  parent.on('newListener', () => {
    if (isHeard) return;
    isHeard = true;
    // the listener is there a moment later
    setImmediate(() => early.splice(0).forEach(hear));
  });
  Object.assign(process, { parentPort: parent });
}

const HOST = `import * as events from 'node:events'; (${parentPort.toString()})(events);`;

/** A utility process: a real process of Node with Electron's port to its parent. */
export class DriverUtility extends EventEmitter {
  private static nextPort = 1;
  readonly name: string;
  private readonly child: ChildProcess;
  private readonly ports = new Map<number, DriverPort>();

  constructor(program: string, args: readonly string[], name: string) {
    super();
    this.name = name;
    this.child = fork(program, args, {
      serialization: 'advanced',
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(HOST)}`],
    });
    this.child.on('message', (message: Message) => {
      if (message.kind === 'port') this.ports.get(message.port)?.postMessage(message.data);
    });
    this.child.on('exit', (code, signal) => this.emit('exit', code ?? signal));
  }

  get pid(): number | undefined {
    return this.child.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  postMessage(data: unknown, transferred: readonly DriverPort[] = []): void {
    const ports = transferred.map((port) => {
      const id = DriverUtility.nextPort++;
      this.ports.set(id, port);
      return id;
    });
    this.send({ kind: 'message', data, ports });
    transferred.forEach((port, i) => {
      const id = ports[i] ?? 0;
      port.moveTo((sent) => this.send({ kind: 'port', port: id, data: sent }));
    });
  }

  kill(): boolean {
    return this.child.kill();
  }

  private send(message: Message): void {
    // what is sent to a process that has ended is lost, in Electron too
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}
