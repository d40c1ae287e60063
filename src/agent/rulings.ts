import type { Bench } from './bench.ts';
import { beforeTime, createHubTime, latestFor, pastInDoubt } from './history.ts';
import type { Bar, Timed } from './judge.ts';
import { judge } from './judge.ts';
import { refused } from './sayings.ts';

/** Whether an order's work may begin, and what is said when it may not. */
export type Ruling = ReturnType<typeof judge>;

/** What orders are judged with. */
export interface RulingDeps
  extends Pick<Bench, 'node' | 'journal' | 'locked' | 'now' | 'log'>,
    Pick<Bar, 'catalog' | 'policy'> {
  /** Why nothing can be changed here now; absent: only what the journal says of its past. */
  hindrance?: () => string | undefined;
}

/** Judges orders by what this agent knows now, of its own past and of the hub's clock too. */
export interface Rulings {
  /** Takes in when an order was issued, in ms since 1970: so late it is at the hub. */
  hear(issuedAt: number): void;
  /** An order that nobody here knows. */
  ofNew(asked: Timed): Ruling;
  /** An order that was accepted and has not started. */
  ofAccepted(asked: Omit<Timed, 'issuedAt'>): Ruling;
}

/** The rulings of one agent. */
export function createRulings(deps: RulingDeps): Rulings {
  const { node, catalog, policy, journal, now } = deps;
  const hubTime = createHubTime();
  const bar = (): Bar => ({
    ...{ node, catalog, policy, locked: deps.locked, now: now() },
    latest: Math.max(hubTime.latest(), latestFor(journal.history(), now())),
    admitted: (asked) => journal.admitted(asked),
  });
  const hindrance = () => deps.hindrance?.() ?? pastInDoubt(journal.history(), now(), node);
  const decide = (asked: Timed): Ruling => {
    const ruling = judge(asked, bar());
    const why = 'task' in ruling && ruling.task.operation.risk !== 'read' ? hindrance() : undefined;
    return why === undefined ? ruling : { saying: refused(asked.job, why) };
  };
  return {
    hear: hubTime.hear,
    ofNew(asked) {
      if (asked.order.seen && journal.compare(asked.order.seen))
        deps.log.error({ job: asked.job }, 'the journal went back in time');
      const why = beforeTime(journal.history(), asked.issuedAt, node);
      return why === undefined ? decide(asked) : { saying: refused(asked.job, why) };
    },
    ofAccepted: (asked) => decide({ ...asked, issuedAt: 0 }),
  };
}
