export { stringCommands } from './strings.ts';
