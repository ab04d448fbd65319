export { compareMemory } from './compareMemory.ts';
