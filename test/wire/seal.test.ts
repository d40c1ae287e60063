import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Beacon } from '#src/wire/beacon.ts';
import { Event } from '#src/wire/event.ts';
import { claimedSender, claimedTime, MAX_LIFE_S, open, seal } from '#src/wire/seal.ts';
import { WAKE_S, Wake } from '#src/wire/wake.ts';
import {
  AT,
  alpha,
  beta,
  forge,
  forgeOrder,
  hub,
  idOf,
  ORDER,
  openOrder,
  orderParts,
  party,
  refused,
  sealedOrder,
  unwrap,
  wrap,
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
    expect(await openOrder(token)).toEqual({
      jti: 'job1',
      issuedAt: AT,
      expiresAt: AT + 60_000,
      epoch: 1,
      body: ORDER,
    });
  });

  test('an order of the longest life', async () => {
    expect((await openOrder(await sealedOrder({ lifeS: MAX_LIFE_S }))).expiresAt).toBe(AT + 120_000);
  });

  test('an event', async () => {
    const sealed = await seal(alpha, party(hub))('event', { jti: 'e-1', body: EVENT, at: AT + 999 });
    expect(await open(hub, party(alpha), 'event', Event)(sealed)).toEqual({
      jti: 'e-1',
      issuedAt: AT,
      expiresAt: undefined,
      epoch: 1,
      body: EVENT,
    });
  });

  test('a beacon', async () => {
    const sealed = await seal(alpha, party(hub))('beacon', { jti: 'b1', body: BEACON, at: AT });
    expect(await open(hub, party(alpha), 'beacon', Beacon)(sealed)).toEqual({
      jti: 'b1',
      issuedAt: AT,
      expiresAt: undefined,
      epoch: 1,
      body: BEACON,
    });
  });

  test('a wake', async () => {
    const ring = { jti: 'w1', body: { v: 1 }, at: AT, lifeS: WAKE_S };
    const sealed = await seal(alpha, party(hub))('wake', ring);
    expect(await open(hub, party(alpha), 'wake', Wake)(sealed)).toEqual({
      jti: 'w1',
      issuedAt: AT,
      expiresAt: AT + 60_000,
      epoch: 1,
      body: { v: 1 },
    });
    expect(claimedSender(sealed)).toBe(idOf(alpha));
  });

  test('characters of every kind', async () => {
    const text = '\u0000\u202e👍 é "\\ \ud83d';
    const loose = open(alpha, party(hub), 'order', z.object({ text: z.string() }));
    expect((await loose(await sealedOrder({ body: { text } }))).body).toEqual({ text });
  });

  test('the parts of a token are what the forger below thinks they are', async () => {
    const { header, claims } = orderParts(ORDER);
    const { text, epk } = unwrap(token, alpha.keys);
    expect(forge(hub.keys, header, { ...claims, epk })).toBe(text);
    expect((await openOrder(forgeOrder(hub.keys, header, claims))).body).toEqual(ORDER);
  });

  test('nothing of an order or an event can be read on the way, and each has a one-time key of its own', async () => {
    const tokens = [
      token,
      await sealedOrder(),
      await seal(alpha, party(hub))('event', { jti: 'job1', body: EVENT, at: AT }),
    ];
    const headers = tokens.map((each) => JSON.parse(Buffer.from(each.split('.', 1)[0] ?? '', 'base64url').toString()));
    expect(new Set(headers.map(({ epk }) => epk.x)).size).toBe(3);
    expect(Object.keys(headers[0]).toSorted()).toEqual(['alg', 'enc', 'epk', 'kid', 'typ']);
    for (const each of tokens) {
      const readable = each.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
      expect(readable.join('\n')).not.toMatch(/restart|web|job1|accepted/);
      expect([claimedSender(each), claimedTime(each)]).toEqual([undefined, 0]);
    }
  });

  test('the time of a beacon can be read by everybody', async () => {
    const sealed = await seal(alpha, party(hub))('beacon', { jti: 'b1', body: BEACON, at: AT });
    expect(claimedTime(sealed)).toBe(AT);
  });
});

