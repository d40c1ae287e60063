import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import type { AuditRecord } from '#src/ledger/records.ts';
import { covers } from '#src/operation/risk.ts';
import { shortId } from '#src/wire/ids.ts';
import { readSearch, SEARCHED } from '../audit/auditSearch.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { noteRefused } from '../questions/refused.ts';
import type { Html } from '../render/html.ts';
import { bold, line, ours, plain, theirs } from '../render/html.ts';
import type { Screen } from '../render/screen.ts';
import { dateTime } from '../render/time.ts';
import { answer } from '../telegram/answer.ts';

/** How many lines are shown in the message itself. */
const SHOWN = 15;

/** What is told: a short page, and a file when there is more. */
interface Page {
  parts: Html[];
  file?: NonNullable<Screen['file']>;
}

/** `/audit [node] [n] [by:ben] [op:restart] [since:2h]`, newest first, and `/audit export`: who asked what and what came of it; for admins. */
export function audit(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('audit', async (ctx) => {
    const { role } = ctx.admitted.operator;
    if (!covers(role, 'admin')) {
      const because = `/audit takes the role admin; you are here as ${role}. See /help`;
      await noteRefused(ctx, deps, { source: 'command', because });
      return await answer(ctx, deps, [ours(because)]);
    }
    try {
      const words = ctx.match.split(/\s+/).filter(Boolean);
      if (words.length === 1 && words[0] === 'export') return await sendExport(ctx, deps);
      const search = await readSearch(words, deps);
      const searched = search.filters.length === 0 ? search.limit : SEARCHED;
      const found = (await deps.ledger.audits(searched))
        .filter((entry) => search.filters.every((fits) => fits(entry)))
        .slice(0, search.limit);
      const { parts, file } = page(found, search.about, deps);
      await answer(ctx, deps, parts, file ? { file } : {});
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

async function sendExport(ctx: Ctx, deps: HubDeps): Promise<void> {
  const text = await deps.exportAudit();
  const caption = 'Signed at both ends. Check it with: nightguard audit verify --file audit.jsonl';
  await answer(ctx, deps, [ours('The audit is in the file.')], { file: { name: 'audit.jsonl', text, caption } });
}

function page(entries: readonly AuditRecord[], of: string, { config }: HubDeps): Page {
  const all = entries.map((entry) => entryLine(entry, config.timezone));
  const about = `${count(entries.length, 'line')}${of}, newest first`;
  if (all.length === 0) return { parts: [ours('Nothing is on record yet.')] };
  if (all.length <= SHOWN) return { parts: [bold(ours(about)), ...all] };
  const file = { name: 'audit.txt', text: `${all.map(plain).join('\n')}\n`, caption: about };
  return { parts: [bold(ours(about)), ...all.slice(0, SHOWN), ours('… all of it is in the file.')], file };
}

/** One line: when, who, what, where, and what came of it. */
function entryLine(
  { at, operator, operation, input, node, decision, job, because, seq }: AuditRecord,
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
    ours(seq === undefined ? '· not sealed yet' : `· ${seq}`),
  );
}
