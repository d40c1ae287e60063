import { freshId } from '#src/wire/ids.ts';
import { identity, makeKeys } from '#src/wire/keys.ts';
import { createProver } from '#src/wire/proof.ts';
import { hostile } from '../../random.ts';
import { stranger } from '../../wire/corpus/sample.ts';
import { alpha, beta, forge, forgeOrder, hub, idOf, orderParts, wrap } from '../../wire/forge.ts';
import type { RedHub, Shot } from './hub.ts';
import { run } from './hub.ts';
import { ADA, BEN, CLEO, WORKLOADS } from './policy.ts';

/** The approver that the node's policy names; the hub has had proofs of it, and never its keys. */
export const GUARD = { name: 'guard', keys: await makeKeys() };
const APPROVER_ID = idOf(GUARD);

/** Some orders of one kind of attack. */
export type Attack = (red: RedHub) => Promise<Shot[]> | Shot[];

const OPERATIONS = ['status', 'health', 'logs', 'inspect', 'restart', 'start', 'stop', 'vault'];
const ANYBODY = [ADA, BEN, CLEO, 1, 99, 777000, 2 ** 40];
const ELSEWHERE = ['process/web', 'podman/web', 'web2', 'we', 'WEB', 'Web', 'safe.', 'cache', '*', '.', 'constructor'];
const ODD_OPERATIONS = ['', '*', 'policy', 'lockdown', 'lift', 'join', 'rotate', 'enroll', 'exec', 'sh', '__proto__'];
const MORE_ODD = ['constructor', 'toString', 'hasOwnProperty', 'Restart', 'restart ', 'restart\n', '../restart', 'run'];
const HUGE = 'x'.repeat(20_000);

