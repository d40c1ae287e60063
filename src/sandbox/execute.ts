import type { Answer } from './answer.ts';
import { failure, success } from './answer.ts';
import type { Fault } from './faults.ts';
import { refusalOf } from './faults.ts';
import { findMethod } from './methods/table.ts';
import type { Params } from './params.ts';
import { refusal } from './refusal.ts';
import type { World } from './world.ts';

/** What a caller gets: an answer, or nothing at all for as long as it waits. */
export type Served = Answer | 'hang';

/** Carries out one call of the Bot API with the faults that were ordered for it, and records it. */
export async function execute(world: World, name: string, params: Params, gone: AbortSignal): Promise<Served> {
  const at = world.settings.now().getTime();
  const method = findMethod(name)?.name ?? name;
  const fault = world.faults.take(method);
  world.settings.log.debug({ method }, 'bot api call');
  const response = fault
    ? await answerFaulty(world, method, params, gone, fault)
    : await answer(world, method, params, gone);
  const call = { at, method, params: params.sent };
  if (response === 'hang') world.calls.record({ ...call, status: 0, ok: false, description: 'no answer' });
  else world.calls.record({ ...call, status: response.status, ...recorded(response) });
  return response;
}

async function answer(world: World, name: string, params: Params, gone: AbortSignal): Promise<Answer> {
  try {
    const method = findMethod(name);
    if (!method) throw refusal(404, 'Not Found: method not found');
    return success(await method.run(world, params, gone));
  } catch (error) {
    const answer = failure(error);
    if (answer.status === 500 && !world.closing.aborted)
      world.settings.log.warn({ method: name, error }, 'sandbox method failed');
    return answer;
  }
}

async function answerFaulty(
  world: World,
  name: string,
  params: Params,
  gone: AbortSignal,
  fault: Fault,
): Promise<Served> {
  if (fault.also_applied) await answer(world, name, params, gone);
  const refused = refusalOf(fault);
  return refused ? failure(refused) : 'hang';
}

function recorded({ body }: Answer): { ok: boolean; result?: unknown; description?: string } {
  if (!body.ok) return { ok: false, description: body.description };
  return {
    ok: true,
    result: body.result,
    ...(body.description === undefined ? {} : { description: body.description }),
  };
}
