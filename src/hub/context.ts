import type { ConversationControls } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Say } from './alerts/handle.ts';
import type { CampaignWant } from './campaigns/ask.ts';
import type { HubConfig, Operator } from './config.ts';
import type { HubLockdown } from './lockdown/lockdown.ts';
import type { LockdownAsk } from './lockdown/lockdownAsk.ts';
import type { Enrolment } from './nodes/enrol.ts';
import type { ExportNodes } from './nodes/export.ts';
import type { Fleet } from './nodes/fleet.ts';
import type { Registry } from './nodes/registry.ts';
import type { Retire } from './nodes/retire.ts';
import type { Roster } from './nodes/roster.ts';
import type { After } from './questions/after.ts';
import type { Want } from './questions/ask.ts';
import type { Cancel } from './questions/cancel.ts';
import type { Codes } from './questions/code.ts';
import type { Answer, Spoken } from './questions/press.ts';
import type { View } from './render/view.ts';
import type { Admitted } from './updates/gate.ts';

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
  /** Begins work of several nodes under one question. */
  campaign: (want: CampaignWant) => Promise<string>;
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
  exportNodes: ExportNodes;
  /** Something new is in the ledger: tell it soon. */
  kick: () => void;
  view: () => View;
  now: () => number;
}
