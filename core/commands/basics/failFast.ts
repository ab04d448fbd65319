export { failFastName } from '../../analysis/index.ts';
