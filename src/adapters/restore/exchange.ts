import type { Command } from '../command.ts';

const EXCHANGE_MS = 30_000;
/** The number of renameat2 on Linux, by the names that Node has for processors: man 2 syscalls. */
const RENAMEAT2: Partial<Record<NodeJS.Architecture, number>> = { x64: 316, arm64: 276 };
/** renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE), unless who asked for it is gone: man 2 renameat2. */
const PROGRAM = 'exit(getppid() == $ARGV[3] && syscall($ARGV[0] + 0, -100, $ARGV[1], -100, $ARGV[2], 2) == 0 ? 0 : 1)';
/** One that came too late would exchange what the next life of its agent has put in place. */
const TETHER = ['--pdeathsig', 'KILL', '--'];

/** Lets two names change places in one step that no kill can cut in two. It may do nothing: see what stands there after it. */
export type Exchange = (one: string, other: string) => Promise<void>;

/** Exchanges by perl, which every Debian has, since Node cannot make that system call; elsewhere it does nothing. */
export function createExchange(command: Command): Exchange {
  const number = process.platform === 'linux' ? RENAMEAT2[process.arch] : undefined;
  return async (one, other) => {
    if (number === undefined) return;
    const perl = ['perl', '-e', PROGRAM, String(number), one, other, String(process.pid)];
    await command.run('setpriv', [...TETHER, ...perl], { timeoutMs: EXCHANGE_MS }, new AbortController().signal);
  };
}
