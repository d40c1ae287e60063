import { fileURLToPath } from 'node:url';
import type { Life, Program } from './program.ts';
import { begin, CLONE } from './program.ts';
import { openStage } from './stage.ts';
import type { Row } from './table.ts';
import { median } from './table.ts';

const TIMES = 7;
const BARE = fileURLToPath(new URL('./bareBot.mjs', import.meta.url));

/** From process start until the first webhook is answered, which takes one call of Telegram in each; they start in turns. */
export async function start(bundle: Program | undefined): Promise<Row[]> {
  const stage = await openStage();
  const hubOf = (program: Program) => async () => await stage.hub(program);
  const bare = async () => await begin([BARE, 'bare'], { ...stage.telegram, PORT: new URL(stage.hubUrl).port });
  const kinds: { taken: number[]; enter: () => Promise<Life> }[] = [CLONE, ...(bundle ? [bundle] : [])]
    .map((program) => ({ taken: [] as number[], enter: hubOf(program) }))
    .concat({ taken: [], enter: bare });
  try {
    for (let n = -1; n < TIMES; n += 1) {
      for (const { taken, enter } of kinds) {
        const began = performance.now();
        const life = await enter();
        const { answeredAt, status } = await stage.type('/help');
        if (status !== 200) throw new Error(`the webhook was answered with ${status}`);
        // The first of each finds no webhook set, and nothing compiled.
        if (n >= 0) taken.push(answeredAt - began);
        await life.stop();
      }
    }
  } finally {
    await stage.close();
  }
  const [clone = 0, ...rest] = kinds.map(({ taken }) => median(taken));
  const beside = { what: 'bare grammY + node:http', value: rest.at(-1) ?? 0 };
  return [
    ...rest.slice(0, -1).map(
      (value): Row => ({
        ...{ what: 'hub, bundled: start to first webhook answered', unit: 'ms', value, beside },
        budget: { most: 1.5, of: 'ratio' },
      }),
    ),
    { what: 'hub, in a clone: the same', unit: 'ms', value: clone, beside },
  ];
}
