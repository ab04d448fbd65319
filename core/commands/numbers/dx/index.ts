export { dtx } from './dtx.ts';
export { dx } from './dx.ts';
