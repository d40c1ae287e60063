import { lookForSecrets } from '../canaries/run.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

/** Secrets of all kinds, looked for wherever a fleet that works and fails leaves something. */
export const secretsPart: Part = async ({ share }) => {
  const { secrets, places, megabytes, hits } = await lookForSecrets({ rounds: partOf(20, share) });
  const beside = `${secrets.length} secrets in 10 forms each (${secrets.join(', ')}); looked for in ${places.join(', ')}`;
  return {
    figures: [
      { what: 'planted secrets found outside their home', tried: megabytes, of: 'MB', wrong: hits.length, beside },
    ],
    wrong: hits,
  };
};
