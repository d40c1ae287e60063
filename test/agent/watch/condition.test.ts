import { describe, expect, test } from 'vitest';
import type { Change } from '#src/agent/watch/condition.ts';
import { nextCondition } from '#src/agent/watch/condition.ts';
import type { Reading } from '#src/agent/watch/watch.ts';

const T0 = 1_800_000_000_000;
const bad = { tone: 'bad' as const, title: 'web is down' };
const LOOKS: Record<string, Reading['trouble']> = {
  ok: undefined,
  unsure: 'unsure',
  bad,
  'other words': { ...bad, title: 'web is still down' },
  warn: { ...bad, tone: 'warn' },
  certain: bad,
};

/** What is said over a row of looks, one a minute: `open bad`, `resolved`, or nothing. */
function saidOver(looks: string): string[] {
  let change: Change = { condition: undefined, alert: undefined };
  return looks.split(', ').map((look, minute) => {
    const reading = {
      fingerprint: 'workload web',
      well: 'web runs',
      trouble: LOOKS[look],
      certain: look === 'certain' || undefined,
    };
    change = nextCondition(change.condition, reading, 'workload', T0 + minute * 60_000);
    const { alert } = change;
    return alert === undefined ? '-' : alert.state === 'open' ? `open ${alert.reply.tone}` : 'resolved';
  });
}

describe('a condition is told', () => {
  test.each([
    ['from its second bad look on', 'bad, bad', '-, open bad'],
    ['from its first bad look on when that one is certain', 'certain, certain, ok, ok', 'open bad, -, -, resolved'],
    ['not when one look was bad', 'bad, ok, bad, ok', '-, -, -, -'],
    ['once, as long as it lasts', 'bad, bad, bad, other words, bad', '-, open bad, -, -, -'],
    ['again when it gets worse or better', 'warn, warn, bad, warn', '-, open warn, open bad, open warn'],
    ['to be over from the second good look on', 'bad, bad, ok, ok', '-, open bad, -, resolved'],
    ['to be over once', 'bad, bad, ok, ok, ok', '-, open bad, -, resolved, -'],
    ['as one alert while it flaps', 'bad, bad, ok, bad, ok, bad', '-, open bad, -, -, -, -'],
    ['as a new alert after it was over', 'bad, bad, ok, ok, bad, bad', '-, open bad, -, resolved, -, open bad'],
    [
      'without the looks that cannot tell',
      'bad, unsure, bad, unsure, ok, unsure, ok',
      '-, -, open bad, -, -, -, resolved',
    ],
  ])('%s', (_, looks, said) => {
    expect(saidOver(looks).join(', ')).toBe(said);
  });
});

test('an alert has the time of the first bad look, and ends with how it is now', () => {
  const look = (trouble: Reading['trouble'], before: Change, now: number) =>
    nextCondition(before.condition, { fingerprint: 'workload web', well: 'web is healthy', trouble }, 'workload', now);
  const pending = look(bad, { condition: undefined, alert: undefined }, T0);
  const open = look(bad, pending, T0 + 60_000);
  const over = look(undefined, look(undefined, open, T0 + 120_000), T0 + 180_000);
  expect(open.alert).toMatchObject({ openedAt: T0, state: 'open', reply: { title: 'web is down' } });
  expect(over.alert).toMatchObject({
    ...{ id: open.alert?.id, openedAt: T0, state: 'resolved', resolvedAt: T0 + 180_000, resolution: 'web is healthy' },
  });
  expect(over.condition).toBeUndefined();
});

test('what may have to be mended still goes with the end of an alert, not with its beginning', () => {
  const after = [{ label: 'Restart web', operation: 'restart', input: { target: 'web' } }];
  const reading = { fingerprint: 'vault main', well: 'main is open', certain: true as const, after };
  const look = (trouble: Reading['trouble'], before: Change) =>
    nextCondition(before.condition, { ...reading, trouble }, 'vault', T0);
  const open = look(bad, { condition: undefined, alert: undefined });
  expect(open.alert).not.toHaveProperty('after');
  expect(look(undefined, look(undefined, open)).alert).toMatchObject({ state: 'resolved', after });
});
