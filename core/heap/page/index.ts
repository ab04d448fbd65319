export { findPageHeaps } from './findPageHeaps.ts';
export { pageHeapWalker } from './pageHeapWalker.ts';