describe('a token of somebody else is refused', () => {
  const cases: Record<string, { token: () => Promise<string> | string; why: string }> = {
    'another key under the same name': {
      token: () =>
        seal({ ...beta, name: 'hub' }, party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'its header is not ours',
    },
    "another key with the hub's identity written into it": {
      token: () => forgeOrder(beta.keys, orderParts(ORDER).header, orderParts(ORDER).claims),
      why: 'its signature does not hold',
    },
    'the same key under another name': {
      token: () =>
        seal({ ...hub, name: 'hub2' }, party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'its header is not ours',
    },
    'for another node': {
      token: () => seal(hub, party(beta))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'it is not encrypted to this one',
    },
    'for a node of the same name with another key': {
      token: () => {
        const to = { name: 'alpha', key: beta.keys.public };
        return seal(hub, to)('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 });
      },
      why: 'it is not encrypted to this one',
    },
    'a node that speaks as the hub to itself': {
      token: () => seal(alpha, party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 }),
      why: 'its header is not ours',
    },
    'a node that sends its own event back as an order': {
      token: () => seal(alpha, party(hub))('event', { jti: 'job1', body: ORDER, at: AT }),
      why: 'its header is not ours',
    },
  };

  test.each(Object.entries(cases))('%s', async (_, { token: forged, why }) => {
    await expect(openOrder(await forged())).rejects.toEqual(refused(why));
  });
});

test.each([{}, { lifeS: MAX_LIFE_S + 1 }, { lifeS: 0 }])(
  'a wake that lives too long, or not at all, is refused: %j',
  async (life) => {
    const sealed = await seal(alpha, party(hub))('wake', { jti: 'w1', body: { v: 1 }, at: AT, ...life });
    await expect(open(hub, party(alpha), 'wake', Wake)(sealed)).rejects.toMatchObject({ code: 'seal' });
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
    const made = await seal(hub, party(alpha))(sealed, { jti: 'x', body: bodies[sealed], at: AT, lifeS: 60 });
    const alike = isEncrypted(sealed) === isEncrypted(opened);
    await expect(open(alpha, party(hub), opened, z.unknown())(made)).rejects.toEqual(
      refused(alike ? 'its header is not ours' : 'its text is not canonical'),
    );
  });

  test('nor when somebody moves it into an envelope of the other kind', async () => {
    const sealed = await seal(hub, party(alpha))('event', { jti: 'x', body: ORDER, at: AT, lifeS: 60 });
    await expect(openOrder(wrap(unwrap(sealed, alpha.keys).text))).rejects.toEqual(refused('its header is not ours'));
  });
});

test('what was signed for one envelope is refused in another, even from the same sender to the same receiver', async () => {
  await expect(openOrder(wrap(unwrap(token, alpha.keys).text))).rejects.toEqual(
    refused('it was encrypted by somebody else than its sender'),
  );
});

describe('size', () => {
  const LIMITS = { order: 16 * 1024, event: 352 * 1024, beacon: 256 * 1024, wake: 2 * 1024 } as const;
  const kinds = Object.entries(LIMITS) as ['order' | 'event' | 'beacon' | 'wake', number][];

  test.each(kinds)('an %s over its limit is not sealed', async (kind, limit) => {
    const body = { text: 'x'.repeat(limit) };
    await expect(seal(hub, party(alpha))(kind, { jti: 'x', body, at: AT, lifeS: 60 })).rejects.toEqual(
      expect.objectContaining({ code: 'too-large', message: expect.stringContaining(`may have ${limit} bytes`) }),
    );
  });

  test.each(kinds)('an %s over its limit is not opened, although its signature holds', async (kind, limit) => {
    const { header, claims } = orderParts({ text: 'x'.repeat(limit) });
    const signed = forge(hub.keys, { ...header, typ: `nightguard-${kind}+jws` }, claims);
    const large = isEncrypted(kind) ? wrap(signed, { header: { typ: `nightguard-${kind}+jwe` } }) : signed;
    await expect(open(alpha, party(hub), kind, z.unknown())(large)).rejects.toEqual(
      refused(`it has ${large.length} bytes`),
    );
  });
});

const isEncrypted = (kind: string) => kind === 'order' || kind === 'event';
