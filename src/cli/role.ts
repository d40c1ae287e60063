import type { Role } from './checks/check.ts';
import { hasJoined, joinedRedis } from './joined.ts';
import { readEnvironment } from './secrets.ts';
import type { Settings } from './settings.ts';
import { readSettings } from './settings.ts';

/** What this machine is for, as its environment tells: HUB_URL means a hub, REDIS_URL without a token an agent, and so does a machine that has joined. */
export function roleOf(env: NodeJS.ProcessEnv): Role {
  const { TELEGRAM_BOT_TOKEN: token, REDIS_URL: redis, HUB_URL: url, K_SERVICE: service } = readEnvironment(env);
  if (url ?? service) return 'hub';
  if (token !== undefined) return 'up';
  return redis !== undefined || hasJoined(readSettings(env, 'real').state) ? 'agent' : 'up';
}

/** The settings that a machine in this role runs with. Throws Problem `environment` that names the variable. */
export function settingsOf(env: NodeJS.ProcessEnv, role: Role): Settings {
  const settings = readSettings(env, role === 'up' ? 'sandbox without a token' : 'real');
  return role === 'agent' ? { ...settings, redis: settings.redis ?? joinedRedis(settings.state) } : settings;
}