/** Every kind of attack by its name. */
export const ATTACKS: Record<string, Attack> = {
  'any operation, target and person, with nothing': (red) => {
    const { random } = red;
    return [red.shot(run(random.pick(OPERATIONS), random.pick([...WORKLOADS, undefined]), random.pick(ANYBODY)))];
  },
  'any of them as a plan': (red) => {
    const { random } = red;
    const body = run(random.pick(OPERATIONS), random.pick(WORKLOADS), random.pick(ANYBODY));
    return [red.shot({ ...body, kind: 'plan' })];
  },
  'a plan that the node made, in any name': async (red) => {
    const { random } = red;
    const [operation, target] = [random.pick(['restart', 'stop', 'start']), random.pick(WORKLOADS)];
    const plan = await red.planOf(operation, target, ADA);
    return [red.shot({ ...run(operation, target, random.pick(ANYBODY)), plan: plan ?? 'a'.repeat(64) })];
  },
  'approvals that nobody gave': async (red) => {
    const { random } = red;
    const target = random.pick(['db', 'db', 'safe']);
    const operator = random.pick([ADA, BEN]);
    const plan = (await red.planOf('restart', target, ADA)) ?? 'b'.repeat(64);
    const approval = () => ({
      operator: random.pick(ANYBODY),
      plan: random.pick([plan, 'c'.repeat(64)]),
      at: Date.now(),
    });
    const approvals = Array.from({ length: random.below(9) }, approval);
    const reason = random.pick([undefined, ' ', 'because']);
    return [red.shot({ ...run('restart', target, operator), plan, approvals, ...(reason ? { reason } : {}) })];
  },
  'a yes and a reason that it made up in listed names': async (red) => {
    const plan = (await red.planOf('restart', 'db', BEN)) ?? 'b'.repeat(64);
    const approvals = [{ operator: ADA, plan, at: Date.now() }];
    return [red.shot({ ...run('restart', 'db', BEN), plan, approvals, reason: 'because' })];
  },
  'a plan for something else': async (red) => {
    const plan = (await red.planOf('restart', 'web', ADA)) ?? 'd'.repeat(64);
    const approvals = [{ operator: BEN, plan, at: Date.now() }];
    const about = red.random.pick([run('restart', 'db', ADA), run('start', 'web', ADA), run('restart', 'safe', ADA)]);
    const body = red.random.pick([about, { ...run('restart', 'web', ADA), input: { target: 'web', force: true } }]);
    return [red.shot({ ...body, plan, approvals, reason: 'because' })];
  },
  'a plan that is stale': async (red) => {
    const plan = (await red.planOf('restart', 'web', ADA)) ?? 'e'.repeat(64);
    const first = red.shot({ ...run('restart', 'web', ADA), plan });
    await red.send([first]);
    await red.allDone();
    return [red.shot({ ...run('restart', 'web', ADA), plan })];
  },
  'proofs by step-up that it made itself': async (red) => {
    const { random } = red;
    const plan = (await red.planOf('restart', 'safe', ADA)) ?? 'f'.repeat(64);
    const jti = freshId();
    const about = { job: random.pick([jti, freshId()]), plan, operator: ADA };
    const audience = idOf(alpha);
    const signer = random.pick([hub, stranger, beta, { ...hub, name: 'guard' }, { ...stranger, name: 'guard' }]);
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: random.pick([APPROVER_ID, idOf(signer)]), aud: audience, iat, exp: iat + 900, ...about };
    const token = random.pick([
      await createProver(signer)(about, audience, Date.now()),
      forge(signer.keys, { alg: 'Ed25519', typ: 'nightguard-stepup+jws', kid: APPROVER_ID }, claims),
      forge(signer.keys, { alg: 'none', typ: 'nightguard-stepup+jws', kid: APPROVER_ID }, claims),
      hostile(random, 200),
      '',
    ]);
    const proofs = Array.from({ length: 1 + random.below(4) }, () => ({ kind: 'stepup', token }));
    return [red.shot({ ...run(random.pick(['restart', 'stop']), 'safe', ADA), plan, proofs }, { jti })];
  },
  'proofs of the approver for something else': async (red) => {
    const { random } = red;
    const [plan, jti] = [(await red.planOf('restart', 'safe', ADA)) ?? 'a'.repeat(64), freshId()];
    // What it may have kept of other times and places, all really signed by the approver.
    const right = { job: jti, plan, operator: ADA };
    const [about, audience, ageS] = random.pick<[typeof right, string, number]>([
      [{ ...right, job: freshId() }, idOf(alpha), 0],
      [{ ...right, plan: 'a'.repeat(64) }, idOf(alpha), 0],
      [{ ...right, operator: BEN }, idOf(alpha), 0],
      [right, idOf(beta), 0],
      [right, 'alpha', 0],
      [right, idOf(alpha), 901],
      [right, idOf(alpha), -120],
    ]);
    const token = await createProver(GUARD)(about, audience, Date.now() - ageS * 1000);
    return [red.shot({ ...run('restart', 'safe', ADA), plan, proofs: [{ kind: 'stepup', token }] }, { jti })];
  },
  'codes of an authenticator that it guesses': (red) => {
    const code = String(red.random.below(1_000_000)).padStart(6, '0');
    const about = { kind: 'approve', v: 1, job: freshId(), plan: 'a'.repeat(64), audience: idOf(alpha) };
    return [red.shot({ ...about, operator: ADA, code })];
  },
  'targets that are nearly right': (red) => {
    const { random } = red;
    const target = random.pick([...ELSEWHERE, hostile(random, 40), '--force', 'web\n', ' web', 'web/../safe']);
    return [red.shot(run(random.pick(['logs', 'inspect', 'restart', 'stop']), target, ADA))];
  },
  'operations that there are not, or that would change the policy': (red) => {
    const { random } = red;
    const input = random.pick([
      { target: 'web' },
      { rules: [{ operations: ['*'] }] },
      { policy: 'rules:\n  - operations: ["*"]' },
      { file: '/etc/nightguard/policy.yaml', text: 'rules: []' },
      { key: hub.keys.public, epoch: 9 },
    ]);
    const operation = random.pick([...ODD_OPERATIONS, ...MORE_ODD, hostile(random, 32)]);
    return [red.shot({ ...run('restart', 'web', ADA), operation, input, version: 1 + random.below(3) })];
  },
  'parameters that the operation does not have': (red) => {
    const { random } = red;
    const more = random.pick([
      { lines: '--password-command=touch' },
      { lines: -1 },
      { lines: 10 ** 9 },
      { grep: hostile(random, 100) },
      { since: '99999999d' },
      { __proto__: { target: 'safe' } },
      { target: ['web', 'safe'] },
      { target: { name: 'web' } },
      { shell: true, argv: ['sh'] },
    ]);
    const body = run(random.pick(['logs', 'restart']), 'web', ADA);
    return [red.shot({ ...body, input: { target: 'web', ...more } })];
  },
  'bodies that are no order': (red) => {
    const { random } = red;
    const right = run('restart', 'web', ADA);
    const nested = JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`);
    const body = random.pick<unknown>([
      ...[null, 0, '', [], {}, [right], nested, hostile(random, 2_000), { ...right, v: 2 }, { ...right, kind: 'Run' }],
      ...[
        { ...right, kind: ['run'] },
        { ...right, more: 1 },
        { ...right, operator: '7' },
        { ...right, operator: -7 },
      ],
      ...[
        { ...right, operator: 7.5 },
        { ...right, input: HUGE },
        { ...right, input: { target: HUGE } },
        { run: right },
      ],
      ...[
        { ...right, policy: { rules: [{ operations: ['*'] }] } },
        { ...right, sudo: true },
        { ...right, version: 0 },
      ],
    ]);
    return [red.shot(body)];
  },
  'envelopes that are wrong': (red) => {
    const { random } = red;
    const iat = Math.floor(Date.now() / 1000);
    const claims = random.pick<Record<string, unknown>>([
      ...[{ aud: idOf(beta) }, { aud: [idOf(alpha), idOf(beta)] }, { aud: 'alpha' }, { aud: '*' }, { iss: idOf(beta) }],
      ...[
        { iss: 'hub' },
        { jti: '' },
        { jti: '../x' },
        { jti: 'x'.repeat(61) },
        { jti: 7 },
        { epoch: 0 },
        { epoch: -1 },
      ],
      ...[
        { epoch: 2 },
        { epoch: 1.5 },
        { epoch: '1' },
        { epoch: 2 ** 60 },
        { epk: 'x' },
        { nbf: iat + 60 },
        { sub: 'x' },
      ],
    ]);
    return [red.shot(run('status', undefined, ADA), { claims })];
  },
  'times that are past, to come or too long': (red) => {
    const { random } = red;
    const iat = Math.floor(Date.now() / 1000);
    const claims = random.pick<Record<string, unknown>>([
      ...[
        { iat: iat - 90, exp: iat - 1 },
        { iat: iat - 3600, exp: iat - 3500 },
        { iat: iat + 60, exp: iat + 120 },
      ],
      ...[{ exp: iat + 121 }, { exp: iat + 10 ** 9 }, { exp: undefined }, { exp: iat }, { exp: iat - 1 }, { exp: '1' }],
      ...[{ iat: -1 }, { iat: 10 ** 12 }, { iat: iat * 1000, exp: iat * 1000 + 60 }, { iat: undefined }],
    ]);
    return [red.shot(run('status', undefined, ADA), { claims })];
  },
  'orders for another node': (red) => {
    const { header, claims } = orderParts(run('status', undefined, ADA));
    const iat = Math.floor(Date.now() / 1000);
    const jti = freshId();
    const forBeta = { ...claims, jti, iat, exp: iat + 60, aud: idOf(beta) };
    const inner = forge(hub.keys, header, forBeta);
    const token = red.random.pick([
      wrap(inner, { to: beta }),
      wrap(inner),
      wrap(inner, { header: { kid: idOf(beta) } }),
    ]);
    return [{ jti, body: 'for beta', token }];
  },
  'keys of another time': (red) => {
    const { random } = red;
    const { header, claims } = orderParts(run('status', undefined, ADA));
    const iat = Math.floor(Date.now() / 1000);
    const jti = freshId();
    // A hub that says it has new keys, and one that signs with the node's approver or with a name of its own.
    const as = random.pick([stranger, { ...stranger, name: 'hub' }, beta, { ...hub, name: 'hub2' }]);
    const who = identity(as.name, as.keys.public);
    const forged = forgeOrder(
      as.keys,
      { ...header, kid: who },
      { ...claims, jti, iat, exp: iat + 60, iss: who, epoch: 2 },
    );
    return [{ jti, body: 'of other keys', token: forged }];
  },
  'one id for two orders': (red) => {
    const first = red.shot(run('status', undefined, ADA));
    return [first, red.shot(run('logs', 'web', ADA), { jti: first.jti }), first];
  },
  'cancel and query': (red) => {
    const { random } = red;
    const later = red.shot(run('status', undefined, ADA));
    const cancel = {
      kind: 'cancel',
      v: 1,
      job: later.jti,
      operator: random.pick([ADA, CLEO, 0, -1]),
      by: hostile(random, 40),
    };
    const query = { kind: 'query', v: 1, job: random.pick([later.jti, hostile(random, 40), '']) };
    return random.chance(50) ? [red.shot(cancel), later] : [red.shot(query), later, red.shot(query)];
  },
  'too often': async (red) => {
    const plan = (await red.planOf('start', 'web', ADA)) ?? 'a'.repeat(64);
    return Array.from({ length: 4 }, () => red.shot({ ...run('start', 'web', ADA), plan }));
  },
  'at another hour': async (red) => {
    const plan = (await red.planOf('stop', 'web', ADA)) ?? 'a'.repeat(64);
    return [red.shot({ ...run('stop', 'web', ADA), plan, reason: 'because' })];
  },
};
