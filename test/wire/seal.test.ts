import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Beacon } from '#src/wire/beacon.ts';
import { Event } from '#src/wire/event.ts';
import { claimedSender, MAX_LIFE_S, open, seal } from '#src/wire/seal.ts';
import { WAKE_S, Wake } from '#src/wire/wake.ts';
import {
  AT,
  alpha,
  beta,
  forge,
  hub,
  idOf,
  ORDER,
  openOrder,
  orderParts,
  party,
  refused,
  sealedOrder,
} from './forge.ts';

const EVENT: Event = { v: 1, log: 'log1', seq: 1, base: 0, at: AT, saying: { kind: 'accepted', job: 'job1' } };
const BEACON: Beacon = {
  v: 1,
  at: AT,
  release: '0.1.0',
  environment: 'prod',
  labels: { rack: 'a' },
  operations: { restart: 1 },
  targets: ['web'],
  policy: 'abc',
};

const token = await sealedOrder();

describe('what was sealed is opened as it was', () => {
  test('an order, with the times of its envelope', async () => {
    expect(await openOrder(token)).toEqual({ jti: 'job1', issuedAt: AT, expiresAt: AT + 60_000, body: ORDER });
  });

  test('an order of the longest life', async () => {
    expect((await openOrder(await sealedOrder({ lifeS: MAX_LIFE_S }))).expiresAt).toBe(AT + 120_000);
  });

  test('an event', async () => {
    const sealed = await seal(alpha.keys, 'alpha', party(hub))('event', { jti: 'e-1', body: EVENT, at: AT + 999 });
    expect(await open(party(hub), party(alpha), 'event', Event)(sealed)).toEqual({
      jti: 'e-1',
      issuedAt: AT,
      expiresAt: undefined,
      body: EVENT,
    });
  });

  test('a beacon', async () => {
    const sealed = await seal(alpha.keys, 'alpha', party(hub))('beacon', { jti: 'b1', body: BEACON, at: AT });
    expect(await open(party(hub), party(alpha), 'beacon', Beacon)(sealed)).toEqual({
      jti: 'b1',
      issuedAt: AT,
      expiresAt: undefined,
      body: BEACON,
    });
  });

  test('a wake', async () => {
    const ring = { jti: 'w1', body: { v: 1 }, at: AT, lifeS: WAKE_S };
    const sealed = await seal(alpha.keys, 'alpha', party(hub))('wake', ring);
    expect(await open(party(hub), party(alpha), 'wake', Wake)(sealed)).toEqual({
      jti: 'w1',
      issuedAt: AT,
      expiresAt: AT + 60_000,
      body: { v: 1 },
    });
    expect(claimedSender(sealed)).toBe(idOf(alpha));
  });

  test('characters of every kind', async () => {
    const text = '\u0000\u202e👍 é "\\ \ud83d';
    const loose = open(party(alpha), party(hub), 'order', z.object({ text: z.string() }));
    expect((await loose(await sealedOrder({ body: { text } }))).body).toEqual({ text });
  });

  test('the three parts of a token are what the forger below thinks they are', () => {
    const { header, claims } = orderParts(ORDER);
    expect(forge(hub.keys, header, claims)).toBe(token);
  });
});

describe('a token of somebody else is refused', () => {
  const cases: Record<string, { token: () => Promise<string> | string; why: string }> = {
    'another key under the same name': {
      token: () => seal(beta.keys, 'hub', party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'its signature does not hold',
    },
    "another key with the hub's identity written into it": {
      token: () => forge(beta.keys, orderParts(ORDER).header, orderParts(ORDER).claims),
      why: 'its signature does not hold',
    },
    'the same key under another name': {
      token: () => seal(hub.keys, 'hub2', party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'its header is not ours',
    },
    'for another node': {
      token: () => seal(hub.keys, 'hub', party(beta))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'it is not from that sender to this one',
    },
    'for a node of the same name with another key': {
      token: () => {
        const to = { name: 'alpha', key: beta.keys.public };
        return seal(hub.keys, 'hub', to)('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 });
      },
      why: 'it is not from that sender to this one',
    },
    'a node that speaks as the hub to itself': {
      token: () => seal(alpha.keys, 'alpha', party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'its signature does not hold',
    },
    'a node that sends its own event back as an order': {
      token: () => seal(alpha.keys, 'alpha', party(hub))('event', { jti: 'job1', body: ORDER, at: AT }),
      why: 'its signature does not hold',
    },
  };

  test.each(Object.entries(cases))('%s', async (_, { token: forged, why }) => {
    await expect(openOrder(await forged())).rejects.toEqual(refused(why));
  });
});

test.each([{}, { lifeS: MAX_LIFE_S + 1 }, { lifeS: 0 }])(
  'a wake that lives too long, or not at all, is refused: %j',
  async (life) => {
    const sealed = await seal(alpha.keys, 'alpha', party(hub))('wake', { jti: 'w1', body: { v: 1 }, at: AT, ...life });
    await expect(open(party(hub), party(alpha), 'wake', Wake)(sealed)).rejects.toMatchObject({ code: 'seal' });
  },
);

test.each(['', '.', 'x.y.z', 'e30.e30.e30', `${'a'.repeat(70_000)}.b.c`])('nobody has sealed %.20j', (token) => {
  expect(claimedSender(token)).toBeUndefined();
});

describe('one kind is never opened as another', () => {
  const bodies = { order: ORDER, event: EVENT, beacon: BEACON, wake: { v: 1 } } as const;
  const kinds = ['order', 'event', 'beacon', 'wake'] as const;
  const pairs = kinds.flatMap((sealed) =>
    kinds.filter((opened) => opened !== sealed).map((opened) => ({ sealed, opened })),
  );

  test.each(pairs)('$sealed as $opened', async ({ sealed, opened }) => {
    const made = await seal(
      hub.keys,
      'hub',
      party(alpha),
    )(sealed, { jti: 'x', body: bodies[sealed], at: AT, lifeS: 60 });
    await expect(open(party(alpha), party(hub), opened, z.unknown())(made)).rejects.toEqual(
      refused('its header is not ours'),
    );
  });
});

describe('size', () => {
  const LIMITS = { order: 16 * 1024, event: 256 * 1024, beacon: 256 * 1024, wake: 2 * 1024 } as const;
  const kinds = Object.entries(LIMITS) as ['order' | 'event' | 'beacon' | 'wake', number][];

  test.each(kinds)('an %s over its limit is not sealed', async (kind, limit) => {
    const body = { text: 'x'.repeat(limit) };
    await expect(seal(hub.keys, 'hub', party(alpha))(kind, { jti: 'x', body, at: AT, lifeS: 60 })).rejects.toEqual(
      expect.objectContaining({ code: 'too-large', message: expect.stringContaining(`may have ${limit} bytes`) }),
    );
  });

  test.each(kinds)('an %s over its limit is not opened, although its signature holds', async (kind, limit) => {
    const { header, claims } = orderParts({ text: 'x'.repeat(limit) });
    const large = forge(hub.keys, { ...header, typ: `nightguard-${kind}+jws` }, claims);
    await expect(open(party(alpha), party(hub), kind, z.unknown())(large)).rejects.toEqual(
      refused(`it has ${large.length} bytes`),
    );
  });
});
