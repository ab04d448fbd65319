/** The engine in a process of its own: a crash or a long command never freezes the window. */
import type { MessagePortMain } from 'electron';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { StillframeError } from '../core/errors/index.ts';
import { nodeHost, openDumpFile } from '../core/node/index.ts';
import { EngineServer } from '../core/server/index.ts';
import { grantMessage } from './bridgeSchemas.ts';

type Lent = ReturnType<typeof nodeHost>;

/** How long a file may be named before main has said which it is: two messages on two ways. */
const GRANT_MS = 3000;

const parent = process.parentPort;
const granted = new Map<string, string>();
const waiting = new Map<string, (path: string) => void>();
const opened = z.object({ id: z.uuid() });

parent.on('message', (event) => {
  const grant = grantMessage.safeParse(event.data);
  if (grant.success) {
    granted.set(grant.data.id, grant.data.path);
    waiting.get(grant.data.id)?.(grant.data.path);
  }
  const [port] = event.ports;
  if (port) serve(port);
});

function serve(port: MessagePortMain): void {
  let host: Lent | undefined;
  /** folders of chosen files: places that are searched, .sympath shows them */
  const folders = new Set<string>();
  new EngineServer(
    {
      send: (message) => port.postMessage(message),
      listen: (heard) => {
        port.on('message', (event) => heard(event.data));
        port.start();
      },
      close: () => port.close(),
    },
    {
      open: async (what) => {
        const path = await pathOf(what);
        const file = await openDumpFile(path);
        host = hostOf(path, folders);
        return { source: file.source, warnings: file.warnings, engine: host };
      },
      addFiles: async (files) => {
        const before = new Set(folders);
        for (const file of files) folders.add(dirname(await pathOf(file)));
        const paths = host?.paths;
        if (paths) {
          const more = [...folders].filter((folder) => !before.has(folder));
          paths.symbolPath = joined(paths.symbolPath, more);
          paths.imagePath = joined(paths.imagePath, more);
        }
        return files.length;
      },
    },
  );
}

/** What this host lends a dump. A person types here, as at the command line: commands open the files that they name. */
function hostOf(dump: string, folders: ReadonlySet<string>): Lent {
  return nodeHost({
    dump,
    symbolPath: joined(process.env._NT_SYMBOL_PATH ?? '', [...folders]),
    imagePath: joined(process.env._NT_EXECUTABLE_IMAGE_PATH ?? '', [...folders]),
    readsFiles: true,
    writesFiles: true,
    opensDumps: (other) => hostOf(other, folders),
  });
}

function joined(path: string, folders: readonly string[]): string {
  return [path, ...folders].filter((place) => place !== '').join(';');
}

/** The path of a file that the person chose. The page cannot name one that they did not. */
async function pathOf(what: unknown): Promise<string> {
  const parsed = opened.safeParse(what);
  if (!parsed.success) throw new StillframeError('usage', 'no file was chosen');
  const { id } = parsed.data;
  const known = granted.get(id);
  if (known !== undefined) return known;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(id);
      reject(new StillframeError('usage', `the file ${basename(id)} was not chosen by anybody`));
    }, GRANT_MS);
    waiting.set(id, (path) => {
      clearTimeout(timer);
      waiting.delete(id);
      resolve(path);
    });
  });
}
