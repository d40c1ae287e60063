import { z } from 'zod';
import type { Entry } from '../writes.ts';
import { damagedRecord } from './failure.ts';

/** Reads what Redis answered; throws Problem `ledger` for what does not fit. */
export type ReadReply = <T>(schema: z.ZodType<T>, answer: unknown) => T;

/** The reader of one server's answers. */
export function createReadReply(where: string): ReadReply {
  return (schema, answer) => {
    try {
      return schema.parse(answer);
    } catch (cause) {
      throw damagedRecord(where, cause);
    }
  };
}

/** The JSON of a record. */
export function jsonOf<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.string().transform((text) => schema.parse(JSON.parse(text)));
}

/** A hash as Redis answers it: names and values in turn. */
export const Hash = z
  .array(z.string())
  .transform(
    (flat): Record<string, string | undefined> =>
      Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]])),
  );

/** Entries of a stream. One without a token is kept with an empty one, so that it is read, refused and dropped like any other. */
export const Entries = z.array(
  z.tuple([z.string(), Hash]).transform(([position, { token = '' }]): Entry => ({ position, token })),
);

/** What XREAD answers: streams by their keys, or nothing. */
export const Streams = z
  .array(z.tuple([z.string(), Entries]))
  .nullable()
  .transform((streams) => streams ?? []);

/** Texts by their names. */
export const Texts = z.record(z.string(), z.string());

/** A yes or no as scripts answer it. */
export const Flag = z.union([z.literal(0), z.literal(1)]).transform((flag) => flag === 1);

/** What a script answers that has nothing to say. */
export const Nothing = z.null().transform(() => undefined);
