import type { Follow } from '#src/operation/backups.ts';

/** Tells what `check` and `prune` print of what they are at, and how far. */
export function phases(follow: Follow | undefined): { onLine?: (line: string) => void } {
  if (!follow) return {};
  let at = '';
  return {
    onLine(line) {
      const [, percent] = /^\[[\d:]+\]\s+([\d.]+)%/.exec(line) ?? [];
      if (percent === undefined && !/^[a-z][a-z0-9 ,.%-]{1,60}$/.test(line)) return;
      if (percent === undefined) at = line.replace(/\.+$/, '');
      follow({ at, percent: percent === undefined ? undefined : Math.floor(Number(percent)) });
    },
  };
}
