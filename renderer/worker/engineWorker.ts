/** The engine in a worker of the page: it opens files that a person chose, and nothing leaves the machine. */
import demanglerUrl from 'gecko-profiler-demangle/index_bg.wasm?url';
import { z } from 'zod';
import { StillframeError } from '../../core/errors/index.ts';
import { EngineServer } from '../../core/server/index.ts';
import { createSymbolLoader, createWasmDemangler, provideDemangler } from '../../core/symbols/index.ts';
import { DroppedFiles } from './droppedFiles.ts';
import { openSource } from './openSource.ts';
import { RangeSource } from './rangeSource.ts';

/** A file that the page's server keeps beside the dump: symbols, images. */
const listed = z.object({ url: z.string().max(4096), name: z.string().max(1024) });

const files = new DroppedFiles();

/** `.opendump`: a page gets files from the person's hand alone. */
const refuseByName = (): Promise<never> =>
  Promise.reject(
    new StillframeError(
      'not-available',
      'a page cannot open a file by its name. Drop the dump on the window, or press Ctrl+D: it opens in a tab of its own',
    ),
  );

provideDemangler(() => {
  const request = new XMLHttpRequest();
  request.open('GET', demanglerUrl, false);
  request.responseType = 'arraybuffer';
  request.send();
  return createWasmDemangler(new Uint8Array(request.response as ArrayBuffer));
});

new EngineServer(
  {
    send: (message) => self.postMessage(message),
    listen: (heard) => {
      self.onmessage = (event: MessageEvent<unknown>) => heard(event.data);
    },
    close: () => self.close(),
  },
  {
    open: async (what) => {
      const { source, warnings } = await openSource(what);
      return {
        source,
        warnings,
        engine: { images: files, symbols: createSymbolLoader(files), openDump: refuseByName },
      };
    },
    addFiles: (added) => {
      const dropped = added.filter((f): f is File => f instanceof File);
      let taken = files.add(dropped);
      for (const item of added) {
        const parsed = listed.safeParse(item);
        if (item instanceof File || !parsed.success) continue;
        const { url, name } = parsed.data;
        if (new URL(url, self.location.href).origin !== self.location.origin)
          throw new StillframeError('usage', 'files are added from this page only');
        files.addSource(name, name, () => RangeSource.open(url, name));
        taken++;
      }
      return Promise.resolve(taken);
    },
  },
);
