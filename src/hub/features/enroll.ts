import { Composer } from 'grammy';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { code, line, ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { adminOnly } from './adminOnly.ts';

const USAGE = 'Usage: /enroll beta env:stage (prod, stage or dev), and to answer: /enroll beta yes, or no';
const Words = z.tuple([
  z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
  z.enum(['env:prod', 'env:stage', 'env:dev', 'yes', 'no']).optional(),
]);
const ENVIRONMENTS = { 'env:prod': 'prod', 'env:stage': 'stage', 'env:dev': 'dev' } as const;

/** `/enroll <name> [env:stage]`: a code with which one machine may ask to join; in private only, since it shows the code. */
export function enroll(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command(
    'enroll',
    adminOnly(deps, async (ctx) => {
      const { enrolment, noEnrolment } = deps;
      const { operator } = ctx.admitted;
      if (!enrolment) throw new Problem('enroll', noEnrolment);
      if (ctx.chat?.type !== 'private')
        throw new Problem('private', 'The code is for one person alone. Write to me in our private chat.');
      const words = Words.safeParse(pair(ctx.match.split(/\s+/).filter(Boolean)));
      if (!words.success) throw new Problem('arguments', USAGE);
      const [node, more] = words.data;
      if (more === 'yes' || more === 'no') {
        const said = await enrolment.decide({ node }, more === 'yes', operator, ctx.chat.id);
        return await answer(ctx, deps, [ours(said)]);
      }
      const environment = more && ENVIRONMENTS[more];
      const typed = await enrolment.invite(node, environment, operator, ctx.chat.id);
      // A client that may not copy would be of no use here, and the code is good for one machine and 15 minutes.
      await answer(ctx, { config: { ...deps.config, protectContent: false } }, [
        line(ours('On the machine that is to be'), code(node), ours('type, within 15 minutes:')),
        code(typed),
        ours(`It comes in as ${environment ?? 'PROD (nothing else was said)'}. I ask you before I let it in.`),
      ]);
    }),
  );
  return composer;
}

function pair(words: readonly string[]): unknown {
  return words.length > 2 ? undefined : [words[0], words[1]];
}
