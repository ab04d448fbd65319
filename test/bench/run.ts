import { benchOpen } from './open.ts';

// npm run bench: builds first, then reports ratios; nothing here is a test
benchOpen();
