export * from './exceptions/index.ts';
export * from './crash/index.ts';
