import { lstatSync } from 'node:fs';
import type { Logger } from 'pino';
import { z } from 'zod';
import { clip, sanitise } from '#src/kit/text.ts';
import { utcMinute } from '#src/kit/utc.ts';
import type { Beacon } from '#src/wire/beacon.ts';
import { BY_FILE, Lockdown } from '#src/wire/lockdown.ts';
import type { Order } from '#src/wire/order.ts';
import type { Opened } from '#src/wire/seal.ts';
import type { Journal } from './journal.ts';

const KEY = 'lockdown';
const LIFTED = 'lockdowns lifted';
/** So many lifted ones are remembered: an order of theirs that comes again locks nothing. */
const REMEMBERED = 50;
/** The file with which root locks every agent of a machine; it is gone after a reboot. */
export const ROOT_FILE = '/run/nightguard/lockdown';

type LockdownOrder = Extract<Order, { kind: 'lockdown' | 'unlock' }>;

/** Whether this node may change anything: a lockdown is kept in the journal, and a file on the node is one as well. */
export interface NodeLockdown {
  /** Why nothing is changed now, and how that ends; undefined: there is no lockdown. */
  refusal(): string | undefined;
  /** Takes what the hub ordered, durably. */
  take(order: Opened<LockdownOrder>): void;
  /** What the beacon says of it. */
  announced(): Pick<Beacon, 'lockdown' | 'lockdownFile' | 'lifted'>;
}

/** The lockdown of one node; `files` are those whose being there locks it. */
export function createLockdown(deps: {
  node: string;
  journal: Pick<Journal, 'recall' | 'remember'>;
  files: readonly string[];
  now: () => number;
  log: Logger;
}): NodeLockdown {
  const { node, journal, files, now, log } = deps;

  const take: NodeLockdown['take'] = ({ body, expiresAt = 0 }) => {
    const current = lockdownOf(journal);
    if (body.kind === 'unlock') {
      if (now() >= expiresAt || body.operator === body.second.operator) return;
      const { lockdowns, operator, second } = body;
      const because = `${body.by} asked, ${second.by} confirmed`;
      if (current && lockdowns.includes(current.id))
        log.warn({ operator, second: second.operator, lockdown: current.id }, 'lockdown lifted');
      return lift(journal, lockdowns, { source: 'order', operator, approvers: [second.operator], because });
    }
    const { lockdown } = body;
    if (now() >= expiresAt || current || liftedOf(journal).includes(lockdown.id)) return;
    const { operator, by, reason } = lockdown;
    log.warn({ operator, reason }, 'locked down');
    const entry = { source: 'order', operator, because: by, ...(reason === undefined ? {} : { reason }) };
    journal.remember(KEY, JSON.stringify(lockdown), { decision: 'locked', ...entry });
  };

  return {
    take,
    refusal() {
      const found = lockdownOf(journal);
      if (found) return told(node, found);
      const file = files.map((path) => whyLocked(path)).find((why) => why !== undefined);
      return file && `${node} is locked: ${file} Nothing is changed here until somebody removes it on the node.`;
    },
    announced() {
      const found = lockdownOf(journal);
      const byFile = files.some((path) => whyLocked(path) !== undefined);
      const lifted = liftedOf(journal).at(-1);
      return {
        ...(found ? { lockdown: found.id } : byFile ? { lockdown: BY_FILE } : {}),
        ...(byFile ? { lockdownFile: true as const } : {}),
        ...(lifted === undefined ? {} : { lifted }),
      };
    },
  };
}

/** The lockdown that the journal keeps. */
export function lockdownOf(journal: Pick<Journal, 'recall'>): Lockdown | undefined {
  const kept = journal.recall(KEY) ?? '';
  return kept === '' ? undefined : Lockdown.parse(JSON.parse(kept));
}

/** Ends lockdowns for good, with a record of who did: each by its id, and the one that is in effect if it is among them. */
export function lift(journal: Pick<Journal, 'recall' | 'remember'>, ids: readonly string[], entry: object): void {
  const known = liftedOf(journal);
  const fresh = ids.filter((id) => id !== BY_FILE && !known.includes(id));
  const current = lockdownOf(journal);
  // The ids first: dying between the two leaves the node locked, and a second order lifts it.
  if (fresh.length > 0) journal.remember(LIFTED, JSON.stringify([...known, ...fresh].slice(-REMEMBERED)));
  if (current && ids.includes(current.id)) journal.remember(KEY, '', { decision: 'lockdown lifted', ...entry });
}

function liftedOf(journal: Pick<Journal, 'recall'>): string[] {
  return z.array(z.string()).parse(JSON.parse(journal.recall(LIFTED) ?? '[]'));
}

/** The words of everybody who is refused for it. */
function told(node: string, { by, at, reason }: Lockdown): string {
  const why = reason === undefined ? '' : ` ("${clip(sanitise(reason), 60)}")`;
  const time = utcMinute(at);
  return `${node} is locked: ${clip(sanitise(by), 40)}, ${time}${why}. It changes nothing until two people lift that with /lockdown lift, or somebody there with: nightguard lockdown lift`;
}

/** Why a path means a lockdown: it is there, or nobody can tell whether it is. */
function whyLocked(path: string): string | undefined {
  try {
    lstatSync(path);
    return `there is a file ${path}.`;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : `${path} cannot be looked at (${code}).`;
  }
}
