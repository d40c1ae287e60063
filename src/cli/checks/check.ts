import type { FileConfig } from '../config.ts';
import type { HubSettings } from '../hubSettings.ts';
import type { Settings } from '../settings.ts';

/** What this machine is for, as its environment tells: a hub for others, a node for a hub elsewhere, or both in one. */
export type Role = 'hub' | 'agent' | 'up';

/** What the checks look at. */
export interface Patient {
  role: Role;
  settings: Settings;
  /** Undefined when this is no hub for others. */
  hub: HubSettings | undefined;
  /** Undefined when there is none that can be read; its own check says why. */
  config: FileConfig | undefined;
}

/** What was found: in order, or not and worth a thought. What is wrong is thrown as a Problem whose sentence says how to mend it. */
export type Finding = { state: 'ok' | 'warn'; words: string };

/** Looks at one thing. */
export type Check = (patient: Patient) => Promise<Finding>;

/** It is as it should be. */
export function ok(words: string): Finding {
  return { state: 'ok', words };
}

/** It works, but. */
export function warn(words: string): Finding {
  return { state: 'warn', words };
}
