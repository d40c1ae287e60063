import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { freshId } from '#src/wire/ids.ts';
import { seal } from '#src/wire/seal.ts';
import type { Random } from '../../random.ts';
import { alpha, forgeOrder, hub, orderParts, party } from '../../wire/forge.ts';
import type { RecordedNode } from './node.ts';

/** One thing that the hub sends: what stands in it, if that is an order at all. */
export interface Shot {
  jti: string;
  body: unknown;
  token: string;
}

/** How an order's envelope may be otherwise. */
export interface Envelope {
  jti?: string;
  /** Claims that are written over the right ones, signed with the real key. */
  claims?: Record<string, unknown>;
}

/** A hub in the hands of somebody else: it has the real keys, and the ledger. */
export class RedHub {
  readonly random: Random;
  readonly #ledger: Ledger;
  readonly #node: RecordedNode;
  /** Everything that it has sent. */
  readonly sent: Shot[] = [];

  constructor(random: Random, ledger: Ledger, node: RecordedNode) {
    this.random = random;
    this.#ledger = ledger;
    this.#node = node;
  }

  /** An order of this body, with whatever it likes in the envelope. */
  shot(body: unknown, { jti = freshId(), claims }: Envelope = {}): Shot {
    const { header, claims: right } = orderParts(body);
    const iat = Math.floor(Date.now() / 1000);
    return { jti, body, token: forgeOrder(hub.keys, header, { ...right, jti, iat, exp: iat + 60, ...claims }) };
  }

  async send(shots: readonly Shot[]): Promise<void> {
    this.sent.push(...shots);
    await this.#ledger.send(shots.map(({ jti, token }) => ({ node: 'alpha', job: jti, token })));
  }

  /** The digest of a plan that the node itself has made; undefined when it did not want to. */
  async planOf(operation: string, target: string, operator: number): Promise<string | undefined> {
    const plan = this.shot({ ...run(operation, target, operator), kind: 'plan' });
    await this.send([plan]);
    const answer = await waitUntil(() => this.#node.ends.get(plan.jti), {
      withinMs: 30_000,
      everyMs: 2,
      what: 'a plan',
    });
    return answer.kind === 'planned' ? answer.plan.digest : undefined;
  }

  /** Resolves when the node has dealt with everything that was sent. */
  async allDone(): Promise<void> {
    const last = { jti: freshId(), body: run('nothing', 'web', 7) };
    const token = await seal(hub, party(alpha))('order', { ...last, at: Date.now(), lifeS: 60 });
    await this.send([{ ...last, token }]);
    const { ends, accepted } = this.#node;
    const isOver = () => (ends.has(last.jti) && [...accepted].every((job) => ends.has(job)) ? true : undefined);
    await waitUntil(isOver, { withinMs: 120_000, everyMs: 5, what: 'the end of all orders' });
  }
}

const VERSIONS: Record<string, number> = { logs: 2, restart: 2, status: 2, health: 2 };

/** An order to run something, as the hub words it. */
export function run(operation: string, target: string | undefined, operator: number): Record<string, unknown> {
  const version = VERSIONS[operation] ?? 1;
  const input = target === undefined ? {} : { target };
  return { kind: 'run', v: 1, operation, version, input, operator };
}
