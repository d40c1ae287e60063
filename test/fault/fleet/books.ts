import { DatabaseSync } from 'node:sqlite';
import { checkChain, firstHead, Head } from '#src/wire/chain.ts';
import { CLOCK_SKEW_S } from '#src/wire/seal.ts';

/** What is wrong with a whole journal: work that began after its time (I5), a chain of records that does not hold or leaves something out (I8). */
export function bookWrongs(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const late = db
      .prepare('SELECT job FROM jobs WHERE started_at > expires_at + ?')
      .all(CLOCK_SKEW_S * 1000)
      .map(({ job }) => `job ${job} began after it had expired`);
    const lines = db
      .prepare('SELECT line FROM audit ORDER BY seq')
      .all()
      .map(({ line }) => String(line));
    const fact = (key: string) => db.prepare('SELECT value FROM facts WHERE key = ?').get(key)?.['value'];
    const cut = fact('audit cut');
    const from = cut === undefined ? firstHead(String(fact('log'))) : Head.parse(JSON.parse(String(cut)));
    const checked = checkChain(lines, from);
    const begun = db.prepare('SELECT job FROM jobs WHERE once_step IS NOT NULL').all();
    const silent = begun.filter(({ job }) => !lines.some((line) => line.includes(String(job))));
    return [
      ...late,
      ...(checked.ok ? [] : [`the audit does not hold at ${checked.seq}: ${checked.why}`]),
      ...silent.map(({ job }) => `job ${job} changed something and is not in the audit`),
    ];
  } finally {
    db.close();
  }
}
