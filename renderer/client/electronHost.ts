import type { Port } from '../../core/protocol/index.ts';
import type { Bridge, GrantedFile } from '../../electron/bridge.ts';
import type { DumpSource, Host } from './host.ts';

declare global {
  interface Window {
    /** there in Electron only */
    readonly stillframe?: Bridge;
  }
}

/** Electron: engines are processes, files are what the person chose by its dialogs. */
export function electronHost(bridge: Bridge): Host {
  let engines = 0;
  const stopped = new Map<number, (reason: string) => void>();
  bridge.onEngineStopped((engine, reason) => stopped.get(engine)?.(reason));
  return {
    kind: 'electron',
    startEngine(onStop): Promise<Port> {
      const engine = engines++;
      stopped.set(engine, onStop);
      return new Promise((ready) => {
        const onMessage = (event: MessageEvent<unknown>): void => {
          const [port] = event.ports;
          if (event.source !== window || !isPortOf(event.data, engine) || !port) return;
          window.removeEventListener('message', onMessage);
          ready(
            portOf(port, () => {
              stopped.delete(engine);
              bridge.endEngine(engine);
            }),
          );
        };
        window.addEventListener('message', onMessage);
        bridge.startEngine(engine);
      });
    },
    chooseDumps: async () => (await bridge.chooseDumps()).map(dumpSource),
    chooseFiles: () => bridge.chooseFiles(),
    dumpOf: (file) => dumpSource(granted(bridge, file, 'dump')),
    fileOf: (file) => granted(bridge, file, 'file'),
    // its symbols lie beside it, where the engine looks by itself
    sample: async () => ({ dump: dumpSource(await bridge.sampleDump()), symbols: [] }),
    initialDumps: async () => (await bridge.initialDumps()).map(dumpSource),
    recentDumps: async () =>
      (await bridge.recentDumps()).map((file) => ({ ...dumpSource(file), folder: file.folder })),
    onOpenDump: (open) => bridge.onOpenDump((file) => open(dumpSource(file))),
    shownDumps: (dumps) => bridge.shownDumps(dumps.map(({ source }) => (source as GrantedFile).id)),
    // the engine looks into the dump's folder itself
    besideDump: () => Promise.resolve([]),
    saveText: (name, text) => bridge.saveText(name, text),
  };
}

/** Throws for a file that is nowhere on this machine: dragged out of an archive, or out of a browser. */
function granted(bridge: Bridge, file: File, what: 'dump' | 'file'): GrantedFile {
  const given = bridge.grant(file, what);
  if (!given) throw new Error(`${file.name} is in no folder: save it first`);
  return given;
}

function dumpSource({ name, id }: GrantedFile): DumpSource {
  return { name, source: { id } };
}

function isPortOf(data: unknown, engine: number): boolean {
  return typeof data === 'object' && data !== null && 'enginePort' in data && data.enginePort === engine;
}

function portOf(port: MessagePort, end: () => void): Port {
  return {
    send: (message) => port.postMessage(message),
    listen: (heard) => {
      port.onmessage = (event: MessageEvent<unknown>) => heard(event.data);
    },
    close: () => {
      port.close();
      end();
    },
  };
}
