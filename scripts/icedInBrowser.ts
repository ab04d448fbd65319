import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const NAME = 'iced-x86';
const MODULE = '\0iced-x86';
/**
 * What the package's CommonJS for Node becomes: an ES module whose unused tables the bundler can drop (they are most of
 * it), which reads its WebAssembly in another way and takes what browsers have as globals.
 */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^const \{ TextDecoder, TextEncoder \} = require\(`util`\);$/m, ''],
  [/^const path = require\('path'\)\.join\(__dirname, 'iced_x86_bg\.wasm'\);$/m, ''],
  [/^const bytes = require\('fs'\)\.readFileSync\(path\);$/m, 'const bytes = readWasm(wasmUrl);'],
  // what the WebAssembly calls
  [
    /^imports\['__wbindgen_placeholder__'\] = module\.exports;$/m,
    "imports['__wbindgen_placeholder__'] = {};",
  ],
  [/^module\.exports\.(__wb\w+) = function/gm, "imports['__wbindgen_placeholder__'].$1 = function"],
  [/^module\.exports\.__wasm = wasm;$/gm, ''],
  // tables of names and numbers, functions, classes
  [/^module\.exports\.(\w+) = (Object\.freeze\()/gm, 'export const $1 = /*#__PURE__*/ $2'],
  [/^module\.exports\.(\w+) = (function)/gm, 'export const $1 = $2'],
  [/^module\.exports\.(\w+) = \1;$/gm, 'export { $1 };'],
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
      for (const [pattern, replacement] of PARTS) {
        if (code.search(pattern) < 0) throw new Error(`${NAME}: ${pattern.source} is not in it any more`);
        code = code.replace(pattern, replacement);
      }
      if (code.includes('module.exports')) throw new Error(`${NAME} exports what is not known`);
      return [
        `import wasmUrl from ${JSON.stringify(`${wasm}?url`)};`,
        `function readWasm(url) {
          const request = new XMLHttpRequest();
          request.open('GET', url, false);
          request.responseType = 'arraybuffer';
          request.send();
          return request.response;
        }`,
        code,
      ].join('\n');
    },
  };
}
