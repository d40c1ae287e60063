// The demo workload: a small web server that can be made sick or be crashed, so that there is something to look after.
import { createServer } from 'node:http';

const HOST = '127.0.0.1';
const HEALTH_LINES_EVERY = 50;
const HEARTBEAT_MS = 30_000;
const STOP_MS = 200;
// As real services do, it takes a moment from running to healthy.
const WARM_UP_MS = Number(process.env.WARM_UP_MS ?? 1_500);

const startedAt = Date.now();
let sickUntil = 0;
let requests = 0;
let healthChecks = 0;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://${HOST}`);
  const route = `${request.method} ${url.pathname}`;
  request.resume();
  if (route === 'GET /health') return answerHealth(response);
  requests += 1;
  if (route === 'GET /')
    return answer(
      response,
      route,
      200,
      'Nightguard demo: a workload to try things on. It can be sick (POST /sick?seconds=30) and it can crash (POST /crash).',
    );
  if (route === 'POST /sick') return fallSick(response, route, url.searchParams.get('seconds'));
  if (route === 'POST /crash') return crash(response, route);
  return answer(response, route, 404, 'There is nothing here.');
});

server.on('error', (error) => {
  log(`FATAL cannot listen: ${error.message}`);
  process.exit(1);
});
log(`INFO  starting, pid ${process.pid}`);
setTimeout(() => {
  server.listen(Number(process.env.PORT ?? 0), HOST, () => log(`INFO  demo started, port ${server.address().port}`));
}, WARM_UP_MS);
setInterval(() => {
  const minutes = Math.floor((Date.now() - startedAt) / 60_000);
  log(`INFO  still here: up ${minutes} min, ${requests} requests, ${healthChecks} health checks`);
}, HEARTBEAT_MS);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

function answerHealth(response) {
  healthChecks += 1;
  const sick = Date.now() < sickUntil;
  if (healthChecks % HEALTH_LINES_EVERY === 0)
    log(`INFO  ${healthChecks} health checks so far, now ${sick ? 'sick' : 'ok'}`);
  respond(response, sick ? 503 : 200, sick ? 'sick' : 'ok');
}

function fallSick(response, route, text) {
  const seconds = Number(text ?? 30);
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > 86_400)
    return answer(response, route, 400, 'seconds is a number from 0 to 86400.');
  sickUntil = Date.now() + seconds * 1000;
  log(`WARN  database pool exhausted: 0 of 10 connections free, health is 503 for ${seconds} s`);
  return answer(response, route, 200, `Sick for ${seconds} s.`);
}

function crash(response, route) {
  response.on('close', () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'total')");
    log(`FATAL uncaught exception\n${plausibleStack(error)}`);
    process.exit(1);
  });
  answer(response, route, 202, 'Crashing.');
}

// Every line of the log begins with a time, those of a stack as well.
function plausibleStack(error) {
  const frames = [
    'priceOf (/srv/demo/src/cart.js:41:27)',
    'checkout (/srv/demo/src/checkout.js:88:19)',
    'Server.onRequest (/srv/demo/src/server.js:23:5)',
  ];
  return [String(error), ...frames.map((frame) => `    at ${frame}`)].join('\n');
}

function answer(response, route, status, text) {
  log(`INFO  ${route} ${status}`);
  respond(response, status, text);
}

function respond(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function stop(signal) {
  log(`INFO  ${signal} received, stopping`);
  server.close(() => finish());
  server.closeIdleConnections();
  setTimeout(finish, STOP_MS / 2);
}

function finish() {
  log('INFO  stopped');
  process.exit(0);
}

// Written at once, so that the last words are not lost with the process.
function log(text) {
  const time = new Date().toISOString();
  process.stdout.write(
    text
      .split('\n')
      .map((line) => `${time} ${line}\n`)
      .join(''),
  );
}
