import type { CampaignKind } from './kind.ts';
import { unseal } from './unseal/unseal.ts';

/** Every kind of campaign by the command that begins it. */
export const KINDS: ReadonlyMap<string, CampaignKind> = new Map([unseal].map((kind) => [kind.name, kind]));
