import { capital } from '#src/kit/text.ts';
import type { Card } from '#src/operation/define.ts';

/** An operation as people say it before its target: `Restart`, `Undo the restore of`. */
export function spoken({ name, within, says }: Pick<Card, 'name' | 'within' | 'says'>): string {
  return says ?? capital((within ?? name).replaceAll('_', ' '));
}
