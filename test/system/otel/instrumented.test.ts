// Traces together with OpenTelemetry's own instrumentations, in a program that has them.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { OperationsEmulator } from '../../../src/testing/index.js';
import { installedSet } from '../../support/installed.js';

const name = 'operations/1';
const get = 'google.longrunning.Operations/GetOperation';
const fixture = fileURLToPath(new URL('../../fixtures/instrumented/wait.js', import.meta.url));

let emulator: OperationsEmulator;

beforeEach(() => {
  emulator = new OperationsEmulator();
});
afterEach(() => emulator.close());

interface ShownSpan {
  readonly name: string;
  readonly parent?: string;
  readonly traceparent: string;
}

installedSet('opentelemetry').describe("OpenTelemetry's own instrumentations", () => {
  it.each([
    ['rest', 'GET'],
    ['grpc', 'grpc.google.longrunning.Operations/GetOperation'],
    ['gax', 'grpc.google.longrunning.Operations/GetOperation'],
  ])('nest under the span of each request, and the service continues theirs: %s', async (wire, nested) => {
    emulator.start({ name, durationMs: Infinity });
    const port = await (wire === 'rest' ? emulator.listenHttp() : emulator.listenGrpc());
    const program = promisify(execFile)(process.execPath, [fixture, wire, String(port)]);
    while (emulator.calls.length < 2) {
      await Promise.race([program, new Promise((resolve) => setTimeout(resolve, 20))]); // throws if the program fails
    }
    emulator.complete(name);
    const { stdout } = await program;
    const spans = JSON.parse(stdout) as ShownSpan[];
    const named = (text: string): ShownSpan[] => spans.filter((span) => span.name === text);
    expect(named(get).length).toBeGreaterThan(1);
    expect(named(get).map(({ parent }) => parent)).toEqual(named(get).map(() => 'LRO Wait'));
    expect(named(nested).map(({ parent }) => parent)).toEqual(named(get).map(() => get));
    // One header each, that of the innermost span.
    expect(emulator.calls.map(({ headers }) => headers.traceparent)).toEqual(
      named(nested).map(({ traceparent }) => traceparent),
    );
  });
});
