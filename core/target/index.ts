export * from './machine.ts';
export * from './memory.ts';
export * from './model.ts';
export * from './registers.ts';
