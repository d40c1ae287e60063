import { expect, test } from 'vitest';
import backupPrune from '#handlers/backup_prune.ts';
import type { Backups } from '#src/operation/backups.ts';
import { runWith, toolsWith, workOf } from './tools.ts';

const INPUT = { set: 'files' };
const SET = {
  ...{ name: 'files', paths: ['/srv'], dumps: [], pause: [], pauseToSave: [], destinations: ['nas', 'disk'] },
  places: [],
};
const having = (given: Partial<Backups>) =>
  toolsWith({ backups: { set: () => SET, known: async () => [], ...given } as unknown as Backups });

test('its question says how many go and stay at each destination, and which could not be asked', async () => {
  const planPrune: Backups['planPrune'] = async () => ({
    keep: { daily: 7, weekly: 4, hourly: 0 },
    places: [
      { destination: 'nas', kept: 0, removed: 0, reason: 'It did not tell it in time.' },
      { destination: 'disk', kept: 11, removed: 3 },
    ],
  });
  const { facts } = await backupPrune.plan(workOf(backupPrune, INPUT, having({ planPrune })));
  expect(facts.slice(-3)).toEqual([
    { label: 'Keeps', value: 'daily 7, weekly 4' },
    { label: 'nas', value: 'how many go is not known: It did not tell it in time.', tone: 'warn' },
    { label: 'disk', value: '3 go, 11 stay', tone: 'warn' },
  ]);
});

test('backups that are gone are told as gone, also when their data could not be taken away', async () => {
  const prune: Backups['prune'] = async (_, __, follow) => {
    follow?.({ at: 'disk: rebuilding index', percent: 50 });
    return [
      { destination: 'nas', kept: 0, removed: 0, reason: 'It is locked.' },
      { destination: 'disk', kept: 11, removed: 3, reason: 'No space is left.' },
    ];
  };
  const { result, notes } = await runWith(backupPrune, INPUT, having({ prune }));
  expect(notes).toEqual(['disk: rebuilding index · 50 %']);
  const reply = backupPrune.report({ node: 'alpha', params: backupPrune.parse(INPUT), result, tookMs: 1000 });
  expect(reply).toMatchObject({
    tone: 'bad',
    title: '3 backups of files dropped, but nas, disk could not be pruned',
    facts: [
      { label: 'nas', value: 'It is locked.' },
      { label: 'disk', value: '3 dropped, and their data is still there: No space is left.' },
    ],
  });
});
