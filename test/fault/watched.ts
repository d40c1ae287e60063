import type { Point } from './points.ts';

/** The same object with points before and after some of its methods, whether they are sync or async. */
export function watched<T extends object>(
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
