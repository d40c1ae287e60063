// The other end of a bare round trip: what comes in one stream goes back in another.
import { Redis } from 'ioredis';

const [url] = process.argv.slice(2);
const [reader, writer] = [new Redis(url), new Redis(url)];
let after = '0';
process.on('disconnect', () => process.exit());
process.send('ready');
for (;;) {
  const read = await reader.xread('BLOCK', 0, 'STREAMS', 'bench:there', after);
  for (const [position, fields] of read?.[0]?.[1] ?? []) {
    after = position;
    await writer.xadd('bench:back', '*', ...fields);
  }
}
