import type { OutputFiles } from '../commands/index.ts';
import { NotAvailable } from '../errors/index.ts';

/**
 * The files of a session whose output is masked: a log holds masked text, but a copy of memory (.dump, .writemem) would
 * hold all that masking keeps back.
 */
export function textFilesOnly(files: OutputFiles): OutputFiles {
  return {
    open: (path, options) => files.open(path, options),
    create: (path) => {
      throw new NotAvailable(`'${path}' is not written: with --redact no memory leaves the dump unmasked`);
    },
  };
}
