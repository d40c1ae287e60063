import type { ConversationData, VersionedState } from '@grammyjs/conversations';
import { z } from 'zod';
import type { HubLedger } from '#src/ledger/port.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Ctx } from '../context.ts';
import { threadOf } from '../updates/thread.ts';

/** The plugin's own data, which it checks by its version. */
type Kept = VersionedState<ConversationData>;
const Stored = z.strictObject({
  revision: z.string(),
  data: z.custom<Kept>((data) => typeof data === 'object' && data !== null && 'version' in data),
});
type Stored = z.infer<typeof Stored>;

/** The one place of a person's draft: chat, topic, person. */
export function draftKey(ctx: Ctx): string {
  return `draft ${ctx.chat?.id ?? 0}:${threadOf(ctx.msg) ?? 0}:${ctx.from?.id ?? 0}`;
}

/** Keeps drafts in the ledger. What was written since it was read is not overwritten, and what an update did that failed is not kept. */
export function createDraftStore(ledger: Pick<HubLedger, 'recall' | 'remember'>) {
  const seen = new WeakMap<Ctx, { revision: string | undefined; data: string }>();
  const look = async (ctx: Ctx): Promise<Stored | undefined> => parse(await ledger.recall(draftKey(ctx)));
  const put = async (ctx: Ctx, data: Kept | undefined): Promise<void> => {
    const before = seen.get(ctx);
    if (ctx.failed || JSON.stringify(data) === before?.data) return;
    if ((await look(ctx))?.revision !== before?.revision) return ctx.log.warn('a draft was changed elsewhere');
    await ledger.remember(draftKey(ctx), data === undefined ? '' : JSON.stringify({ revision: freshId(), data }));
  };
  return {
    async read(ctx: Ctx): Promise<Kept | undefined> {
      const stored = await look(ctx);
      // As text, since the plugin goes on to change what it is given.
      seen.set(ctx, { revision: stored?.revision, data: JSON.stringify(stored?.data) });
      return stored?.data;
    },
    write: (ctx: Ctx, data: Kept) => put(ctx, data),
    delete: (ctx: Ctx) => put(ctx, undefined),
  };
}

function parse(text: string | undefined): Stored | undefined {
  if (!text) return undefined;
  try {
    return Stored.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
