// A child process of bench/overhead.ts: a gRPC server that responds to each GetOperation with the same running operation.
// It sends its port to the parent.
import gax from 'google-gax';

const { grpc, operationsProtos } = gax;
const metadata = { type_url: 'type.googleapis.com/bench.Metadata', value: Buffer.alloc(200, 7) };
const response = operationsProtos.google.longrunning.Operation.encode({ name: 'operations/bench', metadata }).finish();

const server = new grpc.Server();
const handle: gax.grpc.handleUnaryCall<Buffer, Buffer> = (_, callback) => callback(null, Buffer.from(response));
const identity = (bytes: Buffer): Buffer => bytes;
server.register('/google.longrunning.Operations/GetOperation', handle, identity, identity, 'unary');
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send!(port);
});
process.once('disconnect', () => process.exit());
