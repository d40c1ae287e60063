import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import type { Instance } from '../fixtures/incus/instance.ts';
import { openIncus } from '../fixtures/incus.ts';
import { launchPodman } from '../fixtures/podman.ts';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const LOOK = '1s';
/** What runs in the container; it ends when it is told to. */
const SHOP = "trap 'exit 0' TERM; echo shop is open; httpd -f -p 8080 -h /www & wait";
/** The unit on the machine with systemd: it is up as long as nobody kills it. */
const UNIT = `[Unit]
Description=The shop
[Service]
ExecStart=/bin/sh -c 'echo shop is open; exec sleep 100000'
[Install]
WantedBy=multi-user.target
`;
const AGENT = `[Service]
Environment=NIGHTGUARD_STATE=/var/lib/nightguard NIGHTGUARD_LOG=info
EnvironmentFile=-/etc/nightguard.env
ExecStart=/usr/local/bin/node /opt/nightguard/bin/nightguard.mjs agent --json
KillMode=process
Restart=always
`;

/**
 * A sleeping hub behind a webhook, a real Redis, and three nodes with a look every second, each with an agent of its own:
 * `alpha` with a process, `pod` with the container `shop` on a real Podman, `unit` with the unit `shop` on a machine with its own systemd.
 */
export async function launchMixed() {
  const podman = await launchPodman();
  const lab = await openIncus();
  const machine = await lab.launch('unit');
  const bind = ['--bind', '127.0.0.1', lab.gateway, '--protected-mode', 'no'];
  const fleet = await launchFleet({ nodes: ['alpha', 'pod', 'unit'], redis: { settings: bind } });
  const relay = await relayTo(new URL(fleet.door.url), lab.gateway);
  await podman.create('shop', { script: SHOP });
  await podman.start('shop');
  const configOf = async (node: string, change: (config: { node: object; hub: object }) => object) => {
    const file = join(fleet.folder, node, 'nightguard.yaml');
    await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
  };
  const watch = { every: LOOK, off: ['memory', 'disk'] };
  await configOf('alpha', ({ node, ...more }) => ({ ...more, node: { ...node, watch } }));
  await configOf('pod', ({ node, ...more }) => ({
    ...more,
    node: { ...node, watch, workloads: { shop: { engine: 'podman' } }, podman: { socket: podman.socket } },
  }));
  await configOf('unit', ({ node, hub }) => ({
    node: { ...node, watch, disks: ['/'], workloads: { shop: { engine: 'systemd' } } },
    hub: { ...hub, url: relay.url },
  }));
  await installUnit(machine);
  await installAgent(machine, join(fleet.folder, 'unit'), fleet.redis.url.replace('127.0.0.1', lab.gateway));

  return {
    ...fleet,
    podman,
    machine,
    /** Starts the agents of all three nodes, and answers when the hub has heard them. */
    async agents(): Promise<void> {
      await Promise.all([fleet.agent('alpha'), fleet.agent('pod'), machine.exec(['systemctl', 'start', 'nightguard'])]);
      const all = async () => (await fleet.ledger.beacons(['alpha', 'pod', 'unit'])).length === 3 || undefined;
      await waitUntil(all, { withinMs: 20_000, everyMs: 50, what: 'three beacons' });
    },
    /** Kills the shop on the machine with systemd. */
    killUnit: async () => void (await machine.exec(['systemctl', 'kill', '-s', 'KILL', 'shop'])),
    /** Kills the shop's first process inside its container. */
    killContainer: async () => void process.kill(await podman.pidOf('shop'), 'SIGKILL'),
    async close(): Promise<void> {
      await fleet.close();
      await relay.close();
      await lab.close();
      await podman.stop();
    },
  };
}

export type Mixed = Awaited<ReturnType<typeof launchMixed>>;

/** The unit `shop`, which runs. */
export async function installUnit(machine: Instance): Promise<void> {
  await machine.push({ text: UNIT }, '/etc/systemd/system/shop.service');
  await machine.exec(['systemctl', 'daemon-reload']);
  await machine.exec(['systemctl', 'start', 'shop']);
}

/** The bundle, Node, and the unit of the agent, as a person would install them. */
export async function installProgram(machine: Instance): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-install-'));
  const archive = join(folder, 'nightguard.tar');
  await run(process.execPath, [join(ROOT, 'bin', 'build.mjs'), join(folder, 'dist')], { cwd: ROOT });
  await run('tar', ['-cf', archive, '-C', folder, 'dist', '-C', ROOT, 'bin', 'package.json']);
  await machine.push({ file: archive }, '/opt/nightguard/nightguard.tar');
  await machine.exec(['tar', '-C', '/opt/nightguard', '-xf', '/opt/nightguard/nightguard.tar']);
  await machine.pushNode();
  await machine.exec(['mkdir', '-p', '-m', '700', '/var/lib/nightguard']);
  await machine.push({ text: AGENT }, '/etc/systemd/system/nightguard.service');
  await machine.exec(['systemctl', 'daemon-reload']);
  await rm(folder, { recursive: true });
}

/** The same with the node's state folder. */
async function installAgent(machine: Instance, state: string, redis: string): Promise<void> {
  await installProgram(machine);
  await machine.exec(['mkdir', '-p', '-m', '700', '/var/lib/nightguard/keys']);
  for (const file of ['nightguard.yaml', 'keys/node.json'])
    await machine.push({ file: join(state, file) }, `/var/lib/nightguard/${file}`, '0600');
  await machine.push({ text: `REDIS_URL=${redis}\n` }, '/etc/nightguard.env', '0600');
}

/** A door on the lab's own network that leads to one on loopback. */
export async function relayTo(target: URL, host: string) {
  const server = createServer((inside) => {
    const outside = connect(Number(target.port), target.hostname);
    for (const end of [inside, outside]) end.on('error', () => [inside, outside].map((each) => each.destroy()));
    inside.pipe(outside).pipe(inside);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, host, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
