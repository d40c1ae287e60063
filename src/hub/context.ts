import type { Context } from 'grammy';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Want } from './ask.ts';
import type { HubConfig } from './config.ts';
import type { Fleet } from './fleet.ts';
import type { Admitted } from './gate.ts';
import type { Answer, Spoken } from './press.ts';
import type { View } from './render/view.ts';

/** One update that passed the gate, with who sent it and a log of its own. */
export interface Ctx extends Context {
  admitted: Admitted;
  log: Logger;
}

/** What the features work with. */
export interface HubDeps {
  config: HubConfig;
  catalog: Catalog;
  ledger: HubLedger;
  fleet: Fleet;
  ask: (want: Want) => Promise<string>;
  press: (answer: Answer) => Promise<Spoken>;
  /** Something new is in the ledger: tell it soon. */
  kick: () => void;
  view: () => View;
  now: () => number;
}
