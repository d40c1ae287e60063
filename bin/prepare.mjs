// Runs before every script that a newcomer may run first: brings the npm packages (and with them Node 24),
// and with --lab the Debian packages that tests of real parts need. Plain JS with no dependency, for any Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const MARK = join(MODULES, '.prepared');

/** Debian packages of the tests' real parts: the file that shows that one is there, and what it is for. */
const LAB = [
  { name: 'chromium', shows: '/usr/bin/chromium', what: 'the sandbox page in a real browser' },
  { name: 'restic', shows: '/usr/bin/restic', what: 'backups' },
  { name: 'openssh-sftp-server', shows: '/usr/lib/openssh/sftp-server', what: 'backups to another machine' },
  { name: 'strace', shows: '/usr/bin/strace', what: 'which programs a node starts' },
  { name: 'redis-server', shows: '/usr/bin/redis-server', what: 'the ledger on Redis' },
  { name: 'valkey-server', shows: '/usr/bin/valkey-server', what: 'the ledger on Valkey', backported: true },
  { name: 'openssl', shows: '/usr/bin/openssl', what: 'Redis with TLS' },
  { name: 'podman', shows: '/usr/bin/podman', what: 'containers' },
  { name: 'runc', shows: '/usr/sbin/runc', what: 'containers' },
  { name: 'netavark', shows: '/usr/lib/podman/netavark', what: 'the compose file' },
  { name: 'aardvark-dns', shows: '/usr/lib/podman/aardvark-dns', what: 'the compose file' },
  { name: 'podman-compose', shows: '/usr/bin/podman-compose', what: 'the compose file' },
  { name: 'busybox-static', shows: '/bin/busybox', what: 'containers' },
  { name: 'debootstrap', shows: '/usr/sbin/debootstrap', what: 'machines with systemd' },
  { name: 'dnsmasq-base', shows: '/usr/sbin/dnsmasq', what: 'machines with systemd' },
  { name: 'squashfs-tools', shows: '/usr/bin/mksquashfs', what: 'machines with systemd' },
  { name: 'incus-base', shows: '/usr/libexec/incus/incusd', what: 'machines with systemd', backported: true },
  { name: 'incus-client', shows: '/usr/bin/incus', what: 'machines with systemd', backported: true },
];
/** Where apt finds what Debian 12 has only as backports. */
const BACKPORTS = '/etc/apt/sources.list.d/nightguard-backports.sources';

checkNode();
installModules();
if (process.argv.includes('--lab')) installLab();

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!fits)
    fail(
      `Nightguard needs Node 20.19, 22.12 or newer to install itself; this is ${process.version}. See https://nodejs.org`,
    );
}

function installModules() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === wanted) return;
  say('Installing npm packages (once) ...');
  run('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']);
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 24 && !existsSync(join(MODULES, '.bin', 'node')))
    fail(`Node 24 could not be brought along on this machine. Install Node 24 yourself: https://nodejs.org`);
  writeFileSync(MARK, wanted);
}

function installLab() {
  const missing = LAB.filter(({ shows }) => !existsSync(shows));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  const byReason = Map.groupBy ? Map.groupBy(missing, ({ what }) => what) : new Map([['tests', missing]]);
  const reasons = [...byReason].map(([what, all]) => `${all.map(({ name }) => name).join(' ')} (${what})`).join(', ');
  if (process.env.NIGHTGUARD_LAB === '0') return say(`NIGHTGUARD_LAB=0: tests are skipped that need ${reasons}.`);
  if (!existsSync('/etc/debian_version')) return say(`Tests are skipped that need ${reasons}.`);
  if (process.getuid?.() !== 0) return say(`Tests are skipped that need ${reasons}. To run them: sudo ${command}`);
  say(
    `Installing Debian packages for the tests (once; no service is started; NIGHTGUARD_LAB=0 turns this off): ${reasons}`,
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  if (missing.some(({ backported }) => backported)) addBackports();
  const quiet = ['-qq', '-o=Dpkg::Use-Pty=0'];
  spawnSync('apt-get', [...quiet, 'update'], { stdio: 'inherit', env });
  const { status } = spawnSync('apt-get', [...quiet, ...command.split(' ').slice(1)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  if (status !== 0) say(`That did not work; the tests that need them are skipped. By hand: ${command}`);
}

/** Debian 12 has Incus as a backport, on the same mirror; later releases have it as their own. */
function addBackports() {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const sources = aptSources();
  if (codename !== 'bookworm' || sources.includes(`${codename}-backports`)) return;
  const mirror = /^(?:URIs: *|deb (?:\[[^\]]*\] )?)(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(sources)?.[1];
  if (!mirror) return say('No Debian mirror is known to apt, so its backports cannot be added.');
  say(`Adding Debian's backports to apt (${BACKPORTS}).`);
  const key = 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(BACKPORTS, `Types: deb\nURIs: ${mirror}\nSuites: ${codename}-backports\nComponents: main\n${key}\n`);
}

/** All that apt's lists of sources say, one after the other. */
function aptSources() {
  const folder = '/etc/apt/sources.list.d';
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.(list|sources)$/.test(file)) : [];
  const paths = ['/etc/apt/sources.list', ...files.map((file) => join(folder, file))];
  return paths.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')).join('\n');
}

function run(program, argv) {
  const { status, error } = spawnSync(program, argv, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`${program} ${argv[0]} did not work${error ? `: ${error.message}` : ''}.`);
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}
