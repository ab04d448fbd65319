import { describe, it } from 'vitest';
import { electronBinary } from '../../../launcher/electronBinary.ts';
import { desktopScenarios } from './desktopScenarios.ts';
import { launchElectron } from './launchElectron.ts';

/** Electron's own program, where it was fetched: `npx install-electron`, or the first `npm start`. */
const binary = electronBinary({ download: false });

// reporters keep quiet about what is skipped
if ('why' in binary) process.stderr.write(`Electron itself is not run by these tests: ${binary.why}\n`);

describe('the desktop program in Electron itself', () => {
  if ('path' in binary) desktopScenarios(launchElectron(binary.path));
  else it('runs what the driver runs', (context) => context.skip(`not run here: ${binary.why}`));
});
