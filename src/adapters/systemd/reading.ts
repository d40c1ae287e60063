import { z } from 'zod';

// What systemd prints for "not set" and "without limit".
const UNSET = /^(?:|\[not set\]|infinity|18446744073709551615)$/;
const MICROSECONDS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6, d: 86_400e6 };

const text = z.string().default('');
const amount = z.string().default('').transform(toAmount);
const span = z.string().default('').transform(toMicroseconds);

/** A unit as `systemctl show` prints it, by systemd's own names; what a kind of unit does not have is empty or undefined. */
export const Reading = z.object({
  Id: z.string(),
  Description: text,
  LoadState: z.string(),
  LoadError: text,
  FragmentPath: text,
  UnitFileState: text,
  ActiveState: z.string(),
  SubState: text,
  ConditionResult: text,
  Result: text,
  /** 1: it ended by itself, 2: by a signal, 3: by a signal, with a core dump. */
  ExecMainCode: amount,
  /** The exit code, or the number of the signal. */
  ExecMainStatus: amount,
  MainPID: amount,
  InvocationID: text,
  Restart: text,
  NRestarts: amount,
  StateChangeTimestampMonotonic: amount,
  ActiveEnterTimestampMonotonic: amount,
  InactiveEnterTimestampMonotonic: amount,
  MemoryCurrent: amount,
  CPUUsageNSec: amount,
  TasksCurrent: amount,
  MemoryMin: amount,
  MemoryLow: amount,
  MemoryHigh: amount,
  MemoryMax: amount,
  MemorySwapMax: amount,
  /** Microseconds of CPU in each second. */
  CPUQuotaPerSecUSec: span,
  TasksMax: amount,
});
export type Reading = z.infer<typeof Reading>;

/** The argument that makes `systemctl show` print what a reading needs, and no more. */
export const PROPERTIES = `--property=${Object.keys(Reading.shape).join(',')}`;

/** The units in what `systemctl show` printed, in the order they were asked for. Throws when it is of another form. */
export function parseReadings(stdout: string): Reading[] {
  const blocks = stdout.trim().split(/\n{2,}/);
  return blocks.filter(Boolean).map((block) => Reading.parse(Object.fromEntries(block.split('\n').map(pairOf))));
}

function pairOf(line: string): [string, string] {
  const equals = line.indexOf('=');
  return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
}

function toAmount(printed: string): number | undefined {
  return UNSET.test(printed) || !/^\d+$/.test(printed) ? undefined : Number(printed);
}

function toMicroseconds(printed: string): number | undefined {
  if (UNSET.test(printed)) return undefined;
  const parts = [...printed.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)];
  return parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (MICROSECONDS[unit] ?? Number.NaN), 0);
}
