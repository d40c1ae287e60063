import type { Catalog } from '#src/catalog.ts';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import { openInput } from '#src/operation/args.ts';
import { covers } from '#src/operation/risk.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Fleet } from '../nodes/fleet.ts';
import type { Orders } from '../orders.ts';
import { needsPerson } from '../render/aftermath.ts';
import { awayText } from '../words/scope.ts';
import type { Cancel } from './cancel.ts';

/** What can be done about a job of which it is not sure what became of it; answers with the words for the person. Both throw Problem `after` when it makes no sense. */
export interface After {
  /** Has its node look once more; the message of the job says what it found. */
  verify(wanted: Cancel): Promise<string>;
  /** Notes that somebody says it is settled. */
  resolve(wanted: Cancel): Promise<string>;
}

/** What people do about jobs that ended in doubt. */
export function createAfter(deps: {
  ledger: HubLedger;
  orders: Orders;
  fleet: Fleet;
  catalog: Catalog;
  now: () => number;
}): After {
  const { ledger, orders, fleet, catalog, now } = deps;
  const check = ({ job, operator }: Cancel): void => {
    const card = catalog.get(job.operation);
    if (!card || !covers(operator.role, card.role))
      throw new Problem(
        'after',
        `That takes the role ${card?.role ?? 'admin'}; you are here as ${operator.role}. See /help`,
      );
    if (!needsPerson(job, { now: now(), cards: catalog }))
      throw new Problem(
        'after',
        `There is no doubt about it: ${job.verdict ?? 'it goes on'}. See /job ${shortId(job.id)}`,
      );
  };
  const lineOf = ({ job, operator: { id, name }, chat }: Cancel, decision: string) => {
    const { node, operation } = job;
    const input = openInput(catalog.get(operation)?.params ?? [], job.input);
    return { at: now(), operator: { id, name }, chat, node, operation, input, decision, job: job.id };
  };

  return {
    async verify(wanted) {
      check(wanted);
      const { job, operator } = wanted;
      const node = await nodeOf(fleet, job, now());
      await ledger.audit([lineOf(wanted, 'verify asked')]);
      await ledger.send([await orders.query(node, now(), job.id, operator.id)]);
      const away = awayText(node);
      if (away !== undefined) return `${node.name} ${away}, so it may not look. See /nodes`;
      return `${node.name} looks. The message of the job says what it finds.`;
    },

    async resolve(wanted) {
      check(wanted);
      const { job, operator } = wanted;
      const who = { id: operator.id, name: operator.name };
      const audit = [lineOf(wanted, 'resolved')];
      const taken = await ledger.resolve({ post: job.post, operator: who, at: now(), audit });
      if (taken === 'unknown') throw new Problem('after', 'Its message is no longer on record. See /jobs');
      return taken === 'taken' ? 'Noted: it is settled.' : 'Somebody has said so before.';
    },
  };
}

async function nodeOf(fleet: Fleet, { node: name }: Job, now: number) {
  const node = (await fleet.nodes(now)).find((each) => each.name === name);
  if (!node) throw new Problem('after', `${name} is no longer on the list, so it cannot be asked. See /nodes`);
  return node;
}
