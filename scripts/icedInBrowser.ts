import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const NAME = 'iced-x86';
const MODULE = '\0iced-x86';
/** How the package's CommonJS for Node reads its WebAssembly, and takes what browsers have as globals. */
const NODE_PARTS: readonly (readonly [RegExp, string])[] = [
  [/^const \{ TextDecoder, TextEncoder \} = require\(`util`\);$/m, ''],
  [/^const path = require\('path'\)\.join\(__dirname, 'iced_x86_bg\.wasm'\);$/m, ''],
  [/^const bytes = require\('fs'\)\.readFileSync\(path\);$/m, 'const bytes = readWasm(wasmUrl);'],
];

/**
 * Lets iced-x86, which is published for Node only, run in a worker: its WebAssembly becomes a file of the page, read by
 * a synchronous request as workers may. Fails the build when the package is not as it is known.
 */
export function icedInBrowser(): Plugin {
  const require = createRequire(import.meta.url);
  return {
    name: 'iced-in-browser',
    enforce: 'pre',
    resolveId: (id) => (id === NAME ? MODULE : undefined),
    load(id) {
      if (id !== MODULE) return undefined;
      const file = require.resolve(NAME);
      const wasm = join(dirname(file), 'iced_x86_bg.wasm');
      let code = readFileSync(file, 'utf8');
      for (const [pattern, replacement] of NODE_PARTS) {
        if (!pattern.test(code)) throw new Error(`${NAME}: ${pattern.source} is not in it any more`);
        code = code.replace(pattern, replacement);
      }
      const names = Object.keys(require(NAME) as object).filter((n) => !n.startsWith('__'));
      return [
        `import wasmUrl from ${JSON.stringify(`${wasm}?url`)};`,
        `function readWasm(url) {
          const request = new XMLHttpRequest();
          request.open('GET', url, false);
          request.responseType = 'arraybuffer';
          request.send();
          return request.response;
        }`,
        'const module = { exports: {} };',
        code,
        // classes of the same names are in its scope already
        `const { ${names.map((n) => `${n}: out_${n}`).join(', ')} } = module.exports;`,
        `export { ${names.map((n) => `out_${n} as ${n}`).join(', ')} };`,
      ].join('\n');
    },
  };
}
