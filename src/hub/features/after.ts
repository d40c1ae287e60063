import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { jobCalled } from './cancel.ts';
import { askOnce } from './presses.ts';

/** `/verify`, `/again` and `/resolved <job>`: what the buttons of a job in doubt do, in words. */
export function after(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  const at = (ctx: Ctx) => ({ chat: ctx.chat?.id ?? 0, id: ctx.msg?.message_id ?? 0 });
  const acts: Record<string, (ctx: Ctx, job: Job) => Promise<string>> = {
    verify: async (ctx, job) => await deps.after.verify({ job, operator: ctx.admitted.operator, chat: at(ctx).chat }),
    resolved: async (ctx, job) =>
      await deps.after.resolve({ job, operator: ctx.admitted.operator, chat: at(ctx).chat }),
    again: async (ctx, job) => {
      const { chat, id } = at(ctx);
      const intent = `message ${chat} ${id} ${ctx.msg?.date}`;
      const spoken = await askOnce(ctx, deps, { ...job, nodes: [job.node], intent }, { chat, id });
      return spoken.alert ? spoken.text : '';
    },
  };
  for (const [name, act] of Object.entries(acts))
    composer.command(name, async (ctx) => {
      try {
        const said = await act(ctx, await jobCalled(ctx.match.trim().toLowerCase(), deps, `/${name} <job>`));
        deps.kick();
        if (said !== '') await answer(ctx, deps, [ours(said)]);
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'ledger') throw error;
        await answer(ctx, deps, [ours(error.message)]);
      }
    });
  return composer;
}
