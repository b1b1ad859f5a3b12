import { expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { name, running, ScriptedTransport } from '../support/scripted.js';

const clientOf = (apiEndpoint: string) =>
  new OperationsClient({ transport: Object.assign(new ScriptedTransport([running]), { apiEndpoint }) });

it.each([
  ['speech.googleapis.com', 'speech.googleapis.com.'],
  ['Speech.GoogleAPIs.com.:443', 'https://speech.googleapis.com/'],
  ['dns:///speech.googleapis.com:443', 'speech.googleapis.com'],
  ['[::1]:8080', 'http://[::1]:9090'],
])('tokens of %s and %s belong to the same service', (one, other) => {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const token = clientOf(from).poller(name).toJSON();
    expect(clientOf(to).resume(token).name).toBe(name);
  }
});

it.each([
  ['speech.googleapis.com', 'speech.googleapis.co'],
  ['speech.googleapis.com', 'x.speech.googleapis.com'],
])('tokens of %s and %s do not', (one, other) => {
  expect(() => clientOf(one).resume(clientOf(other).poller(name).toJSON())).toThrow(/'apiEndpoint' must be/);
});
