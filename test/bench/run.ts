import { benchCrt } from './crt.ts';
import { benchHeap } from './heap.ts';
import { benchOpen } from './open.ts';
import { benchPdb } from './pdb.ts';
import { benchSearch } from './search.ts';
import { benchScript } from './script.ts';
import { benchStacks } from './stacks.ts';

// npm run bench: builds first, then reports ratios; nothing here is a test
benchOpen();
benchCrt();
benchHeap();
benchScript();
benchStacks();
benchSearch();
await benchPdb();
