import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { clip, sanitise } from '#src/kit/text.ts';
import { startCommand } from './socket.ts';

const Answered = z.object({ statusCode: z.number(), message: z.string(), json: z.unknown() });
const Body = z.object({ message: z.string() });

/** What an engine said no with: its status, and its own words, to be shown and as a whole. */
export interface Refusal {
  status: number;
  words: string;
  whole: string;
}

/** The engine's no in what a call threw; undefined when it did not answer at all. */
export function refusalOf(error: unknown): Refusal | undefined {
  const answered = Answered.safeParse(error);
  if (!answered.success) return undefined;
  const body = Body.safeParse(answered.data.json);
  const words = body.success ? body.data.message : answered.data.message.replace(/^\(HTTP code \d+\) .*? - /, '');
  // Ids of 64 digits help nobody.
  const short = sanitise(words).replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
  return { status: answered.data.statusCode, words: clip(short.trim(), 300), whole: words };
}

/** The Problem `engine` for a call that failed: nothing listens, no right to ask, no answer in time (`withinMs`), or an answer that is no use. */
export function engineProblem(
  cause: unknown,
  {
    socket,
    lateMs,
    platform = process.platform,
  }: { socket: string; lateMs?: number | undefined; platform?: NodeJS.Platform },
): Problem {
  if (cause instanceof Problem) return cause;
  const said = refusalOf(cause);
  if (said)
    return new Problem('engine', `The container engine at ${socket} answered ${said.status}: ${said.words}`, { cause });
  return new Problem('engine', `The container engine at ${socket} ${whyNot(cause, lateMs, platform)}`, { cause });
}

function whyNot(cause: unknown, lateMs: number | undefined, platform: NodeJS.Platform): string {
  if (lateMs !== undefined)
    return `did not answer within ${formatDuration(lateMs)}. It may still be at it; see what it does with: podman ps --all`;
  if (cause instanceof z.ZodError)
    return `answered something that cannot be understood (${cause.issues[0]?.path.join('.')}). See its version with: podman version`;
  switch (cause instanceof Error && 'code' in cause ? cause.code : undefined) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return `does not answer: nothing listens there. Start it with: ${startCommand(platform)}`;
    case 'EACCES':
    case 'EPERM':
      return 'may not be used by this user. Run the agent as the user that owns the socket, or let its group use it.';
    default:
      return `broke off (${clip(sentenceOf(cause), 120)}). Start it with: ${startCommand(platform)}`;
  }
}
