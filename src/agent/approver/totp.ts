import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long one code is the current one, in ms: what authenticator apps take for granted. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** How many steps a clock may be off, to either side. */
const DRIFT = 1;

/** The number of the time step at `at` (ms since 1970). */
export function stepAt(at: number): number {
  return Math.floor(at / STEP_MS);
}

/** The code of a seed in one time step: TOTP of RFC 6238 with HMAC-SHA-1 and six digits. */
export function codeOf(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', seed).update(counter).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0xf;
  const number = hash.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The latest time step around `at` (ms since 1970; one to either side counts) in which this was the code; undefined when it was not. Every step is compared, so that the time taken tells nothing. */
export function matchingStep(seed: Uint8Array, code: string, at: number): number | undefined {
  const given = Buffer.from(code.padEnd(DIGITS).slice(0, DIGITS), 'latin1');
  let found: number | undefined;
  for (let step = stepAt(at) - DRIFT; step <= stepAt(at) + DRIFT; step += 1) {
    if (timingSafeEqual(Buffer.from(codeOf(seed, step), 'latin1'), given) && code.length === DIGITS) found = step;
  }
  return found;
}
