import { accessSync, closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '#src/kit/problem.ts';

/** Longest policy file, in bytes: some hundred rules, and even hostile YAML of that size is read in about a second. */
export const MAX_BYTES = 16 * 1024;
const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;

/** A file that was found to be out of the agent's hands. */
export interface Guarded {
  /** Changes whenever the file was changed or replaced. */
  stamp: string;
  read(): string;
}

/**
 * Opens a file that the user `uid` must not be able to change, for as long as `look` takes: a regular file, it and every folder
 * above it of another owner, writable for nobody but that owner, no links on the way. An agent that is root itself can change
 * everything; then only the modes are looked at. Throws Problem `policy` with the command that mends it.
 */
export function withGuarded<T>(file: string, uid: number, look: (guarded: Guarded) => T): T {
  for (const folder of foldersAbove(file)) checkFolder(folder, uid);
  const handle = openPlain(file);
  try {
    const found = fstatSync(handle, { bigint: true });
    if (!found.isFile()) throw wrong(`${file} is not a regular file. Put the rules into one`);
    checkOwner(file, Number(found.uid), uid);
    if ((Number(found.mode) & OTHERS_MAY_WRITE) !== 0)
      throw wrong(`${file} can be written by others than its owner. Run: chmod go-w ${file}`);
    if (uid !== 0 && mayWrite(file)) throw wrong(`${file} can be written by the agent's user. Run: chown root ${file}`);
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    if (size > MAX_BYTES) throw wrong(`${file} has ${size} bytes, and ${MAX_BYTES} are allowed. Shorten it`);
    return look({ stamp: [dev, ino, size, mtimeNs, ctimeNs].join(' '), read: () => readWhole(file, handle) });
  } finally {
    closeSync(handle);
  }
}

/** Whether this process can write at a path. */
export function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The user that this process acts as. */
export function ownUser(): number {
  return process.geteuid?.() ?? -1;
}

/** From the root downwards: what is checked first cannot be swapped while what is below it is looked at. */
function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [...foldersAbove(folder), folder];
}

function checkFolder(folder: string, uid: number): void {
  const found = attempt(folder, () => lstatSync(folder));
  if (found.isSymbolicLink())
    throw wrong(`${folder} is a link. Write the path without links in node.policyFile (see: realpath ${folder})`);
  if (!found.isDirectory()) throw wrong(`${folder} is no folder. Correct node.policyFile`);
  checkOwner(folder, found.uid, uid);
  // In a sticky folder, such as /tmp, nobody can move away what belongs to somebody else.
  if ((found.mode & OTHERS_MAY_WRITE) !== 0 && (found.mode & STICKY) === 0)
    throw wrong(`${folder} can be written by others than its owner. Run: chmod go-w ${folder}`);
}

function checkOwner(path: string, owner: number, uid: number): void {
  if (owner === uid && uid !== 0) throw wrong(`${path} belongs to the agent's own user. Run: chown root ${path}`);
}

function openPlain(file: string): number {
  // Without O_NONBLOCK a pipe in its place would hold the agent up for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  return attempt(file, () => openSync(file, flags));
}

function readWhole(file: string, handle: number): string {
  const bytes = Buffer.alloc(MAX_BYTES + 1);
  const length = attempt(file, () => readSync(handle, bytes, 0, bytes.length, 0));
  if (length > MAX_BYTES) throw wrong(`${file} grew over ${MAX_BYTES} bytes. Shorten it`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
  } catch (cause) {
    throw wrong(`${file} is not UTF-8 text. Save it as such`, cause);
  }
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw wrong(`${path} ${MENDS[code] ?? `cannot be read (${code}). Look at it`}`, cause);
  }
}

const MENDS: Record<string, string> = {
  ENOENT: 'is not there. Write it as root, or correct node.policyFile',
  ENOTDIR: 'is not there: something above it is no folder. Correct node.policyFile',
  EACCES: "cannot be read by the agent's user. Run, as root, chmod a+r on it and chmod a+x on the folders above it",
  ELOOP: 'is a link. Put the file itself there, or its real path into node.policyFile',
};

function wrong(sentence: string, cause?: unknown): Problem {
  return new Problem('policy', `${sentence}.`, { cause });
}
