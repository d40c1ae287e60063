// The recording world: a workload whose every start is one line in an append-only file. Plain JS, so that it starts fast.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

appendFileSync(process.env.EFFECTS, `start ${process.pid}\n`);
const server = createServer((_request, response) => response.end('ok'));
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
