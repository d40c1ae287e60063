import { Problem } from '#src/kit/problem.ts';

/** What this restic can do that older ones cannot. */
export interface Abilities {
  version: string;
  /** Restores holes as holes (0.15). */
  sparse: boolean;
  /** Tells its own exit codes for a missing repository, a lock and a wrong password (0.17). */
  codes: boolean;
}

const OLDEST = 14;

/** Reads what `restic version` prints. Throws Problem `restic` for what is too old to rely on. */
export function abilitiesOf(printed: string): Abilities {
  const [, version = '', major = '0', minor = '0'] = /^restic ((\d+)\.(\d+)\S*)/.exec(printed) ?? [];
  const at = (wanted: number) => Number(major) > 0 || Number(minor) >= wanted;
  if (version === '' || !at(OLDEST))
    throw new Problem(
      'restic',
      `This needs restic 0.${OLDEST} or newer, here is ${version || 'something else'}. Install a newer one.`,
    );
  return { version, sparse: at(15), codes: at(17) };
}
