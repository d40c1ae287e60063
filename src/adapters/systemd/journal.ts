import { Problem } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import type { LogQuery } from '#src/operation/tools.ts';
import type { Command, CommandResult } from '../command.ts';
import type { Scope } from './refusal.ts';
import { lastWords, refusalOf } from './refusal.ts';
import { environmentOf } from './systemctl.ts';

const READ_MS = 20_000;
const MOST_LINES = 20_000;
const MOST_BYTES = 16_000_000;
const LONGEST_LINE = 4000;

// What journalctl says itself: `-- No entries --`, `-- Boot 1f… --`.
const REMARK = /^-- .* --$/;
const NOT_ALLOWED = /insufficient permissions|not seeing messages from other users/;

/** The journal of units, read through journalctl. */
export interface Journal {
  /** The newest lines last. What is picked by `grep` is searched for in the last 20 000 lines. */
  read(unit: string, query: LogQuery, signal: AbortSignal): Promise<string>;
}

/** Makes the journal of the system's units, or of the user's own. */
export function createJournal({ command, scope }: { command: Command; scope: Scope }): Journal {
  const env = environmentOf(scope);
  return {
    async read(unit, { lines, sinceMs, grep }, signal) {
      const window = grep === undefined ? Math.min(lines, MOST_LINES) : MOST_LINES;
      const read = await newest(unit, window, sinceMs, signal);
      const found = grep === undefined ? read.lines : read.lines.filter((line) => line.includes(grep));
      const shown = found.slice(-lines).map((line) => clip(line, LONGEST_LINE));
      if (read.lines.length >= read.window && shown.length < lines)
        shown.unshift(`[only the last ${read.window} lines were searched]`);
      return shown.join('\n');
    },
  };

  // A journal of very long lines is read in fewer lines, since the oldest would come first and fill the bound.
  async function newest(unit: string, window: number, sinceMs: number | undefined, signal: AbortSignal) {
    for (let lines = window; ; lines = Math.ceil(lines / 4)) {
      const result = await run(argvOf(unit, lines, sinceMs), signal);
      if (result.ended !== 'overflow' || lines <= 1) return { lines: linesOf(result, unit), window: lines };
    }
  }

  function argvOf(unit: string, lines: number, sinceMs: number | undefined): string[] {
    const format = ['--no-pager', '--no-hostname', '--all', '--output=short-iso'];
    const since = sinceMs === undefined ? [] : [`--since=-${Math.ceil(sinceMs)}ms`];
    return [...format, `--lines=${lines}`, ...since, `${scope.user ? '--user-unit' : '--unit'}=${unit}`];
  }

  async function run(argv: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    signal.throwIfAborted();
    const options = { timeoutMs: READ_MS, maxBytes: MOST_BYTES, env };
    const result = await command.run('journalctl', argv, options, signal);
    signal.throwIfAborted();
    if (result.ended === 'overflow') return result;
    const refusal = refusalOf(result, READ_MS, scope);
    if (refusal) throw refusal;
    return result;
  }

  function linesOf(result: CommandResult, unit: string): string[] {
    const lines = result.stdout.split('\n').filter((line) => line !== '' && !REMARK.test(line));
    if (lines.length > 0) return lines;
    if (NOT_ALLOWED.test(result.stderr)) throw notAllowed(unit, scope.uid);
    if (result.exitCode === 0 || result.ended === 'overflow') return [];
    throw new Problem('engine', `journalctl failed: ${lastWords(result)} Ask again.`);
  }
}

function notAllowed(unit: string, uid: number | undefined): Problem {
  return new Problem(
    'engine',
    `This agent's user (number ${uid}) may not read the journal of ${unit}. Add it to the group systemd-journal and start the agent again.`,
  );
}
