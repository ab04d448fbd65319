import { EventEmitter } from 'node:events';

/** One end of Electron's MessageChannelMain: it may be used here, or be sent to a page or a process. */
export class DriverPort extends EventEmitter {
  private other: DriverPort | undefined;
  private far: ((data: unknown) => void) | undefined;
  private isStarted = false;
  private waiting: unknown[] = [];

  tie(other: DriverPort): void {
    this.other = other;
  }

  postMessage(data: unknown): void {
    this.other?.deliver(data);
  }

  start(): void {
    this.isStarted = true;
    this.flush();
  }

  close(): void {
    this.other?.emit('close');
  }

  /** The port has gone elsewhere: what is for it is handed to that place. */
  moveTo(far: (data: unknown) => void): void {
    this.far = far;
    this.flush();
  }

  private deliver(data: unknown): void {
    this.waiting.push(data);
    this.flush();
  }

  private flush(): void {
    if (!this.far && !this.isStarted) return;
    for (const data of this.waiting.splice(0)) {
      if (this.far) this.far(data);
      else this.emit('message', { data, ports: [] });
    }
  }
}

export class DriverChannel {
  readonly port1 = new DriverPort();
  readonly port2 = new DriverPort();

  constructor() {
    this.port1.tie(this.port2);
    this.port2.tie(this.port1);
  }
}
