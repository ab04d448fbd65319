export * from './exceptions/index.ts';
