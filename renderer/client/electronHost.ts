import type { Port } from '../../core/protocol/index.ts';
import type { Bridge, GrantedFile } from '../../electron/bridge.ts';
import type { DumpSource, Host } from './host.ts';
import { safeFileName } from './safeFileName.ts';

declare global {
  interface Window {
    /** there in Electron only */
    readonly stillframe?: Bridge;
  }
}

/** Electron: engines are processes, files are what the person chose by its dialogs. */
export function electronHost(bridge: Bridge, isMac: boolean): Host {
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
    dumpOf: (file) => dumpSource(granted(bridge, file)),
    fileOf: (file) => granted(bridge, file),
    // its symbols lie beside it, where the engine looks by itself
    sample: async () => ({ dump: dumpSource(await bridge.sampleDump()), symbols: [] }),
    initialDumps: async () => {
      const { dumps, lost } = await bridge.initialDumps();
      return {
        dumps: dumps.map(({ added, isFront, ...file }) => ({ ...dumpSource(file), added, isFront })),
        lost:
          lost.length === 0
            ? undefined
            : { names: lost, why: 'The window stopped again and again with them open.' },
      };
    },
    recentDumps: async () =>
      (await bridge.recentDumps()).map((file) => ({ ...dumpSource(file), folder: file.folder })),
    onOpenDump: (open) => bridge.onOpenDump((file) => open(dumpSource(file))),
    shownDumps: (dumps) =>
      bridge.shownDumps(
        dumps.map(({ dump, added, isFront, isOpen }) => ({
          id: idOf(dump.source),
          added: added.map(idOf),
          isFront,
          isOpen,
        })),
      ),
    menu: {
      // macOS has one at the top of the screen
      isOnly: isMac,
      show: (items) => bridge.showMenu(items),
      onAction: (act) => bridge.onMenuAction(act),
    },
    // the engine looks into the dump's folder itself
    besideDump: () => Promise.resolve([]),
    saveText: (name, text) => bridge.saveText(safeFileName(name), text),
  };
}

/** Throws for a file that is nowhere on this machine: dragged out of an archive, or out of a browser. */
function granted(bridge: Bridge, file: File): GrantedFile {
  const given = bridge.grant(file);
  if (!given) throw new Error(`${file.name} is in no folder: save it first`);
  return given;
}

function dumpSource({ name, id }: GrantedFile): DumpSource {
  return { name, source: { id } };
}

/** What this host gave as a source, or as a file. */
function idOf(given: unknown): string {
  return (given as GrantedFile).id;
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
