import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSample } from './sample.ts';

// npx tsx dumps/make.ts writes the sample anew; a test compares what is committed with what this makes
writeFileSync(join(import.meta.dirname, 'sample.dmp'), await makeSample());
