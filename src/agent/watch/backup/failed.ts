import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import type { Chore, SetKnown } from '#src/operation/backupKnown.ts';
import { endOf, INTERRUPTED } from '#src/operation/backupKnown.ts';
import type { Reading } from '../watch.ts';
import { ago, fact, remedy, showBackups } from './words.ts';

interface Words {
  fingerprint: string;
  title: string;
  well: string;
  label: string;
  operation: string;
}

/** Chores of a set that failed the last time (row B3), unless their destination is what failed: that is told once for all sets. */
export function failedReadings(set: SetKnown, now: number): Reading[] {
  return set.scheduled.map((chore) => {
    const { failures, failure, doneAt, triedAt } = set.chores[chore];
    const { fingerprint, title, well, label, operation } = wordsOf(chore, set.name);
    const reading = { fingerprint, well };
    if (set.running === chore) return { ...reading, trouble: 'unsure' };
    if (failure === undefined || failures === 0) return { ...reading, trouble: undefined };
    if (endOf(failure.code) !== undefined || (failure.code === INTERRUPTED && failures < 2))
      return { ...reading, trouble: 'unsure' };
    return {
      ...reading,
      trouble: {
        tone: chore === 'prune' ? 'warn' : 'bad',
        title: clip(title, 300),
        facts: [
          fact('Reason', failure.because),
          ...(failure.places.length > 0 ? [fact('At', failure.places.join(', '))] : []),
          fact('Tries', `${failures}, the last ${ago(triedAt, now)}`),
          fact('Last well', doneAt === undefined ? 'never' : `${formatDuration(now - doneAt)} ago`),
        ],
        buttons: [remedy(label, operation, set.name), showBackups(set.name)],
      },
    };
  });
}

/** Files of a set that the last backup could not read: they are not in it. */
export function unreadReading({ name, unread, unreadCount }: SetKnown): Reading {
  return {
    fingerprint: `backup unread ${name}`,
    well: `all of ${name} can be read`,
    trouble:
      unread.length === 0
        ? undefined
        : {
            tone: 'warn',
            title: `${count(unreadCount, 'path')} of ${name} could not be read and ${unreadCount === 1 ? 'is' : 'are'} not in its backup`,
            facts: unread.map((path) => fact('Not read', path)),
            buttons: [remedy('Back up now', 'backup', name)],
          },
  };
}

function wordsOf(chore: Chore, set: string): Words {
  switch (chore) {
    case 'save':
      return {
        ...{ fingerprint: `backup ${set}`, title: `${set} could not be backed up`, well: `${set} is backed up` },
        ...{ label: 'Back up now', operation: 'backup' },
      };
    case 'check':
      return {
        ...{ fingerprint: `backup check ${set}`, title: `the repositories of ${set} did not pass their check` },
        ...{ well: `the repositories of ${set} are sound`, label: 'Check again', operation: 'backup_check' },
      };
    case 'drill':
      return {
        ...{ fingerprint: `backup drill ${set}`, title: `${set} could not be restored in a drill` },
        ...{ well: `${set} can be restored`, label: 'Drill again', operation: 'restore_drill' },
      };
    case 'prune':
      return {
        ...{ fingerprint: `backup prune ${set}`, title: `old backups of ${set} could not be dropped` },
        ...{ well: `old backups of ${set} are dropped`, label: 'Drop them', operation: 'backup_prune' },
      };
    default:
      return chore satisfies never;
  }
}
