import type { SystemList } from '../../core/commands/index.ts';
import { NotAvailable } from '../../core/errors/index.ts';

/** The systems of a session that is tested without an engine: it is the only one. */
export const oneSystem: SystemList = {
  list: [],
  current: 0,
  open: (path) => Promise.reject(new NotAvailable(`'${path}' is not opened in this test`)),
  select: () => false,
  close: () => false,
};
