import { describe } from 'vitest';
import { desktopScenarios } from './desktopScenarios.ts';
import { launchDriver } from './launchDriver.ts';

describe('the desktop program over Chromium, with Electron’s interface from a driver', () => {
  desktopScenarios(launchDriver);
});
