import { createHash } from 'node:crypto';
import { scheduleOf } from '#src/adapters/backup/known.ts';
import type { BackupSpec } from '#src/adapters/backup/spec.ts';
import type { Calendar } from '#src/adapters/calendar.ts';
import { calendarOf } from '#src/adapters/calendar.ts';
import type { Chore } from '#src/operation/backupKnown.ts';
import { CHORES } from '#src/operation/backupKnown.ts';

const MOST_JITTER_MS = 180_000;

/** A chore of a set that has a schedule. */
export interface Task {
  set: string;
  chore: Chore;
  calendar: Calendar;
  /** How long after its time it begins, in ms: always the same here and another elsewhere, so that not all nodes come at once. */
  jitterMs: number;
}

/** The operation that does the same when a person asks for it. */
export const OPERATION_OF: Readonly<Record<Chore, string>> = {
  save: 'backup',
  check: 'backup_check',
  drill: 'restore_drill',
  prune: 'backup_prune',
};

/** All that the configuration of a node has a schedule for: saving first. */
export function tasksOf(spec: BackupSpec, node: string): Task[] {
  return CHORES.flatMap((chore) =>
    Object.entries(spec.sets).flatMap(([set, wanted]) => {
      const text = scheduleOf(wanted, chore);
      if (text === undefined) return [];
      const calendar = calendarOf(text, spec.timezone);
      const share = createHash('sha256').update(`${node}\n${set}\n${chore}`).digest().readUInt16BE() / 65_536;
      return [{ set, chore, calendar, jitterMs: Math.floor(share * Math.min(MOST_JITTER_MS, calendar.gapMs() / 10)) }];
    }),
  );
}
