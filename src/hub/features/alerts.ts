import { Composer } from 'grammy';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Alert, Handling } from '#src/ledger/records.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Say } from '../alerts/handle.ts';
import { readSilence } from '../alerts/handle.ts';
import { inEffect } from '../alerts/handling.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { handlingLine, titleOf } from '../render/alert.ts';
import type { Html } from '../render/html.ts';
import { bold, code, line, lines, ours, theirs } from '../render/html.ts';
import { dateTime } from '../render/time.ts';
import { answer } from '../telegram/answer.ts';

const SHOWN = 5;
const SEARCHED = 200;

/** `/alerts`, and in words what the buttons of an alert do: `/ack`, `/silence`, `/unsilence`. */
export function alerts(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('alerts', async (ctx) => await answer(ctx, deps, await overview(deps)));
  composer.command('ack', async (ctx) => await say(ctx, deps, ctx.match, () => ({ act: 'ack' })));
  composer.command('unsilence', async (ctx) => await say(ctx, deps, ctx.match, () => ({ act: 'undo' })));
  composer.command(
    'silence',
    async (ctx) => await say(ctx, deps, ctx.match, (span = '1h') => ({ act: 'hush', forMs: readSilence(span) })),
  );
  return composer;
}

/** Does what somebody typed about one alert, or says what is wrong with it. */
async function say(ctx: Ctx, deps: HubDeps, typed: string, read: (span?: string) => Say): Promise<void> {
  const [id = '', span] = typed.trim().toLowerCase().split(/\s+/);
  try {
    const words = await deps.handle(await findOpen(deps, id), read(span), ctx.admitted.operator, ctx.chat?.id ?? 0);
    deps.kick();
    await answer(ctx, deps, [ours(words)]);
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'ledger') throw error;
    await answer(ctx, deps, [ours(error.message)]);
  }
}

/** The one open alert whose id begins so; without an id the only one that is open. */
async function findOpen({ ledger }: HubDeps, typed: string): Promise<string> {
  const found = (await ledger.alerts({ open: true, limit: SEARCHED })).filter(({ id }) => id.startsWith(typed));
  const [alert, other] = found;
  if (!alert)
    throw new Problem('alert', typed ? `No open alert begins with ${typed}. See /alerts` : 'No alert is open.');
  if (other) throw new Problem('alert', `Which one? ${found.map(({ id }) => shortId(id)).join(', ')}. See /alerts`);
  return alert.id;
}

async function overview(deps: HubDeps): Promise<Html[]> {
  const open = await deps.ledger.alerts({ open: true, limit: SEARCHED });
  const handlings = await deps.ledger.handlings(open);
  const past = (await deps.ledger.alerts({ limit: SEARCHED }))
    .filter(({ state }) => state === 'resolved')
    .slice(0, SHOWN);
  const [first] = open;
  return [
    ...(open.length === 0 ? [ours('✅ No alert is open.')] : open.map((alert) => openLines(alert, handlings, deps))),
    ...(past.length > 0 ? [bold(ours('Over')), ...past.map((alert) => pastLine(alert, deps))] : []),
    ...(first
      ? [ours(`/ack ${shortId(first.id)} · /silence ${shortId(first.id)} 4h · /unsilence ${shortId(first.id)}`)]
      : []),
  ];
}

function openLines(alert: Alert, handlings: readonly Handling[], deps: HubDeps): Html {
  const view = deps.view();
  const said = handlings.find(({ node, fingerprint }) => node === alert.node && fingerprint === alert.fingerprint);
  const age = ours(`· for ${formatDuration(Math.max(0, view.now - alert.openedAt))}`);
  return lines([
    line(titleOf(alert), age, code(shortId(alert.id))),
    handlingLine(inEffect(alert, said, view.now), view),
  ]);
}

function pastLine({ node, reply, openedAt, resolvedAt }: Alert, { config }: HubDeps): Html {
  const took = formatDuration(Math.max(0, (resolvedAt ?? openedAt) - openedAt));
  return line(bold(ours(node)), theirs(reply.title), ours(`· ${dateTime(openedAt, config.timezone)}, for ${took}`));
}
