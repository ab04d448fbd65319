import type { Port } from '../../core/protocol/index.ts';
import type { Host } from './host.ts';
import { saveBlob } from './saveBlob.ts';
import { lostDumps, rememberDumps } from './lostDumps.ts';
import { webSample } from './webSample.ts';

const DUMP_TYPES = '.dmp,.mdmp,.hdmp,.gz';

/** An engine that is ready for the next dump: a worker takes longer to start than a dump to be opened. */
let spare: Worker | undefined;

/** To be called when a dump is about to come: the start page alone loads no engine. */
function spareWorker(): Worker {
  spare ??= new Worker(new URL('../worker/engineWorker.ts', import.meta.url), { type: 'module' });
  return spare;
}

/** A browser tab: the engine in a worker, files by picker and drop. Nothing is uploaded anywhere. */
export const webHost: Host = {
  kind: 'web',

  startEngine(stopped): Port {
    const worker = spareWorker();
    spare = undefined;
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

  async chooseDumps() {
    spareWorker();
    return (await pickFiles(DUMP_TYPES)).map((file) => webHost.dumpOf(file));
  },
  chooseFiles: () => pickFiles(''),
  dumpOf: (file) => ({ name: file.name, source: { file } }),
  fileOf: (file) => file,
  sample() {
    spareWorker();
    return webSample();
  },

  /** `npm start -- DUMP` serves the dump beside the page and says so in `session.json`. */
  async initialDumps() {
    if (location.hash === '#served=dump') spareWorker();
    window.addEventListener('dragenter', () => spareWorker(), { once: true });
    // before the page tells that none is open now
    const before = lostDumps();
    const served = await servedSession();
    const dump = served?.dump;
    const names = before.filter((name) => name !== dump?.name);
    return {
      dumps: dump ? [{ name: dump.name, source: dump, added: [], isFront: true }] : [],
      lost:
        names.length === 0
          ? undefined
          : { names, why: 'A browser lets no page keep files: drop them here again, or choose them.' },
    };
  },
  recentDumps: () => Promise.resolve([]),
  onOpenDump: () => undefined,
  shownDumps: (dumps) => rememberDumps(dumps.map(({ dump }) => dump.name)),
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
function servedSession(): Promise<Served | undefined> {
  served ??= askServed();
  return served;
}

let served: Promise<Served | undefined> | undefined;

async function askServed(): Promise<Served | undefined> {
  if (!location.hash.startsWith('#served')) return undefined;
  const answer = await fetch('session.json');
  if (!answer.ok) return undefined;
  const said = (await answer.json()) as Served;
  // whole addresses: the worker has another one than the page
  const whole = <T extends { readonly url: string }>(item: T): T => {
    return { ...item, url: new URL(item.url, location.href).href };
  };
  return { dump: said.dump && whole(said.dump), files: said.files.map(whole) };
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
