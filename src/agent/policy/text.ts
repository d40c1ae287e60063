import { parseDocument } from 'yaml';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { PublicKeySchema } from '#src/wire/keys.ts';
import { Rules } from './rule.ts';

/** What a policy file holds: its rules, and whose proofs by step-up count here. */
const PolicyText = z.strictObject({
  rules: Rules,
  approver: z.strictObject({ name: z.string().min(1).max(32), key: PublicKeySchema }).optional(),
});
export type PolicyText = z.infer<typeof PolicyText>;

/** Reads the text of a policy file. YAML that means more than it says (aliases, tags, a key twice, several documents) is refused. Throws Problem `policy` with the place and what is wrong. */
export function readPolicyText(file: string, text: string): PolicyText {
  const refuse = (why: string, cause?: unknown): never => {
    throw new Problem('policy', `${file} does not hold: ${why}. See: nightguard policy check ${file}`, { cause });
  };
  const parsed = PolicyText.safeParse(plainYaml(text, refuse));
  if (parsed.success) return parsed.data;
  return refuse(parsed.error.issues.slice(0, 5).map(issueText).join('; '), parsed.error);
}

function plainYaml(text: string, refuse: (why: string, cause?: unknown) => never): unknown {
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, {
      schema: 'core',
      strict: true,
      uniqueKeys: true,
      stringKeys: true,
      prettyErrors: true,
    });
    const [complaint] = [...document.errors, ...document.warnings];
    if (!complaint) return document.toJS({ maxAliasCount: 0 });
    return refuse(firstLine(complaint), complaint);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    return refuse(firstLine(cause), cause);
  }
}

function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.map((part) => (typeof part === 'number' ? String(part + 1) : String(part))).join(' ');
  const words = issue.code === 'unrecognized_keys' ? `there is no key ${issue.keys.join(', ')} here` : issue.message;
  return `${where || 'the file'}: ${words}`.slice(0, 200);
}

function firstLine(error: unknown): string {
  const line = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'not YAML';
  return line.replace(/[.:]$/, '').slice(0, 200);
}
