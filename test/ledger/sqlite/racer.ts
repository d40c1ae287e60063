import { once } from 'node:events';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { sampleAsk, samplePress } from '../samples.ts';

// One of several processes that ask the same intents and press the same button, all at a word from the test.
const [, , file = '', name = ''] = process.argv;
const ledger = createSqliteLedger({ file });
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const posts: string[] = [];
let fresh = 0;
for (let i = 0; i < 25; i += 1) {
  const answer = await ledger.ask({ ...sampleAsk(`${name}-${i}`), intent: `shared ${i}` });
  posts.push(answer.post);
  if (answer.fresh) fresh += 1;
}
const pressed = await ledger.press(samplePress({ jobs: [], orders: [] }));
await ledger.close();
process.stdin.destroy();
process.stdout.write(`${JSON.stringify({ fresh, posts, pressed })}\n`);
