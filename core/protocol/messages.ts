import { z } from 'zod';
import type { ContextModel } from './models.ts';
import { rowCount, type PackedLines } from './packedLines.ts';

/** The envelopes of both directions. Each end checks what it hears: the other may be of another version, or broken. */

const id = z.number().int().nonnegative();

export const clientMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), id, method: z.string().max(64), params: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id }),
  /** so many lines of a request have been taken: there is room for more */
  z.object({ kind: z.literal('taken'), id, lines: id }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** Texts that are read when somebody looks at them: here it is made sure that there are as many lines as is said. */
function isPacked(value: unknown): value is PackedLines {
  if (typeof value !== 'object' || value === null) return false;
  const { count, text, marks } = value as Record<string, unknown>;
  return typeof text === 'string' && typeof marks === 'string' && count === rowCount(text, marks);
}

/** A record, so that the compiler asks for each. */
const eventTypes: Record<EngineEvent['type'], true> = {
  context: true,
  status: true,
  symbols: true,
  reload: true,
};

/** The page puts the context of an event in the place of its own at once; models are drawn inside a boundary. */
const context = z.object({
  generation: z.number(),
  prompt: z.string(),
  machine: z.string(),
  pointerSize: z.union([z.literal(4), z.literal(8)]),
  machines: z.array(z.string()),
  thread: z.object({ index: z.number(), id: z.number(), name: z.string().optional() }).optional(),
  threads: z.number(),
  frame: z.number(),
  override: z.boolean(),
  symbols: z.object({ modules: z.number(), loaded: z.number(), deferred: z.number() }),
  heaps: z.object({ walked: z.number(), errors: z.number() }).optional(),
  ended: z.boolean(),
}) satisfies z.ZodType<ContextModel>;

function isEvent(value: unknown): value is EngineEvent {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('context' in value))
    return false;
  return Object.hasOwn(eventTypes, String(value.type)) && context.safeParse(value.context).success;
}

const progress = z.object({ done: z.number(), total: z.number().optional(), what: z.string() });
const failure = z.object({ code: z.string(), message: z.string() });

export const serverMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reply'), id, result: z.unknown() }),
  z.object({ kind: z.literal('failure'), id, error: failure }),
  /** what a command printed since the last such message */
  z.object({ kind: z.literal('lines'), id, lines: z.custom<PackedLines>(isPacked) }),
  z.object({ kind: z.literal('progress'), id, progress }),
  z.object({ kind: z.literal('event'), event: z.custom<EngineEvent>(isEvent) }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** What the engine tells without being asked. */
export type EngineEvent =
  /** thread, frame or machine in effect is another one */
  | { readonly type: 'context'; readonly context: ContextModel }
  /** what the status line tells is other; models that were asked for hold */
  | { readonly type: 'status'; readonly context: ContextModel }
  /** modules have symbols that they had not */
  | { readonly type: 'symbols'; readonly context: ContextModel }
  /** modules, images and symbols may be others, or the dump in effect is: no model that was asked for before holds */
  | { readonly type: 'reload'; readonly context: ContextModel };
