import type { Method } from './method.ts';

/** getMe: the bot itself. */
export const getMe: Method = (world) => ({ result: world.bot });
