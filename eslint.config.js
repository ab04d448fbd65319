import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/** What each folder of core/ may import besides itself and core/errors: the borders of ARCHITECTURE.md. */
const layers = {
  errors: [],
  bytes: [],
  output: [],
  pe: ['bytes'],
  minidump: ['bytes', 'pe'],
  target: ['bytes', 'minidump', 'pe'],
  types: ['bytes', 'target', 'output'],
  symbols: ['bytes', 'pe', 'target', 'types'],
  disasm: ['output', 'target', 'symbols'],
  unwind: ['bytes', 'pe', 'target', 'symbols', 'types', 'disasm'],
  process: ['bytes', 'pe', 'target', 'types', 'symbols'],
  heap: ['bytes', 'target', 'types', 'symbols', 'process'],
  crt: ['bytes', 'pe', 'target', 'types', 'symbols', 'process', 'heap', 'disasm'],
  eval: ['bytes', 'target', 'symbols', 'types'],
  model: ['bytes', 'target', 'types', 'symbols', 'eval'],
  script: ['output'],
  analysis: [
    'bytes',
    'minidump',
    'pe',
    'target',
    'types',
    'symbols',
    'unwind',
    'process',
    'heap',
    'crt',
    'disasm',
    'eval',
  ],
};
const folders = [...Object.keys(layers), 'commands', 'engine', 'protocol', 'server', 'node'];
const zones = Object.entries(layers).map(([folder, may]) => ({
  target: `./core/${folder}`,
  from: folders.filter((f) => f !== folder && f !== 'errors' && !may.includes(f)).map((f) => `./core/${f}`),
  message: `core/${folder} may import only: ${['errors', ...may].join(', ')} (ARCHITECTURE.md, layers)`,
}));

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.cache/**', '**/*.generated.ts'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // a promise that nobody waits for loses its failure
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      // a file whose imports lead back to it cannot be read alone; types may
      'import-x/no-cycle': ['error', { ignoreExternal: true, allowUnsafeDynamicCyclicDependency: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...zones,
            {
              target: './core/protocol',
              from: folders
                .filter((f) => !['protocol', 'output', 'engine', 'commands'].includes(f))
                .map((f) => `./core/${f}`),
              message: 'core/protocol has messages and types of models: of the engine it knows types only',
            },
            {
              target: folders.filter((f) => f !== 'server').map((f) => `./core/${f}`),
              from: './core/server',
              message: 'only hosts use core/server',
            },
            {
              target: ['./renderer/!(worker)', './renderer/!(worker)/**/*'],
              from: folders.filter((f) => f !== 'protocol').map((f) => `./core/${f}`),
              message: 'the page knows core/protocol and nothing else of core',
            },
            {
              target: './electron',
              from: folders
                .filter((f) => !['errors', 'node', 'protocol', 'server'].includes(f))
                .map((f) => `./core/${f}`),
              message: 'the desktop program is thin: it starts engines and knows nothing of dumps',
            },
            {
              target: ['./core', './launcher', './electron'],
              from: './renderer',
              message: 'nothing depends on the page',
            },
            {
              target: './renderer/!(worker)/**/*',
              from: './renderer/worker',
              message: 'the worker is built apart: it is started by its URL',
            },
            {
              target: './core',
              from: ['./cli', './electron', './renderer', './test', './dumps'],
              message: 'core knows no host',
            },
            {
              target: folders.filter((f) => f !== 'node').map((f) => `./core/${f}`),
              from: './core/node',
              message: 'only hosts use core/node',
            },
          ],
        },
      ],
    },
  },
  // a table of cases may be long
  {
    files: ['test/**'],
    rules: { 'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['core/**/*.ts'],
    ignores: ['core/node/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'path', 'electron', 'react', 'react-dom'],
              message: 'core runs in a browser too; node: imports live in core/node',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        'window',
        'document',
        'self',
        'fetch',
        'postMessage',
        'console',
      ],
    },
  },
);
