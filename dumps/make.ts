import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeOrders } from './orders/orders.ts';
import { makeSample } from './sample.ts';
import { makeTutorial } from './tutorial/process.ts';

// npx tsx dumps/make.ts writes dumps and symbols anew; a test compares what is committed with what this makes
const files = [
  { path: 'sample.dmp', bytes: await makeSample() },
  { path: 'orders.dmp', bytes: makeOrders() },
  ...(await makeTutorial()),
];
for (const { path, bytes } of files) {
  const file = join(import.meta.dirname, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
