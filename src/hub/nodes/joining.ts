import type { Api } from 'grammy';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { RecordSeal } from '#src/wire/record.ts';
import type { Self } from '#src/wire/seal.ts';
import type { Admins } from '../telegram/admins.ts';
import type { Enrolment } from './enrol.ts';
import { createEnrolment } from './enrol.ts';
import { Invitation } from './invitation.ts';
import { createUserKeeper } from './keepUsers.ts';
import type { LedgerUsers } from './letIn.ts';
import { createLetIn } from './letIn.ts';
import type { Registry } from './registry.ts';
import type { Roster } from './roster.ts';
import { createShelf } from './shelf.ts';

const NOWHERE =
  'Machines join a hub that has an address and a Redis: set HUB_URL and REDIS_URL and run "nightguard hub". Or write them by hand under nodes: in the configuration.';

/** Where machines reach this hub, and how they get into the ledger. */
export interface Joining {
  url: string;
  users: LedgerUsers;
  /** The certificate of a private ledger. */
  ca?: string | undefined;
}

/** What a hub has of enrolment. */
export interface Joins {
  /** Absent: no machine can join, for the reason of `noEnrolment`. */
  enrolment: Enrolment | undefined;
  noEnrolment: string;
  keepUsers: (() => Promise<void>) | undefined;
}

/** Builds enrolment where machines can join, and says why not where they cannot. */
export function createJoins(deps: {
  joining: Joining | string | undefined;
  hub: Self;
  registry: Registry;
  roster: Roster;
  ledger: HubLedger;
  seal: RecordSeal;
  api: Api;
  admins: Pick<Admins, 'tellDaily'>;
  now: () => number;
  log: Logger;
}): Joins {
  const { joining = NOWHERE } = deps;
  if (typeof joining === 'string') return { enrolment: undefined, noEnrolment: joining, keepUsers: undefined };
  const parts = { ...deps, ...joining };
  const invitations = createShelf(deps, 'invitations', Invitation);
  return {
    enrolment: createEnrolment({ ...parts, invitations, letIn: createLetIn(parts) }),
    noEnrolment: NOWHERE,
    keepUsers: createUserKeeper(parts),
  };
}
