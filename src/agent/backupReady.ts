import type { Readiness } from '#src/adapters/backup/ready.ts';
import { readinessOf } from '#src/adapters/backup/ready.ts';
import { createCommand } from '#src/adapters/command.ts';
import type { NodeConfig } from './config.ts';

/** Whether this user could do what the node's backups need; see `readinessOf`. */
export function backupsReady({ backup }: NodeConfig, state: string, signal: AbortSignal): Promise<Readiness> {
  return readinessOf({ spec: backup, state, command: createCommand() }, signal);
}
