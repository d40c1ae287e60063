import { z } from 'zod';
import { Input } from '#src/operation/args.ts';
import { Tone } from '#src/operation/reply.ts';

const id = z.string().max(60);
/** ms since 1970 by the hub's clock. */
const time = z.number().int();
const node = z.string().max(40);
const operator = z.strictObject({ id: z.number().int(), name: z.string() });
/** A node that is not asked, and why. */
const Left = z.strictObject({ node, because: z.string().max(300) });

/** Work of several nodes, one after the other, under one question and in one post. Only who writes its next turn may ask the next node. */
export const Campaign = z.strictObject({
  id,
  post: id,
  confirm: id,
  /** The command that began it, such as `unseal`: it decides how this goes on. */
  kind: z.string().max(32),
  operator,
  /** What was typed. */
  input: Input,
  /** So many times it has gone on. */
  turn: z.number().int(),
  /** `planning`: nodes say what they would do; `asking`: people are asked; `running`: nodes are asked; `over`: nobody is asked any more. */
  stage: z.enum(['planning', 'asking', 'running', 'over']),
  /** What nodes may be asked to do, in this order, each with the job that planned it. */
  offers: z.array(z.strictObject({ node, input: Input, plan: id })).max(200),
  left: z.array(Left).max(200),
  /** So many nodes it takes, if that was known. */
  least: z.number().int().positive().optional(),
  /** The jobs that were begun, in their order. */
  asked: z.array(z.strictObject({ node, job: id })).max(200),
  /** Somebody wants no further node asked. */
  stopped: z.strictObject({ operator, at: time }).optional(),
  /** How it ended, and what to do next; a question that came to nothing has no ending. */
  ending: z
    .strictObject({ tone: Tone, title: z.string().max(300), next: z.string().max(400).optional(), at: time })
    .optional(),
  createdAt: time,
});
export type Campaign = z.infer<typeof Campaign>;
