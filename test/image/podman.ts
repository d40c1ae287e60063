import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCommand } from '#src/adapters/command.ts';
import { expectExit } from '#src/adapters/expectExit.ts';

// Programs, in Debian packages of the same names.
const NEEDED = ['podman', 'runc', 'podman-compose', 'debootstrap', 'redis-server'];

/** What the tests of images keep between runs: a Podman's storage with the images, and nothing of the machine's own. */
export const STORE = '/var/tmp/nightguard-lab/images';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[network]
network_backend = "netavark"
network_config_dir = "${STORE}/networks"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "${STORE}/tmp"
`;
const STORAGE_CONF = `[storage]
driver = "overlay"
graphroot = "${STORE}/root"
runroot = "${STORE}/run"
`;
const command = createCommand();

/** The environment of programs that are to use the tests' own Podman. */
export const PODMAN_ENV = {
  CONTAINERS_CONF: join(STORE, 'containers.conf'),
  CONTAINERS_STORAGE_CONF: join(STORE, 'storage.conf'),
};

/** Why images cannot be built and run here; undefined when they can. */
export function whyNoImages(): string | undefined {
  if (process.platform !== 'linux') return 'skipped without Linux';
  if (process.getuid?.() !== 0) return 'skipped without root';
  const missing = NEEDED.filter((program) => !isInPath(program));
  return missing.length > 0 ? `skipped without ${missing[0]}: apt-get install ${missing.join(' ')}` : undefined;
}

/** Writes what the tests' own Podman is to keep to. */
export async function preparePodman(): Promise<void> {
  await mkdir(STORE, { recursive: true, mode: 0o700 });
  await writeFile(PODMAN_ENV.CONTAINERS_CONF, CONTAINERS_CONF);
  await writeFile(PODMAN_ENV.CONTAINERS_STORAGE_CONF, STORAGE_CONF);
}

/** Runs a program in the repository's folder with that Podman, to its end, and answers what it wrote; throws when it fails. */
export async function run(
  file: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  timeoutMs = 240_000,
): Promise<string> {
  const options = { timeoutMs, cwd: ROOT, env: { ...PODMAN_ENV, ...env } };
  const result = await command.run(file, argv, options, AbortSignal.timeout(timeoutMs + 5_000));
  return expectExit(file, result, timeoutMs).stdout;
}

function isInPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
