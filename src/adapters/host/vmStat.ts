import { Problem } from '#src/kit/problem.ts';

/** Bytes of memory in use from `vm_stat`, counted as Activity Monitor does: apps (without what they let go), wired, compressed. */
export function parseVmStat(text: string): number {
  const pageSize = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  if (!pageSize) throw new Problem('host', 'vm_stat does not tell its page size; this macOS is not understood.');
  const apps = pages(text, 'Anonymous pages') - pages(text, 'Pages purgeable');
  return (apps + pages(text, 'Pages wired down') + pages(text, 'Pages occupied by compressor')) * pageSize;
}

function pages(text: string, name: string): number {
  const count = new RegExp(`^${name}:\\s+(\\d+)\\.?$`, 'm').exec(text)?.[1];
  if (count === undefined) throw new Problem('host', `vm_stat does not tell "${name}"; this macOS is not understood.`);
  return Number(count);
}
