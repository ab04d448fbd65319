import type { Port } from '../../core/protocol/index.ts';
import type { Host } from './host.ts';
import { saveBlob } from './saveBlob.ts';
import { webSample } from './webSample.ts';

const DUMP_TYPES = '.dmp,.mdmp,.hdmp,.gz';

/** A browser tab: the engine in a worker, files by picker and drop. Nothing is uploaded anywhere. */
export const webHost: Host = {
  kind: 'web',

  startEngine(stopped): Port {
    const worker = new Worker(new URL('../worker/engineWorker.ts', import.meta.url), { type: 'module' });
    worker.onerror = (event) => {
      event.preventDefault();
      stopped(event.message || 'the worker ended');
    };
    return {
      send: (message) => worker.postMessage(message),
      listen: (heard) => {
        worker.onmessage = (event: MessageEvent<unknown>) => heard(event.data);
      },
      close: () => worker.terminate(),
    };
  },

  chooseDumps: async () => (await pickFiles(DUMP_TYPES)).map((file) => webHost.dumpOf(file)),
  chooseFiles: () => pickFiles(''),
  dumpOf: (file) => ({ name: file.name, source: { file } }),
  fileOf: (file) => file,
  sample: webSample,

  /** `npm start -- DUMP` serves the dump beside the page and says so in `session.json`. */
  async initialDumps() {
    const served = await servedSession();
    return served?.dump ? [{ name: served.dump.name, source: served.dump }] : [];
  },
  recentDumps: () => Promise.resolve([]),
  onOpenDump: () => undefined,
  besideDump: async (dump) => {
    const served = await servedSession();
    return served?.dump && served.dump.name === dump.name ? served.files : [];
  },

  saveText(name, text) {
    saveBlob(name, new Blob([text], { type: 'text/plain' }));
    return Promise.resolve();
  },
};

interface Served {
  readonly dump?: { readonly url: string; readonly name: string };
  readonly files: readonly { readonly url: string; readonly name: string }[];
}

/** What the page's server was started with; undefined on a server of static files, which knows of nothing. */
async function servedSession(): Promise<Served | undefined> {
  if (!location.hash.startsWith('#served')) return undefined;
  const answer = await fetch('session.json');
  if (!answer.ok) return undefined;
  const served = (await answer.json()) as Served;
  // whole addresses: the worker has another one than the page
  const whole = <T extends { readonly url: string }>(item: T): T => {
    return { ...item, url: new URL(item.url, location.href).href };
  };
  return { dump: served.dump && whole(served.dump), files: served.files.map(whole) };
}

function pickFiles(accept: string): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.accept = accept;
    input.onchange = () => resolve([...(input.files ?? [])]);
    input.oncancel = () => resolve([]);
    input.click();
  });
}
