import { chown, copyFile, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MIRROR } from '../fixtures/mirror.ts';
import { run, STORE } from './podman.ts';

/** The image that the Dockerfile begins with, and that of the ledger in the compose file. */
export const NODE_IMAGE = 'docker.io/library/node:24-bookworm-slim';
export const REDIS_IMAGE = 'docker.io/library/redis:7.2-bookworm';

const PATH = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
// Counted up when what is made below changes.
const MADE = `nightguard.lab=1-${process.version}`;
const REDIS_UID = 999;

/** Makes both images where no run before has: from Debian's mirror (about a minute) and from this machine's own programs, as no registry can be reached. */
export async function provideBases(): Promise<void> {
  for (const [image, make] of [
    [NODE_IMAGE, makeNode],
    [REDIS_IMAGE, makeRedis],
  ] as const) {
    const found = await run('podman', [
      'images',
      '--quiet',
      '--filter',
      `label=${MADE}`,
      '--filter',
      `reference=${image}`,
    ]);
    if (found.trim() === '') await inFolder((folder) => make(folder, image));
  }
}

/** A small Debian with Node. */
async function makeNode(folder: string, image: string): Promise<void> {
  await run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', folder, MIRROR]);
  await copyFile(process.execPath, join(folder, 'usr/local/bin/node'));
  await importImage(folder, image, [PATH]);
}

/** Debian's Redis with the libraries that it asks for, and a shell for the health check; as the official image, it runs as user 999. */
async function makeRedis(folder: string, image: string): Promise<void> {
  await Promise.all(['bin', 'data', 'tmp', 'etc'].map((name) => mkdir(join(folder, name))));
  const programs = ['/bin/sh', '/bin/grep', '/usr/bin/redis-server', '/usr/bin/redis-cli'];
  const listed = await Promise.all(programs.map((program) => run('ldd', [program])));
  const libraries = listed.join('').match(/\/\S+\.so\S*/g) ?? [];
  for (const file of new Set([...programs, ...libraries])) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await copyFile(await realpath(file), join(folder, file)).catch(() => {});
  }
  for (const name of ['redis-server', 'redis-cli']) await symlink(`/usr/bin/${name}`, join(folder, 'bin', name));
  await chown(join(folder, 'data'), REDIS_UID, REDIS_UID);
  await importImage(folder, image, [PATH, 'VOLUME /data', 'WORKDIR /data']);
}

async function importImage(folder: string, image: string, changes: string[]): Promise<void> {
  const archive = `${folder}.tar`;
  try {
    const outside = ['proc', 'sys', 'dev'].map((name) => `--exclude=./${name}/*`);
    await run('tar', ['-C', folder, ...outside, '-cf', archive, '.']);
    const options = [...changes, `LABEL ${MADE}`].flatMap((change) => ['--change', change]);
    await run('podman', ['import', '--quiet', ...options, archive, image]);
  } finally {
    await rm(archive, { force: true });
  }
}

async function inFolder(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(STORE, 'build-'));
  try {
    await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
