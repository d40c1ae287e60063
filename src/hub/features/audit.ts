import { Composer } from 'grammy';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import type { AuditEntry } from '#src/ledger/records.ts';
import { covers } from '#src/operation/risk.ts';
import { shortId } from '#src/wire/ids.ts';
import { answer } from '../answer.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Html } from '../render/html.ts';
import { bold, line, ours, plain, theirs } from '../render/html.ts';
import type { Screen } from '../render/screen.ts';
import { dateTime } from '../render/time.ts';

/** How many lines are searched, told when no number is typed, and shown in the message itself. */
const SEARCHED = 2_000;
const TOLD = 50;
const SHOWN = 15;

/** What is told: a short page, and a file when there is more. */
interface Page {
  parts: Html[];
  file?: NonNullable<Screen['file']>;
}

/** `/audit [node] [n]`: who asked what and what came of it, newest first; for admins. */
export function audit(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('audit', async (ctx) => {
    const { role } = ctx.admitted.operator;
    if (!covers(role, 'admin'))
      return await answer(ctx, deps, [ours(`/audit takes the role admin; you are here as ${role}. See /help`)]);
    try {
      const { node, limit } = await readWords(ctx.match.split(/\s+/).filter(Boolean), deps);
      const found = (await deps.ledger.audits(node === undefined ? limit : SEARCHED))
        .filter((entry) => node === undefined || entry.node?.split(' ').includes(node))
        .slice(0, limit);
      const { parts, file } = page(found, node, deps);
      await answer(ctx, deps, parts, file ? { file } : {});
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

async function readWords(
  words: readonly string[],
  deps: HubDeps,
): Promise<{ node: string | undefined; limit: number }> {
  const numbers = words.filter((word) => /^\d{1,4}$/.test(word));
  const [node, ...more] = words.filter((word) => !numbers.includes(word));
  if (more.length > 0 || numbers.length > 1) throw new Problem('arguments', 'Usage: /audit [node] [n]');
  const limit = Math.max(1, Math.min(SEARCHED, Number(numbers[0] ?? TOLD)));
  if (node === undefined) return { node, limit };
  const names = (await deps.fleet.nodes(deps.now())).map(({ name }) => name);
  if (names.includes(node)) return { node, limit };
  const near = nearest(node, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There is ${names.join(', ')}.`;
  throw new Problem('unknown-node', `There is no node "${node}". ${hint}`);
}

function page(entries: readonly AuditEntry[], node: string | undefined, { config }: HubDeps): Page {
  const all = entries.map((entry) => entryLine(entry, config.timezone));
  const about = `${count(entries.length, 'line')}${node === undefined ? '' : ` about ${node}`}, newest first`;
  if (all.length === 0) return { parts: [ours('Nothing is on record yet.')] };
  if (all.length <= SHOWN) return { parts: [bold(ours(about)), ...all] };
  const file = { name: 'audit.txt', text: `${all.map(plain).join('\n')}\n`, caption: about };
  return { parts: [bold(ours(about)), ...all.slice(0, SHOWN), ours('… all of it is in the file.')], file };
}

/** One line: when, who, what, where, and what came of it. */
function entryLine(
  { at, operator, operation, input, node, decision, job, because }: AuditEntry,
  zone: string | undefined,
): Html {
  const words = Object.entries(input ?? {}).map(([name, value]) => (value === true ? `--${name}` : String(value)));
  const what = [operation, ...words].filter((word) => word !== undefined).join(' ');
  return line(
    ours(dateTime(at, zone)),
    operator ? bold(ours(operator.name)) : undefined,
    what ? line(ours('·'), theirs(what)) : undefined,
    node ? ours(`on ${node}`) : undefined,
    ours(`· ${decision}`),
    because ? line(ours('·'), theirs(because)) : undefined,
    job === undefined ? undefined : ours(`· job ${shortId(job)}`),
  );
}
