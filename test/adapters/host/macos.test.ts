import { describe, expect, test } from 'vitest';
import type { Command } from '#src/adapters/command.ts';
import { readMacos } from '#src/adapters/host/macos.ts';
import { parseSysctl } from '#src/adapters/host/sysctl.ts';
import { parseVmStat } from '#src/adapters/host/vmStat.ts';
import { patience } from '../temporary.ts';

// The form that vm_stat and sysctl print on Apple silicon, with the figures of a 16 GB laptop.
const VM_STAT = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                                3987.
Pages active:                            237283.
Pages inactive:                          234216.
Pages speculative:                         1875.
Pages throttled:                              0.
Pages wired down:                        139093.
Pages purgeable:                           2301.
"Translation faults":                 943719024.
Pages copy-on-write:                   39024423.
Pages zero filled:                    458712367.
Pages reactivated:                    107836254.
Pages purged:                           9873643.
File-backed pages:                       152037.
Anonymous pages:                         321337.
Pages stored in compressor:              793427.
Pages occupied by compressor:            390215.
Decompressions:                       118390735.
Compressions:                         139417022.
Pageins:                               21947121.
Pageouts:                                443421.
Swapins:                                7463182.
Swapouts:                               8139482.
`;
const SYSCTL = `total = 3072.00M  used = 1154.25M  free = 1917.75M  (encrypted)
17179869184
`;
const USED = (321337 - 2301 + 139093 + 390215) * 16384;

describe('vm_stat', () => {
  test('gives apps, wired and compressed memory', () => {
    expect(parseVmStat(VM_STAT)).toBe(USED);
  });

  test('of an unknown form is refused', () => {
    expect(() => parseVmStat('')).toThrow('page size');
    expect(() => parseVmStat(VM_STAT.replace(/Anonymous.*\n/, ''))).toThrow('"Anonymous pages"');
  });
});

describe('sysctl', () => {
  test('gives memory size and swap', () => {
    const megabyte = 1024 ** 2;
    expect(parseSysctl(SYSCTL)).toEqual({
      totalBytes: 17179869184,
      swap: { totalBytes: 3072 * megabyte, usedBytes: Math.round(1154.25 * megabyte) },
    });
  });

  test('gives no swap as zero, and understands a decimal comma', () => {
    expect(parseSysctl('total = 0.00M  used = 0.00M  free = 0.00M\n17179869184').swap).toEqual({
      totalBytes: 0,
      usedBytes: 0,
    });
    expect(parseSysctl('total = 1,50G  used = 0,00M  free = 1,50G\n17179869184').swap.totalBytes).toBe(1.5 * 1024 ** 3);
  });

  test('of an unknown form is refused', () => {
    expect(() => parseSysctl('17179869184')).toThrow('vm.swapusage');
    expect(() => parseSysctl('')).toThrow('hw.memsize');
  });
});

test('both programs are asked by their full paths', async () => {
  const asked: string[][] = [];
  const command: Command = {
    async run(file, argv) {
      asked.push([file, ...argv]);
      const stdout = file.endsWith('vm_stat') ? VM_STAT : SYSCTL;
      return { ended: 'exit', exitCode: 0, stdout, stderr: '', reason: undefined };
    },
  };
  const { memory } = await readMacos(command, patience());
  expect(memory).toEqual({ usedBytes: USED, totalBytes: 17179869184 });
  expect(asked).toEqual([['/usr/bin/vm_stat'], ['/usr/sbin/sysctl', '-n', 'vm.swapusage', 'hw.memsize']]);
});
