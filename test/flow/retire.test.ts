import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HUB } from '#src/hub/assemble.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { freshId } from '#src/wire/ids.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import type { Fleet } from '../fixtures/fleet.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { invited, joined, ledgerUrl } from './enrolled.ts';

const without = whyWithout('redis-server');
const users = async (fleet: Fleet) => await fleet.redis.ask('ACL', 'USERS');

describe.skipIf(without !== undefined)(
  `a node that was let in (${without ?? 'with Redis'})`,
  { timeout: 90_000 },
  () => {
    test('is retired after its name was typed: its password, its key and its events do nothing any more', async () => {
      const fleet = await launchFleet({ nodes: [] });
      onTestFinished(() => fleet.close());
      await fleet.hub();
      const ada = fleet.chat();
      const { life } = await joined(fleet, ada, 'beta', 'env:stage');
      const own = createRedisLedger({ url: (await ledgerUrl(fleet, 'beta')).href });
      onTestFinished(() => own.close());
      await own.ping();
      await expect(own.orders('alpha', '0', 0, new AbortController().signal)).rejects.toThrow(/does not let this user/);
      life.freeze();
      await ada.say('/health beta');
      await fleet.until('the order', async () => (await fleet.runs()).length === 1);

      await ada.say('/retire beta');
      await ada.until('Type its name');
      expect((await ada.ask('betta')).text).toContain('Nothing was done');
      expect(await users(fleet)).toContain('node-beta');
      await ada.say('/retire beta');
      await ada.until('Type its name');
      await ada.say('beta');
      await ada.until('beta is retired. Its key is never taken again.');
      await ada.until('retired before it said how this ended');
      expect(await fleet.runs()).toMatchObject([{ state: 'ended', verdict: 'needs human' }]);

      // Its password.
      expect(await users(fleet)).not.toContain('node-beta');
      await expect(own.ping()).rejects.toThrow(/refused user and password|cannot be reached/);
      life.thaw();
      await fleet.until('the end of its streams', async () => {
        const keys = await fleet.redis.ask('KEYS', 'ng:*:beta');
        return Array.isArray(keys) && keys.length === 0;
      });
      // Its events, by whatever way they came in, and its ring.
      const keys = await loadKeys(join(fleet.folder, 'beta', 'keys', 'node.json'));
      const sealed = seal({ name: 'beta', keys }, { name: HUB, key: (await hubKeys(fleet)).public });
      const alert = { kind: 'accepted', job: (await fleet.runs())[0]?.id };
      const event = { v: 1, log: 'forged', seq: 1, base: 0, at: Date.now(), saying: alert };
      await fleet.ledger.append('beta', [await sealed('event', { jti: freshId(), body: event, at: Date.now() })]);
      const ring = await sealed('wake', { jti: freshId(), body: { v: 1 }, at: Date.now(), lifeS: 60 });
      expect((await fetch(`${fleet.door.url}/wake`, { method: 'POST', body: ring })).status).toBe(401);
      expect((await fleet.tick()).status).toBe(204);
      expect(await fleet.runs()).toMatchObject([{ state: 'ended', verdict: 'needs human' }]);
      expect(await users(fleet)).not.toContain('node-beta');

      // Its key, presented again under any name; a new key is another machine.
      await life.kill();
      expect((await ada.ask('/node beta')).text).toContain('was retired by Ada');
      await rm(join(fleet.folder, 'beta', 'nightguard.yaml'));
      await expect(fleet.join('beta', await invited(ada, 'gamma')).up).rejects.toThrow(
        /was retired and is never taken/,
      );
      await rm(join(fleet.folder, 'beta'), { recursive: true });
      await joined(fleet, ada, 'beta');
      expect((await ada.ask('/node beta')).text).toMatch(/PROD[\s\S]*Let in by Ada/);
      const decisions = (await fleet.ledger.audits(50)).map(({ decision }) => decision);
      expect(decisions).toEqual(expect.arrayContaining(['invited', 'asks to join', 'let in', 'retired']));
    });

    test('has its user made again when Redis has forgotten it, and a hub that may make none says what to type', async () => {
      const hubRights = 'resetchannels ~ng:* -@all +@read +@write +@scripting +@connection';
      const acl = ['user default on nopass ~* &* +@all', `user hub on >hub-pass ${hubRights}`];
      const fleet = await launchFleet({ nodes: [], redis: { acl } });
      onTestFinished(() => fleet.close());
      const hub = await fleet.hub();
      const ada = fleet.chat();
      await joined(fleet, ada, 'beta');
      await fleet.redis.ask('ACL', 'DELUSER', 'node-beta');
      await fleet.ledger.remember('chore users', '');
      fleet.forget(hub);
      await hub.stop();
      const tight = await fleet.hub({ REDIS_URL: fleet.redis.url.replace('//', '//hub:hub-pass@') });
      await fleet.tick();
      expect(await users(fleet)).not.toContain('node-beta');
      const typed = await invited(ada, 'gamma');
      const gamma = fleet.join('gamma', typed);
      await ada.until(/🔑 gamma/, 30_000);
      const { text = '' } = await ada.ask('/enroll gamma yes');
      expect(text).toMatch(/Give Redis this command: ACL SETUSER node-gamma reset on/);
      const words = (/ACL (SETUSER .+)$/m.exec(text)?.[1] ?? '').match(/"[^"]*"|\S+/g) ?? [];
      await fleet.redis.ask('ACL', ...words.map((word) => word.replaceAll('"', '')));
      expect((await gamma.up).greeting).toMatchObject({ node: 'gamma (prod)' });
      expect((await ada.ask('/health gamma')).text).toContain('gamma');
      await fleet.redis.ask('ACL', 'DELUSER', 'node-gamma');
      fleet.forget(tight);
      await tight.stop();
      await fleet.hub();
      await fleet.ledger.remember('chore users', '');
      await fleet.tick();
      expect(await users(fleet)).toContain('node-beta');
    });
  },
);

const hubKeys = (fleet: Fleet) => loadKeys(join(fleet.folder, 'hub', 'keys', 'hub.json'));
