import { protos } from '@google-cloud/dialogflow-cx';
import { describe, expect, test } from '@jest/globals';
import { protobuf } from 'google-gax';
import { infoFrom } from '../../src/gax/info.js';
import type { LongrunningDescriptorLike } from '../../src/gax/types.js';
import { agentsClient } from './agents.js';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const agents = agentsClient(1);
const descriptor = agents.descriptors.longrunning.exportAgent as LongrunningDescriptorLike;
const operationsClient = { operationsStub: Promise.resolve({}) };
const bytes = ExportAgentResponse.encode({ agentContent: Buffer.from('zip') }).finish();

describe('infoFrom()', () => {
  test('finds the full names of the types, which a descriptor does not have', () => {
    const info = infoFrom(descriptor);
    expect(info.response.typeName).toBe('google.cloud.dialogflow.cx.v3.ExportAgentResponse');
    expect(info.metadata.typeName).toBe('google.protobuf.Struct');
  });

  test("decodes exactly as google-gax's decoder", () => {
    const ours = infoFrom<InstanceType<typeof ExportAgentResponse>, object>(descriptor).response.decode({
      typeUrl: 'type.googleapis.com/google.cloud.dialogflow.cx.v3.ExportAgentResponse',
      value: new Uint8Array(bytes),
    });
    const theirs = descriptor.responseDecoder(Buffer.from(bytes));
    expect(ours).toEqual(theirs);
    expect(ours.constructor).toBe(theirs.constructor);
    expect(Buffer.isBuffer(ours.agentContent)).toBe(true);
  });

  test('returns the default instance for a message that was not sent', () => {
    const message = infoFrom<object, object>(descriptor).response.decode(undefined);
    expect(message).toEqual(descriptor.responseDecoder(Buffer.alloc(0)));
  });

  test('creates one info per descriptor', () => {
    expect(infoFrom(descriptor)).toBe(infoFrom(descriptor));
  });

  test('throws for JSON that google-gax could not convert to bytes', () => {
    const { response } = infoFrom(descriptor);
    expect(() => response.decode({ typeUrl: 'x/y.Z', json: {} })).toThrow('cannot read this JSON as x/y.Z');
  });

  test('finds the name of a class of the static generator', () => {
    const decode = (buffer: Uint8Array): object => ExportAgentResponse.decode(buffer);
    const info = infoFrom({ operationsClient, responseDecoder: decode, metadataDecoder: decode });
    expect(info.response.typeName).toBe('google.cloud.dialogflow.cx.v3.ExportAgentResponse');
  });

  test('skips the type check without a type name', () => {
    const info = infoFrom<object, object>({
      operationsClient,
      responseDecoder: (buffer) => ({ length: buffer.length }),
      metadataDecoder: (buffer) => {
        if (buffer.length === 0) throw new Error('missing required');
        return { length: buffer.length };
      },
    });
    expect(info.response.typeName).toBeUndefined();
    expect(info.metadata.typeName).toBeUndefined();
    expect(info.metadata.decode({ typeUrl: 'x/Old', value: new Uint8Array(3) })).toEqual({ length: 3 });
  });

  test('returns an Any unchanged if the declared type is google.protobuf.Any', () => {
    const proto = 'syntax = "proto3"; package google.protobuf; message Any { string type_url = 1; bytes value = 2; }';
    const any = protobuf.parse(proto, { keepCase: true }).root.lookupType('google.protobuf.Any');
    const { metadata } = infoFrom<object, object>({
      operationsClient,
      responseDecoder: any.decode.bind(any),
      metadataDecoder: any.decode.bind(any),
    });
    const sent = { typeUrl: 'type.googleapis.com/some.service.Metadata', value: Buffer.from([1, 2]) };
    expect(metadata.typeName).toBeUndefined();
    expect(metadata.decode(sent)).toMatchObject({ type_url: sent.typeUrl, value: sent.value });
  });
});
