import type { Logger } from 'pino';
import type { StepUpOutcome } from '#src/wire/event.ts';
import type { Approve } from '#src/wire/order.ts';
import { createProver } from '#src/wire/proof.ts';
import type { Opened, Self } from '#src/wire/seal.ts';
import type { Person } from './approver/seeds.ts';
import { readSeeds } from './approver/seeds.ts';
import { judgeCode, MAX_WRONG, readTries, triesKey, writeTries } from './approver/tries.ts';
import type { Journal } from './journal.ts';
import { timeRefusal } from './judge.ts';

/** The part of an agent that says whether a person was there: it holds the seeds of authenticators, and no hub does. */
export interface Approver {
  /** Judges a code once, and says what was found before it resolves. The code is written nowhere. */
  take(order: Opened<Approve>): Promise<void>;
  /** Whether it has anybody's seed. */
  hasSeeds(): Promise<boolean>;
}

/** The approver of one agent; without a file of seeds it knows nobody. */
export function createApprover(deps: {
  own: Self;
  seeds?: string | undefined;
  journal: Journal;
  now: () => number;
  log: Logger;
}): Approver {
  const { own, seeds: file, journal, now, log } = deps;
  const prove = createProver(own);
  // Read each time: who is added or removed on the machine is so at once.
  const people = async (): Promise<Person[]> => {
    try {
      return file === undefined ? [] : await readSeeds(file);
    } catch (err) {
      log.error({ err }, 'seeds do not hold');
      return [];
    }
  };

  return {
    hasSeeds: async () => (await people()).length > 0,
    async take({ jti, issuedAt, expiresAt = 0, body: { confirm, job: about, plan, operator, audience, code } }) {
      if (journal.knows(jti) !== 'never seen') return;
      const at = now();
      const say = (outcome: StepUpOutcome) => ({
        kind: 'stepup' as const,
        job: jti,
        confirm,
        about,
        operator,
        outcome,
      });
      if (timeRefusal({ job: jti, issuedAt, expiresAt }, { node: own.name, now: at }))
        return journal.finish(jti, say({ is: 'late' }));
      const seed = (await people()).find((person) => person.operator === operator)?.seed;
      if (!seed) return journal.finish(jti, say({ is: 'unknown' }));
      // Signed beforehand and given out only if the code is right, so that judging, counting and saying are one write.
      const token = await prove({ job: about, plan, operator }, audience, at);
      journal.decide(jti, triesKey(operator), (fact) => {
        const { found, after } = judgeCode({ seed, code, at }, readTries(fact));
        log.info({ operator, found, about }, 'code judged');
        return { fact: writeTries(after), saying: say(outcomeOf(found, token, MAX_WRONG - after.wrong)) };
      });
    },
  };
}

function outcomeOf(found: ReturnType<typeof judgeCode>['found'], token: string, left: number): StepUpOutcome {
  if (found === 'proved') return { is: 'proved', token };
  return found === 'wrong' ? { is: 'wrong', left } : { is: found };
}
