import { baselinesPart } from './baselinesPart.ts';
import { fleetPart } from './fleetPart.ts';
import { fuzzPart } from './fuzzPart.ts';
import { ledgerPart } from './ledgerPart.ts';
import { orphansPart } from './orphansPart.ts';
import type { Part } from './part.ts';
import { redPart } from './redPart.ts';
import { secretsPart } from './secretsPart.ts';
import { unsealPart } from './unsealPart.ts';
import { wirePart } from './wirePart.ts';

/** The parts of the release run, in their order, with the counts that a release has to have. */
export const PARTS: Record<string, Part> = {
  wire: wirePart,
  fuzz: fuzzPart,
  red: redPart,
  ledger: ledgerPart,
  secrets: secretsPart,
  baselines: baselinesPart,
  orphans: orphansPart,
  unseal: unsealPart,
  agent: fleetPart('agent killed with -9', ['agent '], 2_000),
  hub: fleetPart('hub killed with -9', ['hub '], 500),
  redis: fleetPart('Redis killed, flushed, old dump, frozen, cut off from hub or agent, full', ['redis '], 500),
  telegram: fleetPart('Telegram 429, 500, hang, lost answer, deleted message', ['telegram ', 'message '], 500),
};
