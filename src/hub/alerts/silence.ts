import { formatDuration } from '#src/kit/duration.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Alert } from '#src/ledger/records.ts';
import { Reply } from '#src/operation/reply.ts';
import type { HubConfig } from '../config.ts';
import type { Fleet, Node } from '../nodes/fleet.ts';
import { alertId, openAlert } from './alarm.ts';

/** Looks at the beacons come this far apart, in ms. */
const LOOK_MS = 60_000;
/** A node is silent when two looks this far apart, in ms, found it away with the same last beacon. */
const SURE_MS = 55_000;
const FINGERPRINT = 'node silent';
const SEARCHED = 200;

/** Raises an alert for each node that has fallen silent, and ends it when the node speaks again. Laptops and the hub's own machine may be silent. */
export function createSilence(deps: { config: HubConfig; ledger: HubLedger; fleet: Fleet; now: () => number }) {
  const { config, ledger, fleet, now } = deps;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const raise = async (node: Node, heardAt: number): Promise<void> => {
    const id = alertId(node.name, `silent ${heardAt}`);
    const reply = Reply.parse({
      tone: 'bad',
      title: 'no word from it',
      facts: [
        { label: 'Last heard', value: `${formatDuration(now() - heardAt)} ago` },
        { label: 'Look', value: 'whether it is up and reaches the ledger; there: nightguard doctor --agent' },
      ],
    });
    const alert: Alert = {
      id,
      node: node.name,
      fingerprint: FINGERPRINT,
      state: 'open',
      reply,
      openedAt: heardAt,
      posts: [],
    };
    const [said] = await ledger.handlings([alert]);
    const alarm = openAlert({ config, now }, alert, said);
    await ledger.raise({ ...alarm, posts: alarm.posts });
  };
  const lookAway = async (node: Node, heardAt: number): Promise<void> => {
    const key = `silent ${node.name}`;
    const [seenFor, seenAt] = ((await ledger.recall(key)) ?? '').split(' ').map(Number);
    if (seenFor !== heardAt) await ledger.remember(key, `${heardAt} ${now()}`);
    else if (now() - (seenAt ?? now()) >= SURE_MS) await raise(node, heardAt);
  };
  const end = async (alert: Alert, heardAt: number): Promise<void> => {
    const audit = [{ at: now(), node: alert.node, decision: 'alert over', because: 'it speaks again' }];
    const over: Alert = { ...alert, state: 'resolved', resolvedAt: heardAt, resolution: 'it speaks again' };
    await ledger.raise({ alert: over, posts: [], audit });
  };

  return async (): Promise<void> => {
    if (now() - lookedAt < LOOK_MS) return;
    lookedAt = now();
    const nodes = (await fleet.nodes(now())).filter(
      ({ name, enrolled }) => enrolled || config.nodes[name]?.mayBeAway === false,
    );
    const away = nodes.filter(({ awayMs, heardAt }) => awayMs !== undefined && heardAt !== undefined);
    for (const node of away) if (node.heardAt !== undefined) await lookAway(node, node.heardAt);
    if (nodes.length === 0) return;
    const open = (await ledger.alerts({ open: true, limit: SEARCHED })).filter(
      (each) => each.fingerprint === FINGERPRINT,
    );
    for (const alert of open) {
      const node = nodes.find(({ name }) => name === alert.node);
      if (node?.heardAt !== undefined && node.awayMs === undefined) await end(alert, node.heardAt);
    }
  };
}
