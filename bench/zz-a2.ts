import gax from '/tmp/wt/grpc/node_modules/google-gax/build/src/index.js';
import { grpcTransport } from '/tmp/wt/grpc/dist/grpc/index.js';
import { FaultProxy } from '/tmp/wt/grpc/test/support/fault-proxy.ts';
import { OperationsEmulator } from '/tmp/wt/grpc/dist/testing/index.js';
const e = new OperationsEmulator(); const port = await e.listenGrpc(); const op = e.start({durationMs: Infinity});
const g = (gax as any).default ?? gax;
const proxy = await FaultProxy.start(port);
for (const [label, o] of [['10 s', {}], ['grpc-js default', {'grpc.max_reconnect_backoff_ms': 120000}]] as const) (async () => {
  const late: number[] = [];
  await Promise.all(Array.from({length: 15}, async (_, i) => {
    const t = grpcTransport({ apiEndpoint: `127.0.0.1:${proxy.port}`, sslCreds: g.grpc.credentials.createInsecure(), grpcOptions: o });
    await t.getOperation({name: op.name}, {});
    await new Promise(r => setTimeout(r, 3000 + i*100));
    for (;;) { try { await t.getOperation({name: op.name}, {timeoutMs: 5000}); if (acceptedAt) { late.push((performance.now()-acceptedAt)/1000); break; } } catch {} await new Promise(r=>setTimeout(r,300)); }
    await t.close();
  }));
  late.sort((a,b)=>a-b); console.log(label, 'median', late[7]!.toFixed(1), 'max', late.at(-1)!.toFixed(1));
})();
let acceptedAt = 0;
await new Promise(r => setTimeout(r, 2000));
proxy.refuse(); proxy.breakConnections('reset');
await new Promise(r => setTimeout(r, 90000));
await proxy.accept(); acceptedAt = performance.now();
