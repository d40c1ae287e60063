import { expect, test } from 'vitest';
import { ownUser } from '#src/agent/policy/guard.ts';
import { startFleet } from './fleet.ts';
import { ADA } from './house.ts';

const OPEN = "Its agent's own user can change this policy.";

test.skipIf(ownUser() !== 0)(
  '/node says of a node of prod that its own user can change its policy (as root)',
  async () => {
    const fleet = await startFleet({
      alpha: { environment: 'prod' },
      beta: { environment: 'prod', policyText: () => 'rules: [{ operations: [health] }]' },
      gamma: { environment: 'stage' },
    });
    const ada = fleet.chat(ADA);
    expect((await ada.ask('/node alpha')).text).toContain(OPEN);
    for (const node of ['beta', 'gamma']) expect((await ada.ask(`/node ${node}`)).text).not.toContain(OPEN);
  },
);
