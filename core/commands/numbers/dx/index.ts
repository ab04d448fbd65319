export { dx } from './dx.ts';
