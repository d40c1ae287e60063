import { expect, test } from 'vitest';
import { isDead, parseLinuxStat, variable } from '#src/adapters/process/linuxStat.ts';

const REST = '5449 5449 4179 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 145160 3133440 356 18446744073709551615';

test('state, group and start are read, whatever the program calls itself', () => {
  const expected = { state: 'S', group: 5449, startTicks: 145160 };
  expect(parseLinuxStat(`5463 (cat) S ${REST.replace('5449', '1')}`)).toEqual(expected);
  expect(parseLinuxStat(`5463 (a) R 1 (b)) S ${REST}\n`)).toEqual(expected);
});

test('what is not such a line gives nothing', () => {
  expect(parseLinuxStat('')).toBeUndefined();
  expect(parseLinuxStat('5463 (cat) S 1 2')).toBeUndefined();
});

test('a zombie counts as dead', () => {
  expect(['R', 'S', 'D', 'T', 'Z', 'X'].filter(isDead)).toEqual(['Z', 'X']);
});

test('one variable is found in an environment', () => {
  const environment = 'A=1\0PORT=80=80\0XPORT=1\0';
  expect(variable(environment, 'PORT')).toBe('80=80');
  expect(variable(environment, 'ORT')).toBeUndefined();
});
