import { expect, test } from 'vitest';
import { parseMeminfo } from '#src/adapters/host/meminfo.ts';

// Lines as Linux 6 writes them, with the figures of a 1 GB machine.
const CAPTURED = `MemTotal:         992932 kB
MemFree:           73716 kB
MemAvailable:     509840 kB
Buffers:           25344 kB
Cached:           515596 kB
SwapCached:          912 kB
Active:           383880 kB
SwapTotal:        524284 kB
SwapFree:         499196 kB
Dirty:               104 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
`;

test('memory in use is what is not available, swap what is not free', () => {
  expect(parseMeminfo(CAPTURED)).toEqual({
    memory: { usedBytes: (992932 - 509840) * 1024, totalBytes: 992932 * 1024 },
    swap: { usedBytes: (524284 - 499196) * 1024, totalBytes: 524284 * 1024 },
  });
});

test('a kernel that does not tell is named, not guessed', () => {
  expect(() => parseMeminfo(CAPTURED.replace(/MemAvailable.*\n/, ''))).toThrow('does not tell MemAvailable');
});
