import { Composer } from 'grammy';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Story } from '#src/ledger/records.ts';
import { splitWords } from '#src/operation/args.ts';
import { covers } from '#src/operation/risk.ts';
import type { CampaignWant } from '../campaigns/ask.ts';
import { parseUnseal, readUnseal } from '../campaigns/unseal/params.ts';
import { thresholdOf, vaultsOf, wantUnseal } from '../campaigns/unseal/start.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { FRESH_MS } from '../questions/ask.ts';
import { noteRefused } from '../questions/refused.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { threadOf } from '../updates/thread.ts';
import { readBecause } from '../words/because.ts';

/** Jobs that are searched for what a Vault takes. */
const SEARCHED = 200;

/** `/unseal <vault> [server]`: opens a sealed Vault with one share from each of several nodes. */
export function unseal(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('unseal', async (ctx) => {
    try {
      const lateMs = deps.now() - ctx.msg.date * 1000;
      if (lateMs > FRESH_MS)
        throw new Problem(
          'late',
          `You asked for /unseal ${formatDuration(lateMs)} ago, so nothing was done. Type it again.`,
        );
      const { words, reason } = readBecause(splitWords(ctx.match));
      const input = readUnseal(words, vaultsOf(await deps.fleet.nodes(deps.now())));
      const intent = `message ${ctx.chat.id} ${ctx.msg.message_id} ${ctx.msg.date}`;
      await askUnseal(ctx, deps, { input, reason, intent, chat: ctx.chat.id, replyTo: ctx.msg.message_id });
      deps.kick();
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await noteRefused(ctx, deps, { operation: 'unseal', source: 'command', because: error.message });
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

/** Asks for it as typed, or as a button says. Throws Problem `role`, or one that says what is missing. */
export async function askUnseal(
  ctx: Ctx,
  deps: HubDeps,
  want: Pick<CampaignWant, 'input' | 'reason' | 'intent' | 'chat' | 'replyTo' | 'source'>,
): Promise<void> {
  const { operator } = ctx.admitted;
  const card = deps.catalog.get('vault_share');
  if (!card) throw new Problem('unknown', '/unseal is not known here. See /help');
  if (!covers(operator.role, card.role))
    throw new Problem('role', `/unseal takes the role ${card.role}; you are here as ${operator.role}. See /help`);
  const { vault } = parseUnseal(want.input);
  const [nodes, jobs, open] = await Promise.all([
    deps.fleet.nodes(deps.now()),
    deps.ledger.jobs({ limit: SEARCHED }),
    deps.ledger.campaigns(SEARCHED),
  ]);
  refuseSecond(vault, open, want);
  const asked = wantUnseal({ input: want.input, card, nodes, threshold: thresholdOf(vault, jobs) });
  await deps.campaign({ ...want, ...asked, kind: 'unseal', operator, thread: threadOf(ctx.msg) });
}

/** Two at once would throw each other's shares away. A message that comes a second time is no second one. */
function refuseSecond(
  vault: string,
  open: readonly Story[],
  { source, replyTo }: Pick<CampaignWant, 'source' | 'replyTo'>,
) {
  const other = open.find(({ campaign }) => campaign?.stage === 'running' && campaign.input['vault'] === vault);
  if (!other?.campaign || (source !== 'button' && other.post.replyTo === replyTo)) return;
  const { name } = other.campaign.operator;
  throw new Problem('unseal', `${vault} is being opened already, as ${name} asked. It is stopped with /cancel`);
}
