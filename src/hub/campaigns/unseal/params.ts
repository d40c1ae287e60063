import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import { issueSentence, paramCards, readTokens } from '#src/operation/args.ts';
import { ShareParams } from '#src/operation/vaultShare.ts';

/** What `/unseal` is asked with. */
export const UnsealParams = ShareParams.pick({ vault: true, server: true, reset: true }).extend({
  without: z
    .string()
    .max(200)
    .regex(/^[a-z0-9][a-z0-9_,-]*$/, 'names of nodes with commas between them, such as alpha,beta')
    .optional()
    .describe('nodes that are not asked')
    .meta({ example: 'alpha,beta' }),
});
export type UnsealParams = z.infer<typeof UnsealParams>;

const CARDS = paramCards(UnsealParams);
/** How it is typed. */
export const UNSEAL_USAGE = '/unseal <vault> [server] [--without alpha,beta] [--reset]';

/** Reads the words behind the command; with none, the Vault is the only one that there is a share of. Throws Problem `arguments` with the usage. */
export function readUnseal(words: readonly string[], vaults: readonly string[]): Input {
  const [only, other] = vaults;
  try {
    const typed = readTokens(CARDS, words);
    const input: Input = typed['vault'] === undefined && only && !other ? { vault: only, ...typed } : typed;
    parseUnseal(input);
    return input;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'arguments') throw error;
    const known = vaults.length > 0 ? `\nThere is ${vaults.join(', ')}.` : '';
    throw new Problem('arguments', `${error.message}\nUsage: ${UNSEAL_USAGE}${known}`);
  }
}

/** Throws Problem `arguments` for what is none of ours. */
export function parseUnseal(input: Input): UnsealParams {
  const parsed = UnsealParams.safeParse(input, { reportInput: true });
  if (!parsed.success) throw new Problem('arguments', issueSentence(parsed.error));
  return parsed.data;
}

/** The same command as somebody would type it again; who was left out stays so. */
export function unsealCommand(
  { vault, server, without }: UnsealParams,
  more: { reset?: boolean; without?: string } = {},
) {
  const left = [without, more.without].filter(Boolean).join(',');
  const words = [server, left && `--without ${left}`, more.reset && '--reset'].filter(Boolean);
  return ['/unseal', vault, ...words].join(' ');
}
