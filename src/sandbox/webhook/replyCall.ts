import { execute } from '../execute.ts';
import { parseParams } from '../http/body.ts';
import type { World } from '../world.ts';
import type { Reply } from './post.ts';

const NEVER = /^(?:get.*|setwebhook|deletewebhook|close|logout)$/;

/** Carries out the call that a webhook put into its reply, if it did; nobody hears of the result. */
export function replyCall(world: World, { contentType, body }: Reply): void {
  if (body.length === 0) return;
  try {
    const params = parseParams(new URLSearchParams(), contentType, body);
    const method = params.text('method').toLowerCase();
    if (method !== '' && !NEVER.test(method)) void execute(world, method, params, world.closing);
  } catch (error) {
    world.settings.log.debug({ error }, 'webhook reply ignored');
  }
}
