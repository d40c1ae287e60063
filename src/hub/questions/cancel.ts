import type { Catalog } from '#src/catalog.ts';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import { openInput } from '#src/operation/args.ts';
import { covers } from '#src/operation/risk.ts';
import { shortId } from '#src/wire/ids.ts';
import { stopCampaign } from '../campaigns/stop.ts';
import type { Operator } from '../config.ts';
import type { Fleet } from '../nodes/fleet.ts';
import type { Orders } from '../orders.ts';
import { awayText } from '../words/scope.ts';

/** Who wants a job stopped, and where they said so. */
export interface Cancel {
  job: Job;
  operator: Operator;
  chat: number;
}

/** Whether somebody may cancel a job: who asked for it, and admins. */
export function mayCancel({ operator: asker }: Job, { id, role }: Operator): boolean {
  return asker.id === id || covers(role, 'admin');
}

/** Tells a node to stop a job, or never to start it, and answers with what that means. Throws Problem `cancel` when it cannot be. */
export function createCancel(deps: {
  ledger: HubLedger;
  orders: Orders;
  fleet: Fleet;
  catalog: Catalog;
  now: () => number;
}) {
  const { ledger, orders, fleet, catalog, now } = deps;
  return async ({ job, operator, chat }: Cancel): Promise<string> => {
    const { id, node: name, operation } = job;
    const input = openInput(catalog.get(operation)?.params ?? [], job.input);
    // Of a campaign the whole is meant; who may cancel the job is who asked for all.
    const stopped = mayCancel(job, operator)
      ? await stopCampaign({ ledger, now }, job.post, operator, chat)
      : undefined;
    if (stopped !== undefined) return stopped;
    if (job.state === 'ended')
      throw new Problem('cancel', `It has ended already: ${job.verdict ?? 'ended'}. See /job ${shortId(id)}`);
    if (!mayCancel(job, operator))
      throw new Problem('cancel', `Only ${job.operator.name}, who asked, or an admin can cancel this.`);
    const node = (await fleet.nodes(now())).find((each) => each.name === name);
    if (!node) throw new Problem('cancel', `${name} is no longer on the list, so it cannot be told. See /nodes`);
    const by = { id: operator.id, name: operator.name };
    // On record before the node can hear of it.
    await ledger.audit([
      { at: now(), operator: by, chat, node: name, operation, input, decision: 'cancel asked', job: id },
    ]);
    await ledger.send([await orders.cancel(node, now(), id, by)]);
    const away = awayText(node);
    if (away !== undefined) return `${name} ${away}. It is told to leave it when it is back.`;
    return `Asked ${name} to stop it. The message of the job says when it has.`;
  };
}
