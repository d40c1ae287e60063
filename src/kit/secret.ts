import { inspect } from 'node:util';

const HIDDEN = '[redacted]';

/** A value that prints as `[redacted]` wherever it ends up by mistake (string, JSON, console, log); only `reveal` gives it out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
