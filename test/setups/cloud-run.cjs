// What Cloud Run does to the instances of a service: a port in PORT, no CPU for a while, SIGTERM, and another instance.
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const { createServer } = require('node:net');
const { OperationsEmulator } = require('longrunning/testing');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function startInstance(service) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), SERVICE: service, STORE: '.' };
  const child = spawn(process.execPath, [process.argv[2]], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const request = () => fetch(`http://127.0.0.1:${port}/exports/1`, { method: 'POST' });
  return { child, exited, request };
}

async function main() {
  const emulator = new OperationsEmulator();
  const names = [];
  emulator.handle('POST /start', () => {
    const operation = emulator.start({ durationMs: Infinity });
    names.push(operation.name);
    return operation;
  });
  const service = `http://127.0.0.1:${await emulator.listenHttp()}`;
  const polled = async () => {
    const before = emulator.calls.length;
    while (emulator.calls.length < before + 2) await pause(10);
  };

  const first = await startInstance(service);
  const interrupted = first.request();
  await polled();
  first.child.kill('SIGTERM');
  const { status, headers } = await interrupted;
  const [exitCode, signal] = await first.exited;
  console.log(`first: ${status}, retry-after ${headers.get('retry-after')}, exit ${exitCode ?? signal}`);

  const second = await startInstance(service);
  const resumed = second.request();
  await polled();
  second.child.kill('SIGSTOP'); // no CPU
  emulator.complete(names[0]);
  await pause(300);
  second.child.kill('SIGCONT');
  const response = await resumed;
  console.log(`second: ${response.status}, ${await response.text()}, ${names.length} started`);
  second.child.kill('SIGTERM');
  const [endCode] = await second.exited;
  console.log(`second: exit ${endCode}`);
  await emulator.close();
}

void main();
