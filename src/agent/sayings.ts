import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { clip, sanitise, tail } from '#src/kit/text.ts';
import { Reply } from '#src/operation/reply.ts';
import type { Verified } from '#src/operation/verdict.ts';
import type { NodeAlert, Saying } from '#src/wire/event.ts';

/** Longest output in bytes of its JSON: with the rest it stays under the size of an event, sealed in base64url. */
const MAX_BLOCK_BYTES = 120_000;

/** Longest quoted output of an alert, in UTF-16 units: it has to fit into its message. */
const ALERT_QUOTE = 2_000;

type VerdictSaying = Extract<Saying, { kind: 'verdict' }>;

/** The job was done; its own report says how. */
export function done(job: string, reply: Reply, tookMs: number): VerdictSaying {
  const block = reply.block && {
    label: sanitise(reply.block.label),
    text: end(reply.block.text),
  };
  return { kind: 'verdict', job, verdict: 'done', reply: { ...reply, block }, tookMs };
}

/** The job ended in a failure: a Problem's own sentence, evidence and facts, or the first line of a bug. */
export function failed(job: string, error: unknown, tookMs: number): VerdictSaying {
  const evidence = error instanceof Problem ? error.evidence : undefined;
  const block = evidence ? { label: 'Seen at that moment', text: end(evidence) } : undefined;
  const facts = error instanceof Problem ? [...error.facts] : [];
  const reply = Reply.parse({ tone: 'bad', title: title(sentenceOf(error)), facts, block });
  return { kind: 'verdict', job, verdict: 'failed', reply, tookMs };
}

/** The agent did not begin the job and says why. */
export function refused(job: string, sentence: string): VerdictSaying {
  return { kind: 'verdict', job, verdict: 'refused', reply: Reply.parse({ tone: 'warn', title: title(sentence) }) };
}

/** The order came too late, or never: it was not started and now cannot be. */
export function expired(job: string, sentence: string): VerdictSaying {
  return { kind: 'verdict', job, verdict: 'expired', reply: Reply.parse({ tone: 'warn', title: title(sentence) }) };
}

/** What was found out about a job that was interrupted. */
export function verified(job: string, { verdict, because }: Verified): VerdictSaying {
  const tone = verdict === 'verified applied' ? 'ok' : verdict === 'verified not applied' ? 'warn' : 'bad';
  return { kind: 'verdict', job, verdict, reply: Reply.parse({ tone, title: title(because) }) };
}

/** What was found out about a job that had ended. */
export function found(job: string, { verdict, because }: Verified): Saying {
  return { kind: 'found', job, verdict, because: title(because) };
}

/** What is wrong with the node, or over again; what it quotes is cleaned and short. */
export function alertSaying(alert: NodeAlert): Saying {
  const { reply } = alert;
  const block = reply.block && {
    label: sanitise(reply.block.label),
    text: tail(sanitise(reply.block.text), ALERT_QUOTE),
  };
  return { kind: 'alert', alert: { ...alert, reply: { ...reply, block, title: title(reply.title) } } };
}

function end(text: string): string {
  let kept = tail(sanitise(text), 100_000);
  for (let bytes = sizeOf(kept); bytes > MAX_BLOCK_BYTES; bytes = sizeOf(kept))
    kept = tail(kept, Math.floor((kept.length * MAX_BLOCK_BYTES) / bytes) - 1);
  return kept;
}

function sizeOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

function title(sentence: string): string {
  return clip(sanitise(sentence), 300) || 'It ended without a word.';
}
