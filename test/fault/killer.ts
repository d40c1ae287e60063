import type { Between } from '#src/cli/house.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Point } from './points.ts';
import { EFFECTS, JOURNAL_WRITES, LEDGER_WRITES } from './points.ts';
import { watched } from './watched.ts';

/** Counts how often each point is passed once armed, and kills this process with -9 at one of them. */
export function createKiller(target: { point: Point; occurrence: number } | undefined) {
  const passed = new Map<Point, number>();
  let armed = false;
  const pass = (point: Point): void => {
    if (!armed) return;
    const times = (passed.get(point) ?? 0) + 1;
    passed.set(point, times);
    if (target?.point === point && target.occurrence === times) process.kill(process.pid, 'SIGKILL');
  };
  return {
    arm: () => {
      armed = true;
    },
    counts: (): Record<string, number> => Object.fromEntries(passed),
    between: between(pass),
  };
}

function between(pass: (point: Point) => void): Between {
  return {
    ledger: (ledger) => watched(ledger, 'ledger', LEDGER_WRITES, pass),
    journal: (journal) => watched(journal, 'journal', JOURNAL_WRITES, pass),
    tools: (tools): Tools => ({ ...tools, workloads: watched(tools.workloads, 'workloads', EFFECTS, pass) }),
    bot(bot) {
      bot.api.config.use(async (call, method, payload, signal) => {
        pass(`telegram.${method}:before`);
        const answer = await call(method, payload, signal);
        pass(`telegram.${method}:after`);
        return answer;
      });
    },
  };
}
