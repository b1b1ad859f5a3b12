import fc from 'fast-check';
import { toOperation } from '../../src/operation.js';
import { anyType } from '../../src/operation.js';
import { parseOperation } from '../../src/wire/index.js';
import {
  decodeListResponse,
  decodeOperation,
  decodeStatus,
  encodeListResponse,
  encodeOperation,
  encodeStatus,
} from '../../src/wire/messages.js';
import { target, type Target } from '../target.js';
import { jsonText, json, mutatedBytes } from '../values.js';

const typeUrl = 'type.googleapis.com/google.rpc.RetryInfo';
const any = { typeUrl, value: Uint8Array.of(10, 2, 8, 5) };
const status = { code: 14, message: 'ü', details: [{ '@type': typeUrl, retryDelay: '5s' }] } as const;
const operations = [
  { name: 'operations/1', done: false, metadata: any },
  { name: 'operations/1', done: true, response: any },
  { name: 'operations/1', done: true, error: status },
];
export const statusBytes = mutatedBytes([encodeStatus(status)]);
const listBytes = mutatedBytes([encodeListResponse({ operations, nextPageToken: 'n', unreachable: ['u'] })]);

const repeat =
  (unit: string, prefix = '', suffix = '') =>
  (length: number): string =>
    prefix + unit.repeat(Math.ceil(length / unit.length)) + suffix;

/** Operations, lists and statuses as they are received. */
export const wireTargets: readonly Target[] = [
  target('wire bytes of an operation', mutatedBytes(operations.map(encodeOperation)), (bytes) => {
    toOperation(decodeOperation(bytes), { response: anyType, metadata: anyType }, 'operations/1');
  }),
  target('wire bytes of a list', listBytes, decodeListResponse),
  target('wire bytes of a status', statusBytes, decodeStatus),
  target('bytes of a message', mutatedBytes(operations.map(encodeOperation)), parseOperation, [
    (length) => new Uint8Array(length).fill(0x0a),
    (length) => new Uint8Array(length).fill(0x20),
    (length) => new Uint8Array(length).fill(0xff),
  ]),
  target('JSON text', jsonText, parseOperation, [
    repeat('['),
    repeat('{"a":'),
    repeat(' '),
    repeat('9', '{"name":"operations/1","error":{"code":', '}}'),
    repeat('x', '{"name":"', '"}'),
    repeat('{},', '{"name":"a","done":true,"error":{"code":5,"details":[', '{}]}}'),
  ]),
  target('JSON objects', fc.oneof(json, fc.anything({ withBigInt: true })), (value) => parseOperation(value as object)),
];
