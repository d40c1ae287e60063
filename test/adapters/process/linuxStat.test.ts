import { expect, test } from 'vitest';
import { isDead, parseLinuxStat, residentBytes, variable } from '#src/adapters/process/linuxStat.ts';

const REST = '5449 5449 4179 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 145160 3133440 356 18446744073709551615';

test('state, group and start are read, whatever the program calls itself', () => {
  const expected = { state: 'S', group: 5449, cpuTicks: 0, startTicks: 145160 };
  expect(parseLinuxStat(`5463 (cat) S ${REST.replace('5449', '1')}`)).toEqual(expected);
  expect(parseLinuxStat(`5463 (a) R 1 (b)) S ${REST}\n`)).toEqual(expected);
});

test('the CPU time is that of the process itself and of the kernel for it, not of its children', () => {
  const fields = REST.split(' ');
  fields.splice(10, 4, '250', '50', '9000', '9000');
  expect(parseLinuxStat(`5463 (cat) S ${fields.join(' ')}`)?.cpuTicks).toBe(300);
});

test('the resident memory is read in bytes, and a process of the kernel has none', () => {
  expect(residentBytes('VmPeak:\t    9000 kB\nVmRSS:\t    1424 kB\nThreads:\t1\n')).toBe(1_458_176);
  expect(residentBytes('Name:\tkthreadd\n')).toBe(0);
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
