import { protos } from '@google-cloud/dialogflow-cx';
import { protos as speech } from '@google-cloud/speech';
import {
  anyType,
  Code,
  jsonType,
  operationInfo,
  protobufType,
  type Any,
  type OperationInfo,
  type RawOperation,
} from 'longrunning';
import { operationToJson } from '../../../src/wire/json.js';
import { encodeOperation } from '../../../src/wire/messages.js';
import { failureOf, name, pollerOf, type Failure, type FailureWorld } from './world.js';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const { LongRunningRecognizeResponse } = speech.google.cloud.speech.v1;
const recognize = operationInfo({ response: protobufType(LongRunningRecognizeResponse) });
const exportAgent = operationInfo({ response: protobufType(ExportAgentResponse) });
const typeUrl = (type: string): string => `type.googleapis.com/${type}`;
const otherType: Any = { typeUrl: typeUrl('google.protobuf.Struct'), value: new Uint8Array(), json: {} };
const notTheBytes: Any = {
  typeUrl: typeUrl('google.cloud.dialogflow.cx.v3.ExportAgentResponse'),
  value: Buffer.from('<html>'),
};

const withDuration: Any = {
  typeUrl: typeUrl('google.cloud.speech.v1.LongRunningRecognizeResponse'),
  json: { totalBilledTime: '15s' },
};

/** The poller of an operation that the server has in one state. */
async function pollerFor<R, M>(
  world: FailureWorld,
  wire: 'REST' | 'gRPC',
  state: Omit<RawOperation, 'name'>,
  info: OperationInfo<R, M>,
) {
  const raw = { name, ...state };
  if (wire === 'gRPC') {
    const port = await world.grpc({ GetOperation: () => encodeOperation(raw) });
    return pollerOf(world.grpcAt(`127.0.0.1:${port}`), info);
  }
  const body = JSON.stringify(operationToJson(raw));
  return pollerOf(world.rest(await world.http((_, response) => response.end(body))), info);
}

function done(
  title: string,
  action: string,
  wire: 'REST' | 'gRPC',
  state: Partial<RawOperation>,
  info: OperationInfo<unknown, unknown> = exportAgent,
): Failure {
  return {
    title,
    action,
    wire,
    produce: async (world) => failureOf((await pollerFor(world, wire, { done: true, ...state }, info)).promise()),
  };
}

/** Metadata of another type than declared: the wait goes on, and succeeds. */
function badMetadata(wire: 'REST' | 'gRPC'): Failure {
  return {
    title: 'the metadata cannot be read: no error of the wait, but `operation.metadataError`',
    action: 'declare the type that came',
    wire,
    produce: async (world) => {
      const info = operationInfo({ response: anyType, metadata: jsonType('google.example.Progress') });
      const poller = await pollerFor(world, wire, { done: true, metadata: otherType }, info);
      return (await poller.pollUntilDone()).metadataError;
    },
  };
}

const failed = {
  error: {
    code: Code.FAILED_PRECONDITION,
    message: 'The bucket gs://b cannot be written',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo' as const,
        reason: 'BUCKET_GONE',
        domain: 'storage.googleapis.com',
        metadata: {},
      },
    ],
  },
};
const cancelled = { error: { code: Code.CANCELLED, message: 'The operation was cancelled.', details: [] } };

/** The operation is done, and not well; or its result cannot be read. */
export const operationFailures: readonly Failure[] = [
  done('the operation failed', 'read `status` and `metadata`; starting it anew is your decision', 'REST', failed),
  done('the operation failed', 'read `status` and `metadata`; starting it anew is your decision', 'gRPC', failed),
  done('the operation was cancelled', 'start it anew if you want it', 'REST', cancelled),
  done('the operation was cancelled', 'start it anew if you want it', 'gRPC', cancelled),
  done('the response is of another type than declared', 'declare the type that came', 'REST', { response: otherType }),
  done('the response is of another type than declared', 'declare the type that came', 'gRPC', { response: otherType }),
  done('the response cannot be decoded', 'check the version of the protos', 'gRPC', { response: notTheBytes }),
  done(
    'the response cannot be read by a static class of protobufjs',
    'declare it with `jsonType()`',
    'REST',
    { response: withDuration },
    recognize,
  ),
  badMetadata('REST'),
  badMetadata('gRPC'),
];
