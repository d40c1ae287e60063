import { z } from 'zod';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Event } from '#src/wire/event.ts';
import type { Node } from '../nodes/fleet.ts';

const Spoken = z.strictObject({ policy: z.string().max(64), at: z.number() });
type Facts = Pick<HubLedger, 'recall' | 'remember'>;

/** Notes under which policy a node last spoke: one write when it is another one than before, or the first that this hub hears. */
export function createSpoken(ledger: Facts): (node: string, event: Event | undefined) => Promise<void> {
  const known = new Map<string, string>();
  return async (node, event) => {
    if (event?.policy === undefined || known.get(node) === event.policy) return;
    const { policy, at } = event;
    await ledger.remember(keyOf(node), JSON.stringify({ policy, at } satisfies z.infer<typeof Spoken>));
    known.set(node, policy);
  };
}

/** The policy under which a node has spoken since its last beacon, when that is another one than it announced there. */
export async function driftOf(ledger: Facts, { name, policy, heardAt = 0 }: Node): Promise<string | undefined> {
  const text = policy === undefined ? undefined : await ledger.recall(keyOf(name));
  const spoken = text === undefined ? undefined : Spoken.parse(JSON.parse(text));
  return spoken && spoken.at > heardAt && spoken.policy !== policy ? spoken.policy : undefined;
}

function keyOf(node: string): string {
  return `policy ${node}`;
}
