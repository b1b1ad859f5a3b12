// Waits for 2,000 operations over gRPC and over REST, through a proxy that breaks connections: `npm run bench:chaos`. Every
// ten seconds all connections go silent for 8 s, without FIN or RST; new ones work. One chunk in ten is delayed. With
// `-- --check` it fails if a wait ended late or with a wrong result. Takes up to two minutes.
import gax from 'google-gax';
import { grpcTransport } from 'longrunning/grpc';
import { anyType, constantBackoff, operationInfo, OperationsClient, type OperationsTransport } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator } from 'longrunning/testing';
import { FaultProxy } from '../test/support/fault-proxy.js';

const [count, durationMs, silenceEveryMs, limitMs] = [2000, 12_000, 10_000, 60_000];
const options = {
  faultRate: 0.1,
  faults: ['delay'],
  delayMs: 500,
  silenceMs: 8000,
  seed: 20_260_101,
} as const;
const sslCreds = gax.grpc.credentials.createInsecure();

type Outcome = 'right' | 'wrong' | 'late';

const wires = {
  gRPC: {
    listen: (emulator: OperationsEmulator) => emulator.listenGrpc(),
    connect: (port: number) => grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds }),
  },
  REST: {
    listen: (emulator: OperationsEmulator) => emulator.listenHttp(),
    connect: (port: number) => restTransport({ apiEndpoint: `http://127.0.0.1:${port}` }),
  },
};

console.log(`${count} waits for operations of ${durationMs / 1000} s, limit ${limitMs / 1000} s:\n`);
console.log('wire    right  wrong   late  last after  connections');
for (const [wire, { listen, connect }] of Object.entries(wires)) {
  const emulator = new OperationsEmulator();
  const proxy = await FaultProxy.start(await listen(emulator), options);
  const timer = setInterval(() => proxy.breakConnections('silence'), silenceEveryMs);
  const startMs = performance.now();
  const outcomes = await waitForAll(emulator, connect(proxy.port));
  const [right, wrong, late] = (['right', 'wrong', 'late'] as const).map(
    (result) => outcomes.filter((outcome) => outcome === result).length,
  );
  const lastSeconds = (performance.now() - startMs) / 1000;
  const columns = [right, wrong, late].map((number) => String(number).padStart(7)).join('');
  console.log(
    `${wire.padEnd(6)}${columns}${`${lastSeconds.toFixed(1)} s`.padStart(12)}${String(proxy.accepted).padStart(13)}`,
  );
  if (process.argv.includes('--check') && right !== count) process.exitCode = 1;
  clearInterval(timer);
  proxy.close();
  await emulator.close();
}

async function waitForAll(emulator: OperationsEmulator, transport: OperationsTransport): Promise<Outcome[]> {
  const client = new OperationsClient({ transport });
  const info = operationInfo({ response: anyType });
  const polling = { backoff: constantBackoff(1000), serverWait: 'never', rpcTimeoutMs: 2000 } as const;
  const outcomes = Array.from({ length: count }, async (_, id): Promise<Outcome> => {
    // The name is in the response, so that a wrong one is noticed.
    const typeUrl = `type.googleapis.com/operations/${id}`;
    const response = { typeUrl, value: new Uint8Array(), json: { '@type': typeUrl } };
    const { name } = emulator.start({ name: `operations/${id}`, durationMs, response });
    return client
      .poller(name, info, polling)
      .pollUntilDone({ totalTimeoutMs: limitMs })
      .then(
        (operation) =>
          operation.name === name && operation.result === 'response' && operation.response.typeUrl === typeUrl
            ? 'right'
            : 'wrong',
        () => 'late' as const,
      );
  });
  const settled = await Promise.all(outcomes);
  await client.close();
  return settled;
}
