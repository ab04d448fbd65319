export { BufferSource, SliceSource, type ByteSource } from './byteSource.ts';
export { PAGE_SIZE, PageCache } from './pageCache.ts';
export { ByteReader } from './reader.ts';
export { decodeLatin1, decodeLatin1z, decodeUtf16, decodeUtf16z, decodeUtf8z } from './text.ts';
export { hex, hexAddress, hexBytes, type Hex } from './hex.ts';
