/**
 * One end of a pair of ports: a worker, a MessagePort, Electron's. Messages are copied (structured clone), so bigint and
 * typed arrays go through as they are.
 */
export interface Port {
  send(message: unknown): void;
  /** Sets who hears what the other end sends; messages that came before are delivered then. */
  listen(heard: (message: unknown) => void): void;
  close(): void;
}
