import { expect, test } from 'vitest';
import type { Evidence } from '#src/agent/policy/evidence.ts';
import { Rules } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import type { Risk } from '#src/operation/risk.ts';

const [P, Q] = ['a'.repeat(64), 'b'.repeat(64)];
// The evidence says whose proofs held; here it only matters that somebody is named.
const APPROVER = { name: 'vault', key: 'ng1.' };
const [ADA, BEN, CLEO, STRANGER] = [11, 22, 33, 99];
// Friday noon, Friday night, Saturday early, Sunday noon; all UTC.
const TIMES = ['2026-11-20T12:00Z', '2026-11-20T23:30Z', '2026-11-21T05:00Z', '2026-11-22T12:00Z'].map(Date.parse);
const OPERATIONS = ['health', 'logs', 'restart', 'prune', 'unseal', 'restore', 'unheard'];
const TARGETS = [undefined, 'web', 'web-2', 'db', 'unheard'];

const RULES = Rules.parse([
  { operations: ['health'] },
  { operations: ['restart', 'logs'], targets: ['db'], operators: [ADA], require: { proof: 'stepup', reason: true } },
  {
    operations: ['restart'],
    targets: ['web*'],
    operators: [ADA, BEN],
    rate: { max: 2, per: '1h' },
    hours: { from: '22:00', to: '06:00', days: ['fri'], timezone: 'UTC' },
  },
  { operations: ['restart'], targets: ['web', 'db'], operators: [ADA, BEN, CLEO] },
  { operations: ['unseal'], operators: [ADA, BEN, CLEO], require: { approvers: 2, selfApproval: true } },
  { operations: ['prune'], operators: [ADA, CLEO], require: { proof: 'stepup', approvers: 1 } },
  { operations: ['restore'], operators: [ADA, BEN], require: { reason: true } },
  { operations: ['logs'], targets: ['web', 'db'], rate: { max: 5, per: '10m' } },
]);

const yes = (operator: number, plan: string = P) => ({ operator, plan, at: 0 });
const EVIDENCE: (Evidence | undefined)[] = [
  undefined,
  { plan: undefined, approvals: [], stepups: [], reason: undefined },
  { plan: P, approvals: [], stepups: [], reason: undefined },
  { plan: P, approvals: [], stepups: [ADA], reason: 'it hangs' },
  { plan: P, approvals: [yes(BEN)], stepups: [ADA], reason: undefined },
  { plan: P, approvals: [yes(ADA), yes(BEN)], stepups: [ADA, BEN], reason: 'it hangs' },
  { plan: P, approvals: [yes(BEN), yes(BEN), yes(STRANGER)], stepups: [], reason: 'it hangs' },
  { plan: P, approvals: [yes(BEN, Q), yes(CLEO, Q)], stepups: [ADA, CLEO], reason: 'it hangs' },
  { plan: P, approvals: [yes(ADA), yes(CLEO)], stepups: [ADA, CLEO], reason: 'it hangs' },
];

interface Cell {
  operation: string;
  target: string | undefined;
  operator: number;
  environment: 'prod' | 'stage';
  evidence: Evidence | undefined;
  at: number;
  used: number;
}

const CELLS: Cell[] = OPERATIONS.flatMap((operation) =>
  TARGETS.flatMap((target) =>
    [ADA, BEN, CLEO, STRANGER].flatMap((operator) =>
      (['prod', 'stage'] as const).flatMap((environment) =>
        EVIDENCE.flatMap((evidence) =>
          TIMES.flatMap((at) =>
            [0, 2, 5].map((used) => ({ operation, target, operator, environment, evidence, at, used })),
          ),
        ),
      ),
    ),
  ),
);

const RISKS: Record<string, Risk> = { health: 'read', logs: 'read', restore: 'critical', unseal: 'critical' };

/** The evidence of a cell in the words of a person. */
function told({ evidence }: Cell) {
  const proven = (who: number) => evidence?.stepups.includes(who) === true;
  const said = [...new Set(evidence?.approvals.filter(({ plan }) => plan === P).map((one) => one.operator))];
  const planless = evidence !== undefined && evidence.plan === undefined;
  return { isPlan: evidence === undefined, planless, proven, said, reason: evidence?.reason };
}

