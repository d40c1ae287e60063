import type { BigIntStats } from 'node:fs';
import { lstatSync } from 'node:fs';
import { Problem } from '#src/kit/problem.ts';
import { clip, sanitise } from '#src/kit/text.ts';
import type { NodeLine } from '../restic/lines.ts';
import { isInside } from '../tree/realPath.ts';
import { kindOf, walk } from '../tree/tree.ts';

/** Compares what was restored with what the repository says, one root at a time. */
export interface Comparison {
  /** One thing of the snapshot; those outside the root are left out. */
  take(node: NodeLine): void;
  /** Throws Problem `restore-differs` unless all was there, as it should be, and nothing else. */
  end(signal: AbortSignal): Promise<void>;
}

/** Go's bits for modes that Unix has elsewhere. */
const GO_BITS: readonly [number, number][] = [
  [0x800000, 0o4000],
  [0x400000, 0o2000],
  [0x100000, 0o1000],
];
/** Names that are not text come with this in their place, and are only counted. */
export const BROKEN = '\ufffd';

/** A comparison of the tree that `root` of a snapshot was restored to. Contents are not looked at: restic has compared those. No snapshot has the root `/` itself. */
export function createComparison(root: string, restored: string): Comparison {
  const owners = process.getuid?.() === 0;
  const wrong: string[] = [];
  let expected = 0;

  return {
    take(node) {
      // A socket is made by who listens on it; restic does not.
      if (!isInside(node.path, root) || node.type === 'socket') return;
      expected += 1;
      if (node.path.includes(BROKEN) || wrong.length > 20) return;
      const at = `${restored}${root === '/' ? node.path : node.path.slice(root.length)}`;
      const difference = differenceOf(node, lstatSync(at, { bigint: true, throwIfNoEntry: false }), owners);
      if (difference) wrong.push(`${node.path}: ${difference}`);
    },
    async end(signal) {
      if (expected === 0)
        throw new Problem('restore-path', `${root} is not in that backup. Choose another backup or path: /backups`);
      let found = 0;
      for await (const { path } of walk(restored, signal)) if (root !== '/' || path.length > 0) found += 1;
      if (found !== expected) wrong.push(`${expected} things should be there, ${found} are`);
      if (wrong.length === 0) return;
      throw new Problem(
        'restore-differs',
        'What was restored is not what is in the backup. Nothing was put in place. Ask for /backup_check',
        { evidence: clip(sanitise(wrong.join('\n')), 2000) },
      );
    },
  };
}

/** In what a thing on disk is not as a snapshot has it, in words; its content is not looked at. */
export function differenceOf(node: NodeLine, stats: BigIntStats | undefined, owners: boolean): string | undefined {
  if (!stats) return 'missing';
  const kind = kindOf(stats);
  const special = kind === 'other' && !['file', 'dir', 'symlink'].includes(node.type);
  if (kind !== node.type && !special) return `it is a ${kind}, not a ${node.type}`;
  if (kind === 'file' && stats.size !== BigInt(node.size ?? 0)) return `${stats.size} bytes, not ${node.size ?? 0}`;
  if (owners && (stats.uid !== BigInt(node.uid ?? 0) || stats.gid !== BigInt(node.gid ?? 0)))
    return `its owner is ${stats.uid}:${stats.gid}, not ${node.uid}:${node.gid}`;
  if (kind === 'symlink') return undefined;
  const mode = Number(stats.mode & 0o7777n);
  if (node.mode !== undefined && mode !== unixMode(node.mode))
    return `mode ${mode.toString(8)}, not ${unixMode(node.mode).toString(8)}`;
  return node.mtime !== undefined && stats.mtimeNs !== nanoseconds(node.mtime) ? 'another time of change' : undefined;
}

function unixMode(mode: number): number {
  return GO_BITS.reduce((sum, [go, unix]) => sum | (mode & go ? unix : 0), mode & 0o777);
}

/** Nanoseconds since 1970 of a time with up to nine digits behind the second. */
function nanoseconds(time: string): bigint {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  const seconds = BigInt(Math.floor(Date.parse(time.replace(/\.\d+/, '')) / 1000));
  return seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
