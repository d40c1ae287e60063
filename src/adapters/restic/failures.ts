import { Problem } from '#src/kit/problem.ts';
import { clip, sanitise, tail } from '#src/kit/text.ts';
import type { CommandResult } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import { believe } from './doubt.ts';
import { ExitError, parseLine } from './lines.ts';

/** What a run of restic came to; everything that is not named here is a failure. */
export type Ending = 'done' | 'incomplete';

type Kind =
  | 'password'
  | 'refused'
  | 'unreadable'
  | 'no-repository'
  | 'locked'
  | 'full'
  | 'unreachable'
  | 'damaged'
  | 'no-data'
  | 'cancelled';

/** Exit codes that say the kind by themselves. */
const BY_CODE: Readonly<Record<number, Kind>> = { 10: 'no-repository', 11: 'locked', 12: 'password', 130: 'cancelled' };

const REFUSED =
  /\b40[13] (?:unauthorized|forbidden)|access ?denied|signaturedoesnotmatch|invalidaccesskeyid|permission denied \(|unable to open config file.*permission denied/i;

/** What older versions say only in words, and with which. The first that fits counts: a destination that is away is also asked whether there is a repository, and one that is full cannot be locked. */
const BY_WORDS: readonly [RegExp, Kind][] = [
  [/wrong password or no key found/i, 'password'],
  [REFUSED, 'refused'],
  [/no space left on device|disk quota exceeded|insufficient storage/i, 'full'],
  [
    /connection refused|no route to host|i\/o timeout|connection timed out|no such host|connection reset|could not resolve|network is unreachable|host key verification failed|unable to start the sftp session/i,
    'unreachable',
  ],
  [/repository is already locked/i, 'locked'],
  [
    /all (?:target|source) (?:directories\/)?files? do(?:es)? not exist|all (?:target|source) directories\/files do not exist/i,
    'no-data',
  ],
  [/is there a repository at the following location|repository does not exist|no such bucket/i, 'no-repository'],
  [
    /ciphertext verification failed|hash mismatch|invalid data returned|repository contains errors|does not match id|pack .* (?:missing|not referenced)|error loading (?:index|snapshot|tree)|not found in (?:index|repository)|unexpected eof|id .* not found/i,
    'damaged',
  ],
];

/** restic may end before it has passed on what ssh said of it. */
const SILENT_SSH = /unable to start the sftp session/i;

/** How restic was run. */
interface How {
  timeoutMs: number;
  /** It wrote to this machine. */
  writesHere?: boolean | undefined;
  /** The repository is not in a folder of this machine. */
  isFar?: boolean;
  /** It looked for damage: what it fails for without another reason is damage. */
  isCheck?: boolean;
}

/** What became of a run of restic. Throws a Problem that names the destination and ends with what to do next. */
export function endingOf(
  result: CommandResult,
  where: string,
  { timeoutMs, writesHere = false, isFar = false, isCheck = false }: How,
): Ending {
  if (result.ended === 'exit' && result.exitCode === 0) return 'done';
  if (result.ended === 'exit' && result.exitCode === 3) return 'incomplete';
  if (result.ended !== 'exit') {
    expectExit('restic', result, timeoutMs);
    throw new Error('a program that did not exit came out well');
  }
  const said = `${result.stderr}\n${result.stdout}`;
  const first = BY_CODE[result.exitCode ?? 1] ?? BY_WORDS.find(([words]) => words.test(said))?.[1];
  const kind = believe(first, { said, last: lastLine(result.stderr), isFar, isCheck });
  const evidence = evidenceOf(result);
  if (kind === 'full' && writesHere && !/create lock/.test(said))
    throw new Problem(
      'no-space',
      'There is no space left on this machine for what is restored. Make room, then ask again.',
      evidence,
    );
  throw new Problem(codeOf(kind), sentenceOf(kind, where, result, isFar), evidence);
}

/** A repository that was given up: restic that is ended while it tries says that the password is wrong, or that there is none, so nothing is believed but that nobody was let in. */
export function awayProblem(result: CommandResult, where: string): Problem {
  const kind = REFUSED.test(result.stderr) ? 'refused' : 'unreachable';
  return new Problem(codeOf(kind), sentenceOf(kind, where, result, true), evidenceOf(result));
}

function evidenceOf({ stderr, stdout }: CommandResult): { evidence?: string } {
  const evidence = tail(sanitise(stderr || stdout), 2000);
  return evidence ? { evidence } : {};
}

/** The damage that a check has found; another check would say no more. */
export function asDamage(error: unknown, where: string): unknown {
  if (!(error instanceof Problem) || error.code !== 'backup-damaged') return error;
  const words = `The repository ${where} is damaged. Leave it as it is, make a new backup elsewhere, and see restic's troubleshooting page.`;
  return new Problem('backup-damaged', words, {
    cause: error,
    ...(error.evidence ? { evidence: error.evidence } : {}),
  });
}

function codeOf(kind: Kind | undefined): string {
  return kind === undefined ? 'restic' : `backup-${kind}`;
}

const OWNERS = 'Look at whom its files belong to, and at their rights';

function sentenceOf(
  kind: Kind | undefined,
  where: string,
  { exitCode, stderr }: CommandResult,
  isFar: boolean,
): string {
  switch (kind) {
    case 'password':
      return `The password does not open the repository ${where}. Look at node.backup.passwordFile.`;
    case 'refused':
      return isFar
        ? `The destination ${where} does not let this node in. Look at its credentials, and at the rights there.`
        : `The repository ${where} does not let this node open it, or write to it. ${OWNERS}.`;
    case 'unreadable':
      return `This node may not read all of the repository ${where}. ${isFar ? 'Look at its credentials, and at the rights there' : OWNERS}, then: /backup_check`;
    case 'no-repository':
      return `There is no repository at ${where}. Is it mounted? A first /backup makes one; where there was one before, add --new.`;
    case 'locked':
      return `The repository ${where} is locked${holder(stderr)}. Wait for it, or if nothing works on it: /backup_unlock`;
    case 'full':
      return `There is no space left at ${where}, or here. Make room, then try again; /backup_prune drops old backups.`;
    case 'unreachable':
      return SILENT_SSH.test(stderr) && !/subprocess ssh: /.test(stderr)
        ? `The repository ${where} cannot be reached: its sftp session did not start. Is it up, and does it let this node in? Try again.`
        : unreachableText(where);
    case 'damaged':
      return `The repository ${where} is damaged. Ask for /backup_check, and leave old backups as they are until you know more.`;
    case 'no-data':
      return 'Nothing of what the set names is there. Look at its paths.';
    case 'cancelled':
      return 'restic was cancelled. Ask again.';
    case undefined:
      return `restic failed at ${where} with exit code ${exitCode}: ${clip(lastLine(stderr), 160) || 'no reason given'}. Try again, then /backup_check`;
    default:
      return kind satisfies never;
  }
}

function unreachableText(where: string): string {
  return `The repository ${where} cannot be reached. Is it up, and is the network? Try again.`;
}

function holder(stderr: string): string {
  const [, pid, host = ''] = /locked(?: exclusively)? by PID (\d+) on (\S+)/.exec(stderr) ?? [];
  const [, age] = /lock was created at [^\n]*\(([^)\n]{1,40}) ago\)/.exec(stderr) ?? [];
  return pid ? ` by process ${pid} on ${clip(sanitise(host), 40)}${age ? ` for ${sanitise(age)}` : ''}` : '';
}

/** With --json newer versions say it as JSON. */
function lastLine(text: string): string {
  const last = text.trim().split('\n').at(-1) ?? '';
  return sanitise(parseLine(ExitError, last)?.message ?? last).trim();
}