/** What the rules above mean, told as a person would tell it and not read from them. */
const MEANING: Record<string, (cell: Cell) => string> = {
  health: () => 'yes',

  logs(cell) {
    const { isPlan, proven, reason } = told(cell);
    if (cell.target === 'db' && cell.operator === ADA) {
      if (isPlan) return 'yes';
      return proven(ADA) ? (reason ? 'yes' : 'reason') : 'stepup';
    }
    if (cell.target !== 'web' && cell.target !== 'db') return 'no rule';
    return cell.used >= 5 ? 'rate' : 'yes';
  },

  restart(cell) {
    const { target, operator } = cell;
    if (operator === STRANGER || target === undefined || target === 'unheard') return 'no rule';
    if (target === 'db' && operator === ADA) return adaRestartsDb(cell);
    if (operator === CLEO && target === 'web-2') return 'no rule';
    const nightly = operator !== CLEO && target !== 'db';
    // The night from Friday to Saturday: the second and the third of the times.
    if (nightly && cell.at !== TIMES[1] && cell.at !== TIMES[2]) return 'hours';
    if (nightly && cell.used >= 2) return 'rate';
    return cell.environment === 'prod' && told(cell).planless ? 'plan' : 'yes';
  },

  unseal(cell) {
    const { isPlan, planless, said } = told(cell);
    if (cell.operator === STRANGER) return 'no rule';
    if (isPlan) return 'yes';
    if (planless) return 'plan';
    return said.filter((who) => who !== STRANGER).length >= 2 ? 'yes' : 'approvers';
  },

  // Critical: the rule does not ask for a second person, the risk does.
  restore(cell) {
    const { isPlan, planless, said, reason } = told(cell);
    if (cell.operator !== ADA && cell.operator !== BEN) return 'no rule';
    if (isPlan) return 'yes';
    if (planless) return 'plan';
    const other = cell.operator === ADA ? BEN : ADA;
    return said.includes(other) ? (reason ? 'yes' : 'reason') : 'approvers';
  },

  prune(cell) {
    const { isPlan, planless, proven, said } = told(cell);
    if (cell.operator !== ADA && cell.operator !== CLEO) return 'no rule';
    if (isPlan) return 'yes';
    if (planless) return 'plan';
    if (!proven(cell.operator)) return 'stepup';
    const other = cell.operator === ADA ? CLEO : ADA;
    return said.includes(other) && proven(other) ? 'yes' : 'approvers';
  },
};

function adaRestartsDb(cell: Cell): string {
  const { isPlan, planless, proven, reason } = told(cell);
  if (isPlan) return 'yes';
  if (planless) return 'plan';
  if (!proven(ADA)) return 'stepup';
  return reason ? 'yes' : 'reason';
}

test(`a matrix of ${CELLS.length} cells agrees with an oracle that knows no rules`, () => {
  expect(CELLS.length).toBeGreaterThan(8_000);
  const policies = {
    prod: createPolicy({ node: 'alpha', environment: 'prod', rules: RULES, approver: APPROVER }),
    stage: createPolicy({ node: 'alpha', environment: 'stage', rules: RULES, approver: APPROVER }),
  };
  const answers = CELLS.map((cell) => {
    const { environment, used, ...question } = cell;
    const risk = RISKS[cell.operation] ?? 'change';
    const decision = policies[environment].decide({ ...question, risk, admitted: () => used });
    return {
      cell,
      got: decision.allowed ? 'yes' : decision.why,
      expected: MEANING[cell.operation]?.(cell) ?? 'no rule',
    };
  });
  expect(answers.filter(({ got, expected }) => got !== expected).slice(0, 5)).toEqual([]);
  // Each answer comes up, so the agreement is about something.
  expect([...new Set(answers.map(({ got }) => got))].sort()).toEqual(
    ['approvers', 'hours', 'no rule', 'plan', 'rate', 'reason', 'stepup', 'yes'].sort(),
  );
});
