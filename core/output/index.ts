export { formatDouble, formatSingle } from './formatFloat.ts';
export { formatAddress, formatDecimal, formatFlat } from './numbers.ts';
export { Output, type Part } from './output.ts';
export { Redactor, type Secret, type Secrets } from './redactor.ts';
export { plain, pointer, span, visible, type Line, type Pointer, type Span, type SpanKind } from './span.ts';
export { filetimeToSeconds, formatDuration, formatSessionTime, formatTimestamp } from './time.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { flatPointer, parts } from './parts.ts';
