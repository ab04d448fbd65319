import { rmSync } from 'node:fs';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

/**
 * Builds the command line before the tests, so that those which run it run what is in the tree. In a folder of its
 * own: dist/ may be in use, or be built by somebody else at the same time.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const outDir = `node_modules/.cache/stillframe/program-${process.pid}`;
  await build({ configFile: 'vite.cli.config.ts', logLevel: 'error', build: { outDir } });
  project.provide('program', `${outDir}/stillframe.js`);
  return () => rmSync(outDir, { recursive: true });
}

declare module 'vitest' {
  interface ProvidedContext {
    /** the built command line, relative to the repository's root */
    program: string;
  }
}
