export { EngineClient, RequestFailed, type RequestListener } from './engineClient.ts';
export * from './messages.ts';
export * from './models.ts';
export { packLines, unpackLines, type LogLine, type PackedLines } from './packedLines.ts';
export { isMethod, params, type Method, type Params } from './params.ts';
export { plain, visible } from '../output/index.ts';
export type { Port } from './port.ts';
export type { Results, Result } from './results.ts';
