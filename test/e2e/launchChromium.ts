import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine. Throws where there is none: tests of the page need one. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = CHROMIUM.find((path) => existsSync(path));
  if (!executablePath) throw new Error('there is no Chromium here: apt-get install chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
