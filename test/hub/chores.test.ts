import { expect, onTestFinished, test } from 'vitest';
import { createChores } from '#src/hub/chores.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';

const HOUR = 3_600_000;

function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const clock = { now: 1_800_000_000_000 };
  const done: string[] = [];
  const chores = () => createChores({ ledger, now: () => clock.now });
  const act = (name: string) => async () => void done.push(name);
  return { ledger, clock, done, chores, act };
}

test('a chore is done when its time has come, whichever process asks', async () => {
  const { clock, done, chores, act } = setUp();
  const [one, other] = [chores(), chores()];
  await one.every('trim', HOUR, act('one'));
  await other.every('trim', HOUR, act('other'));
  await one.every('trim', HOUR, act('one'));
  expect(done).toEqual(['one']);
  clock.now += HOUR;
  await other.every('trim', HOUR, act('other'));
  await one.every('trim', HOUR, act('one'));
  expect(done).toEqual(['one', 'other']);
});

test('a chore that failed is due again at once', async () => {
  const { done, chores, act } = setUp();
  const one = chores();
  await expect(one.every('trim', HOUR, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await one.every('trim', HOUR, act('one'));
  expect(done).toEqual(['one']);
});

test('a clock that was set back does not put a chore off for long', async () => {
  const { clock, done, chores, act } = setUp();
  await chores().every('trim', HOUR, act('first'));
  clock.now -= 100 * HOUR;
  await chores().every('trim', HOUR, act('second'));
  expect(done).toEqual(['first', 'second']);
});
