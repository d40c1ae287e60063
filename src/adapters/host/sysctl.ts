import { Problem } from '#src/kit/problem.ts';

const UNITS: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Memory size and swap from `sysctl -n vm.swapusage hw.memsize`. */
export function parseSysctl(text: string): { totalBytes: number; swap: { usedBytes: number; totalBytes: number } } {
  const totalBytes = Number(/^(\d+)$/m.exec(text)?.[1]);
  if (!totalBytes) throw new Problem('host', 'sysctl does not tell hw.memsize; this macOS is not understood.');
  return { totalBytes, swap: { totalBytes: amount(text, 'total'), usedBytes: amount(text, 'used') } };
}

function amount(text: string, name: string): number {
  const [, figure, letter] = new RegExp(`${name} = ([\\d.,]+)([KMGT])`).exec(text) ?? [];
  const unit = UNITS[letter ?? ''];
  if (!figure || !unit)
    throw new Problem('host', `sysctl does not tell the ${name} of vm.swapusage; this macOS is not understood.`);
  return Math.round(Number(figure.replace(',', '.')) * unit);
}
