export { type BlockPlace } from './blockIndex.ts';
export { debugHeaderSize, DebugHeaders } from './debugHeaders.ts';
export { findPointers, type FoundPointer, type PointerSearch } from './findPointers.ts';
export { findUnreachable, type Reachability, type ReachabilityRequest } from './findUnreachable.ts';
export { modulesWithoutGlobals } from './missingGlobals.ts';
export { WindowReader } from './windowReader.ts';
