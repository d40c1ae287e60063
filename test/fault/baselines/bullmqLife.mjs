// One life of a BullMQ worker as it comes: writes down each job that it begins, and ends it in its second life only.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [folder, port, begun, ends] = process.argv.slice(2);
const { Worker } = createRequire(`${folder}/`)('bullmq');
const work = async ({ id }) => {
  appendFileSync(begun, `${id}\n`);
  if (ends !== 'ends') await new Promise(() => {});
};
new Worker('restarts', work, { connection: { host: '127.0.0.1', port: Number(port) }, concurrency: 100 });
