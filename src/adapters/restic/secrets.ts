import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';

/** What a file of credentials may set: restic's storage, and never restic itself. */
const ALLOWED = /^(?:AWS|RESTIC_REST|B2|AZURE|GOOGLE|OS|ST)_[A-Z0-9_]+$/;

/** Throws Problem `secret-file` unless the file is there and nobody but its owner (this user or root) can read it. */
export async function refuseOpenFile(path: string): Promise<void> {
  const file = await openSecret(path);
  await file.close();
}

/** The variables in a file of credentials. Throws Problem `secret-file`, which never quotes what is in it. */
export async function readCredentials(path: string): Promise<Record<string, string>> {
  const file = await openSecret(path);
  try {
    const lines = (await file.readFile('utf8')).split(/\r?\n/).map((line) => line.trim());
    const wanted = lines.map((line, index) => ({ line, number: index + 1 })).filter(({ line }) => /^[^#]/.test(line));
    return Object.fromEntries(wanted.map(({ line, number }) => pairOf(path, line, number)));
  } finally {
    await file.close();
  }
}

function pairOf(path: string, line: string, number: number): [string, string] {
  const equals = line.indexOf('=');
  const name = line.slice(0, Math.max(equals, 0));
  if (ALLOWED.test(name)) return [name, line.slice(equals + 1)];
  throw new Problem(
    'secret-file',
    `Line ${number} of ${path} is not a credential: write NAME=value, such as AWS_ACCESS_KEY_ID=.`,
  );
}

/** Whether its folder keeps others out, whatever its mode says: systemd gives a credential to a user by a rule that looks like a group's, podman a secret to all of its container. */
function isGuarded(path: string): boolean {
  if (/\/\.\.?\//.test(path)) return false;
  return path.startsWith('/run/credentials/') || (path.startsWith('/run/secrets/') && existsSync('/run/.containerenv'));
}

async function openSecret(path: string): Promise<FileHandle> {
  const file = await open(path, 'r').catch((cause) => {
    throw new Problem('secret-file', `${path} cannot be read. Make it for this user, then: chmod 600 ${path}`, {
      cause,
    });
  });
  const { mode, uid } = await file.stat();
  const ours = uid === 0 || uid === process.getuid?.();
  if (ours && (mode & (isGuarded(path) ? 0o022 : 0o077)) === 0) return file;
  await file.close();
  throw new Problem(
    'secret-file',
    `${path} can be read by others. Run: chmod 600 ${path}${ours ? '' : ', and make it your own'}`,
  );
}
