import { Problem } from '#src/kit/problem.ts';

/** A refusal of the Bot API in its full wording, e.g. 404 `Not Found: method not found`. */
export function refusal(status: number, description: string): Problem {
  return new Problem(`bot-api-${status}`, description);
}

/** 400 with Telegram's casing: the first letter small unless the text is an ALL_CAPS server error. */
export function badRequest(message: string): Problem {
  return refusal(400, `Bad Request: ${uncapitalised(message)}`);
}

/** 403, cased like 400. */
export function forbidden(message: string): Problem {
  return refusal(403, `Forbidden: ${uncapitalised(message)}`);
}

/** 429 that names the seconds to wait. */
export function tooManyRequests(seconds: number): Problem {
  return refusal(429, `Too Many Requests: retry after ${seconds}`);
}

function uncapitalised(message: string): string {
  return /^.[A-Z_]/.test(message) ? message : message.charAt(0).toLowerCase() + message.slice(1);
}
