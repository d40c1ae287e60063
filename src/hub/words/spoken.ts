import { capital } from '#src/kit/text.ts';

/** The name of a command as people say it: `Restore undo`. */
export function spoken(command: string): string {
  return capital(command.replaceAll('_', ' '));
}
