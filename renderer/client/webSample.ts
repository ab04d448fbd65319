import type { DumpSource } from './host.ts';

const DUMP = new URL('../../dumps/runtime-test-md.dmp', import.meta.url);
/** in the folders of a symbol store */
const SYMBOLS = import.meta.glob<string>('../../dumps/*.pdb/*/*.sym', { query: '?url', import: 'default' });

/** The bundled dump with its symbols, as files: for a person who wants to look around. */
export async function webSample(): Promise<{ dump: DumpSource; symbols: File[] }> {
  const file = await fetched(DUMP, 'runtime-test-md.dmp');
  const symbols = await Promise.all(
    Object.entries(SYMBOLS).map(async ([path, url]) =>
      fetched(await url(), path.slice(path.lastIndexOf('/') + 1)),
    ),
  );
  return { dump: { name: file.name, source: { file } }, symbols };
}

async function fetched(url: URL | string, name: string): Promise<File> {
  const answer = await fetch(url);
  return new File([await answer.blob()], name);
}
