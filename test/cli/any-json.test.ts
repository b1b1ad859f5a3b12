// An Any within a message of a descriptor set.
import { describe, expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import { bytesToMessageJson, type MessageTypes } from '../../src/cli/message-to-json.js';

const { root } = protobuf.parse(`
  syntax = "proto3";
  package google.protobuf;
  message Any { string type_url = 1; bytes value = 2; }
`);
protobuf.parse(
  `
  syntax = "proto3";
  package test;
  enum Color { RED = 0; BLUE = 1; }
  message Inner { string text = 1; }
  message Outer {
    google.protobuf.Any any = 1;
    Color color = 7;
  }
`,
  root,
);
root.resolveAll();
const outer = root.lookupType('test.Outer');
const types: MessageTypes = {
  lookup: (name) => (name === 'test.Inner' ? root.lookupType(name) : undefined),
  jsonNames: new Map(),
  mapEntries: new Set(),
};
const json = (message: object) => bytesToMessageJson(outer, outer.encode(message).finish(), types);
const typeUrl = (name: string): string => `type.googleapis.com/${name}`;

describe('an Any in a message', () => {
  it.each([
    ['without a type is empty', {}, {}],
    [
      'of a type of the set has its fields',
      { typeUrl: typeUrl('test.Inner'), value: Uint8Array.of(10, 1, 97) },
      { '@type': typeUrl('test.Inner'), text: 'a' },
    ],
    [
      'of another type has its bytes',
      { typeUrl: typeUrl('test.Other'), value: Uint8Array.of(1) },
      { '@type': typeUrl('test.Other'), value: 'AQ==' },
    ],
    [
      'of another type without bytes has none',
      { typeUrl: typeUrl('test.Other') },
      { '@type': typeUrl('test.Other'), value: '' },
    ],
    [
      'of a well-known type has a value',
      { typeUrl: typeUrl('google.protobuf.Duration'), value: Uint8Array.of(8, 3) },
      { '@type': typeUrl('google.protobuf.Duration'), value: '3s' },
    ],
  ])('%s', (_, fields, expected) => {
    expect(json({ any: fields })).toEqual({ any: expected });
  });
});

it('an enum value that the set does not know is a number', () => {
  expect(json({ color: 7 })).toEqual({ color: 7 });
});
