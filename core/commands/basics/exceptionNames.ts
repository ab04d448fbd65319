export { accessKind, exceptionName } from '../../analysis/index.ts';
