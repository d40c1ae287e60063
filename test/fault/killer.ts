import type { Between } from '#src/cli/house.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Point } from './points.ts';
import { EFFECTS, JOURNAL_WRITES, LEDGER_WRITES } from './points.ts';

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

/** The same object with points before and after some of its methods, whether they are sync or async. */
function watched<T extends object>(
  inner: T,
  store: string,
  methods: readonly string[],
  pass: (point: Point) => void,
): T {
  return new Proxy(inner, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      if (typeof value !== 'function' || typeof key !== 'string' || !methods.includes(key)) return value;
      return (...args: unknown[]) => {
        pass(`${store}.${key}:before`);
        const result: unknown = Reflect.apply(value, object, args);
        const after = <R>(answer: R): R => {
          pass(`${store}.${key}:after`);
          return answer;
        };
        return result instanceof Promise ? result.then(after) : after(result);
      };
    },
  });
}
