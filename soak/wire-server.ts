// A child process of soak/wire.ts: a service behind a proxy that breaks connections. It sends the proxy's port to the parent,
// and how many requests and connections there were whenever the parent sends anything.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import gax from 'google-gax';
import type { RawOperation } from '../src/index.js';
import { encodeOperation } from '../src/wire/messages.js';
import { FaultProxy, type FaultProxyOptions } from '../test/support/fault-proxy.js';
import { durationMs, indexOf, resultOf, typeUrl } from './operations.js';

const [wire, faults] = process.argv.slice(2) as [string, string];
let requests = 0;
const endMs = new Map<number, number>();

/** The state of an operation, which starts with the first request for it. */
function stateOf(name: string): RawOperation {
  requests++;
  const index = indexOf(name);
  const nowMs = performance.now();
  const end = endMs.get(index) ?? nowMs + durationMs(index);
  endMs.set(index, end);
  if (nowMs < end) return { name, done: false };
  if (resultOf(index) === 'error')
    return { name, done: true, error: { code: 10, message: String(index), details: [] } };
  return {
    name,
    done: true,
    response: { typeUrl, value: Buffer.from(String(index)), json: { '@type': typeUrl, index } },
  };
}

function listenGrpc(): Promise<number> {
  const { grpc, operationsProtos } = gax;
  const { GetOperationRequest } = operationsProtos.google.longrunning;
  const server = new grpc.Server();
  const handle: gax.grpc.handleUnaryCall<Buffer, Buffer> = ({ request }, callback) =>
    callback(null, Buffer.from(encodeOperation(stateOf(GetOperationRequest.decode(request).name))));
  const same = (bytes: Buffer): Buffer => bytes;
  server.register('/google.longrunning.Operations/GetOperation', handle, same, same, 'unary');
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}

async function listenHttp(): Promise<number> {
  const server = createServer({ keepAliveTimeout: 600_000 }, ({ url }, response) => {
    const { name, done, error, response: result } = stateOf(url!.slice('/v1/'.length));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name, done, error, response: result?.json }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const proxy = await FaultProxy.start(
  await (wire === 'grpc' ? listenGrpc() : listenHttp()),
  JSON.parse(faults) as FaultProxyOptions,
);
process.on('message', () => process.send!({ requests, connections: proxy.accepted }));
process.once('disconnect', () => process.exit());
process.send!(proxy.port);
