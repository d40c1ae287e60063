import type { ConversationControls } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { After } from './after.ts';
import type { Want } from './ask.ts';
import type { Cancel } from './cancel.ts';
import type { Codes } from './code.ts';
import type { HubConfig, Operator } from './config.ts';
import type { Enrolment } from './enrol.ts';
import type { Fleet } from './fleet.ts';
import type { Admitted } from './gate.ts';
import type { Say } from './handle.ts';
import type { HubLockdown } from './lockdown.ts';
import type { LockdownAsk } from './lockdownAsk.ts';
import type { Answer, Spoken } from './press.ts';
import type { Registry } from './registry.ts';
import type { View } from './render/view.ts';
import type { Retire } from './retire.ts';
import type { Roster } from './roster.ts';

/** One update that passed the gate, with who sent it and a log of its own. */
export interface Ctx extends Context {
  admitted: Admitted;
  log: Logger;
  /** Drafts of this person here; only for features behind `asking`. */
  conversation: ConversationControls;
  /** This update ended a draft. */
  dropped?: boolean;
  /** What a conversation came upon and cannot throw itself. */
  trouble?: { error: unknown };
  /** It failed and may come again, so that nothing of it is kept. */
  failed?: boolean;
}

/** What the features work with. */
export interface HubDeps {
  config: HubConfig;
  catalog: Catalog;
  ledger: HubLedger;
  fleet: Fleet;
  ask: (want: Want) => Promise<string>;
  press: (answer: Answer) => Promise<Spoken>;
  cancel: (wanted: Cancel) => Promise<string>;
  after: After;
  codes: Codes;
  handle: (alert: string, say: Say, operator: Operator, chat: number) => Promise<string>;
  lockdown: HubLockdown;
  lockdownAsk: LockdownAsk;
  /** The whole audit as JSON Lines, its last entries chained before. */
  exportAudit: () => Promise<string>;
  registry: Registry;
  roster: Roster;
  /** Absent: no machine can join here, for the reason of `noEnrolment`. */
  enrolment?: Enrolment | undefined;
  noEnrolment: string;
  retire: Retire;
  /** Something new is in the ledger: tell it soon. */
  kick: () => void;
  view: () => View;
  now: () => number;
}
