import { benchOpen } from './open.ts';
import { benchPdb } from './pdb.ts';

// npm run bench: builds first, then reports ratios; nothing here is a test
benchOpen();
await benchPdb();
