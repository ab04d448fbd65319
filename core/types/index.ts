export * from './model.ts';
export type { StructLayouts } from './structLayouts.ts';
