import type { CommandContext } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import { covers } from '#src/operation/risk.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';

type Handler = (ctx: CommandContext<Ctx>) => Promise<void>;

/** A command of the hub that takes the role admin; what it throws as a Problem is the answer. */
export function adminOnly(deps: Pick<HubDeps, 'config'>, handler: Handler): Handler {
  return async (ctx) => {
    const { role } = ctx.admitted.operator;
    if (!covers(role, 'admin'))
      return await answer(ctx, deps, [ours(`That takes the role admin; you are here as ${role}. See /help`)]);
    try {
      await handler(ctx);
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await answer(ctx, deps, [ours(error.message)]);
    }
  };
}
