import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Command } from '#src/adapters/command.ts';
import { createManager } from '#src/adapters/errand/manager.ts';
import type { Instance } from '../../fixtures/incus/instance.ts';
import type { Incus } from '../../fixtures/incus.ts';
import { OPENING_MS, openIncus, whyNoIncus } from '../../fixtures/incus.ts';
import { install } from '../systemd/units.ts';
import { patience, until } from '../temporary.ts';

const why = whyNoIncus();
const LIFE = '/opt/life.mjs';
const WORDS = ['--since=-1 h', 'a b', 'web@1.service', '+x', '@/etc:ro,rw', ''];
/** Writes its words down, and tells its environment a moment later. */
const RECORD = '#!/bin/sh\nto=$1; shift; IFS="|"; echo "$*" >>"$to"; sleep 1; env\n';
const Said = z.object({ verdict: z.object({ verdict: z.string(), reply: z.object({ title: z.string() }) }) });

describe.skipIf(why !== undefined)(
  `with a real systemd (skipped when Incus cannot run here: ${why})`,
  { concurrent: true },
  () => {
    let lab: Incus;
    let machine: Instance;

    beforeAll(async () => {
      lab = await openIncus();
      machine = await lab.launch('errands');
      await Promise.all([machine.pushNode(), pushLife(machine), machine.push({ text: RECORD }, '/opt/record', '0755')]);
    }, OPENING_MS);

    afterAll(() => lab?.close(), OPENING_MS);

    test.each([
      ['while it is still at work', false],
      ['when it has ended', true],
    ])(
      'the restart of a killed agent goes on, once, and the next life, come %s, says how it ended',
      async (_, wait) => {
        const shop = await slowUnit('true');
        await shop.killAgentInTheMiddle();
        if (wait) await until(async () => (await shop.state()) === 'active', 'the restart to end');
        const { verdict, reply } = await shop.nextLife();
        expect(verdict).toBe('verified applied');
        expect(reply.title).toBe(`A new ${shop.name} runs. systemctl ended with exit code 0.`);
        expect(await shop.starts()).toBe(2);
        await shop.expectNothingLeft();
      },
      60_000,
    );

    test('a restart that fails while no agent is there is told with its exit code', async () => {
      const shop = await slowUnit('test ! -e /run/broken');
      await machine.exec(['touch', '/run/broken']);
      await shop.killAgentInTheMiddle();
      const { verdict, reply } = await shop.nextLife();
      expect(verdict).toBe('needs human');
      expect(reply.title).toMatch(/does not run \(failed\).* systemctl ended with exit code 1\.$/);
      expect(await shop.starts()).toBe(1);
      await shop.expectNothingLeft();
    }, 60_000);

    test('a name starts one program, however often it is begun and systemd reloaded, and none once it is withdrawn', async () => {
      const manager = createManager({ command: machine.command, uid: 0, booted: () => true });
      const [name, record] = [`nightguard-${randomUUID()}`, `/srv/${randomUUID()}`];
      const begin = (of: string) =>
        manager.start(
          { name: of, mark: 'm', out: `${record}.out`, err: '/dev/null' },
          ...(['/opt/record', [record, ...WORDS]] as const),
          { timeoutMs: 9000, env: { GIVEN: 'a b' } },
          patience(),
        );
      expect(await manager.isThere(patience())).toBe(true);
      const over = new AbortController();
      const reloading = reloadUntil(over.signal);
      await Promise.all([begin(name), begin(name), begin(name)]);
      over.abort();
      await reloading;
      expect(await manager.look(name, patience())).toMatchObject({ state: 'ended', exitCode: 0 });
      expect(await machine.exec(['cat', record])).toBe(WORDS.join('|'));
      const environment = (await machine.exec(['cat', `${record}.out`])).split('\n');
      expect(environment).toContain('GIVEN=a b');
      expect(environment.filter((line) => /NIGHTGUARD|LC_ALL/.test(line))).toEqual([]);
      await manager.forget(name, patience());
      expect(await manager.look(name, patience())).toEqual({ state: 'absent' });

      await manager.withdraw({ name: `${name}-w`, mark: 'm' }, patience());
      await begin(`${name}-w`);
      expect(await manager.look(`${name}-w`, patience())).toEqual({ state: 'withdrawn' });
      expect(await machine.exec(['cat', record])).toBe(WORDS.join('|'));
      await manager.forget(`${name}-w`, patience());
    });

    test('a user who is not root has it in its own systemd', async () => {
      await machine.exec(['useradd', '--create-home', '--uid=1007', 'keeper']);
      await machine.exec(['loginctl', 'enable-linger', 'keeper']);
      const own = ['--reuid=1007', '--regid=1007', '--clear-groups', '--'];
      const command: Command = {
        run: (file, argv, options, signal) => machine.command.run('setpriv', [...own, file, ...argv], options, signal),
      };
      const make = () => createManager({ command, uid: 1007, booted: () => true });
      await until(() => make().isThere(patience()), 'the systemd of the user');
      const [manager, name, out] = [make(), `nightguard-${randomUUID()}`, '/home/keeper/out'];
      const files = { name, mark: 'm', out, err: '/dev/null' };
      await manager.start(files, 'id', ['--user'], { timeoutMs: 9000 }, patience());
      expect(await manager.look(name, patience())).toMatchObject({ state: 'ended', exitCode: 0 });
      expect(await machine.exec(['cat', out])).toBe('1007');
      await manager.forget(name, patience());
      expect(await manager.look(name, patience())).toEqual({ state: 'absent' });
      await machine.exec(['loginctl', 'disable-linger', 'keeper']);
      await until(async () => !(await make().isThere(patience())), 'it to end');
    });

    test('a program that takes too long is ended, with all that it started, and one that is not there says so', async () => {
      const manager = createManager({ command: machine.command, uid: 0, booted: () => true });
      const name = `nightguard-${randomUUID()}`;
      const files = { mark: 'm', out: '/dev/null', err: '/dev/null' };
      const stubborn = ['-c', 'trap "" TERM; sleep 4711 & while :; do sleep 0.1; done'];
      const options = { timeoutMs: 300, graceMs: 300 };
      await manager.start({ name, ...files }, '/bin/sh', stubborn, options, patience());
      expect(await manager.look(name, patience())).toMatchObject({ state: 'ended', result: 'timeout' });
      await expect(machine.exec(['pgrep', '-f', 'sleep 4711'])).rejects.toThrow();
      await manager.start({ name: `${name}-2`, ...files }, '/bin/nothing', [], options, patience());
      expect((await manager.look(`${name}-2`, patience())).state).toMatch(/absent|ended/);
      for (const each of [name, `${name}-2`]) await manager.forget(each, patience());
    });

    async function reloadUntil(over: AbortSignal): Promise<void> {
      while (!over.aborted) await machine.exec(['systemctl', 'daemon-reload']);
    }

    /** A unit that runs, takes two seconds to stop once an agent was killed, and writes down each of its starts; and the lives of an agent that has to restart it. */
    async function slowUnit(check: string) {
      const name = `shop-${randomUUID().slice(0, 8)}`;
      const [folder, record] = [`/var/lib/${name}`, `/srv/${name}`];
      const body = `ExecStartPre=/bin/sh -c '${check}'\nExecStart=/bin/sh -c 'echo started >>${record}; exec sleep 100000'`;
      const stop = `ExecStop=/bin/sh -c 'until test -e /run/${name}.may-stop; do sleep 0.1; done; sleep 2'`;
      await install(machine, { [`${name}.service`]: `[Service]\nType=exec\n${stop}\n${body}\n` });
      await machine.exec(['mkdir', '-m', '700', folder]);
      await machine.exec(['systemctl', 'start', name]);
      await until(async () => (await starts()) === 1, 'its first start');
      const live = (which: string) =>
        machine.command.run('node', [LIFE, folder, name, which], { timeoutMs: 50_000 }, AbortSignal.timeout(55_000));
      const state = async () => await machine.exec(['systemctl', 'show', '--property=ActiveState', '--value', name]);

      async function starts(): Promise<number> {
        const { stdout } = await machine.command.run('cat', [record], { timeoutMs: 9000 }, patience());
        return stdout.split('\n').filter((line) => line === 'started').length;
      }
      return {
        ...{ name, state, starts },
        async killAgentInTheMiddle(): Promise<void> {
          const life = live('first');
          await until(async () => (await state()) === 'deactivating', 'it to be stopping');
          await machine.exec(['pkill', '--signal=KILL', '-f', `${LIFE} ${folder}`]);
          expect((await life).stdout).toBe('');
          expect(await state()).toBe('deactivating');
          await machine.push({ text: '' }, `/run/${name}.may-stop`);
        },
        async nextLife() {
          const { stdout, stderr } = await live('next');
          expect(stderr).toBe('');
          return Said.parse(JSON.parse(stdout)).verdict;
        },
        async expectNothingLeft(): Promise<void> {
          const units = ['systemctl', 'list-units', '--all', '--plain', '--no-legend', `nightguard-${name}-*`] as const;
          expect(await machine.exec([...units])).toBe('');
          expect(await machine.exec(['ls', '-A', `${folder}/errands`])).toBe('');
          await machine.exec(['systemctl', 'stop', name]);
        },
      };
    }
  },
);

/** One file that holds a whole life of an agent's executor. */
async function pushLife(machine: Instance): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-life-'));
  const outfile = join(folder, 'life.mjs');
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    ...{ entryPoints: [new URL('life.ts', import.meta.url).pathname], outfile, bundle: true, format: 'esm' },
    ...{
      platform: 'node',
      target: 'node24',
      external: ['ssh2', '@grpc/*', 'protobufjs'],
      keepNames: true,
      logLevel: 'warning',
      banner: { js: banner },
    },
  });
  await machine.push({ file: outfile }, LIFE);
  await rm(folder, { recursive: true });
}
