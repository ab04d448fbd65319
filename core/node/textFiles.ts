// as a property of fs it is loaded when it is used: most sessions read no script
import { promises } from 'node:fs';
import type { TextFiles } from '../commands/index.ts';
import { NotAvailable } from '../errors/index.ts';
import { systemReason } from './systemReason.ts';

/** Scripts are small; what is larger is another kind of file. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The text files of this machine, for script files and aliases. */
export const textFiles: TextFiles = {
  async read(path) {
    try {
      const { size } = await promises.stat(path);
      if (size > MAX_BYTES) throw new NotAvailable(`it has ${size} bytes, more than ${MAX_BYTES}`);
      return decoded(await promises.readFile(path));
    } catch (e) {
      throw new NotAvailable(`cannot read '${path}': ${systemReason(e)}`);
    }
  },
  environment: (name) => process.env[name],
};

/** UTF-16 where its mark says so, else UTF-8: what editors on Windows write. */
function decoded(bytes: Uint8Array): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(bytes);
}
