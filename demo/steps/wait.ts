import assert from 'node:assert/strict';
import type { protos } from '@google-cloud/dialogflow-cx';
import { codeName } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, polling, type DemoContext } from '../setup.js';
import { code, heading, ProgressBar, result } from '../terminal.js';

/** The progress of an export, from its metadata. */
export function percentOf(metadata: protos.google.protobuf.IStruct | undefined): number {
  return metadata?.fields?.progressPercent?.numberValue ?? 0;
}

/** Waits for an export: shows the progress, then the typed response. */
export async function wait({ agents, emulator, signal }: DemoContext): Promise<void> {
  heading('1  Wait for an export and show its progress');
  code('const [operation] = await agents.exportAgent({ name });');
  code('const poller = pollerFrom(operation);');
  code('for await (const { metadata } of poller) bar.update(percentOf(metadata));');
  code('const response = await poller.promise();');

  const [operation] = await agents.exportAgent({ name: agentNamed('travel') });
  const failures: string[] = [];
  const poller = pollerFrom(operation, {
    ...polling,
    onEvent(event) {
      if (event.type === 'retry') failures.push(codeName(event.error.rpcCode));
    },
  });
  const bar = new ProgressBar();
  for await (const { metadata } of poller.updates({ signal })) bar.update(percentOf(metadata));

  // The type comes from exportAgent(): IExportAgentResponse. The outcome is known, so no request is sent.
  const response = await poller.promise();
  assert.equal(response.agentUri, 'gs://demo-exports/travel.blob');
  result(`an IExportAgentResponse, without a cast: agentUri is ${response.agentUri}`);

  const count = (rpc: string): number => emulator.calls.filter(({ method }) => method === rpc).length;
  result(
    `${count('waitOperation')} WaitOperation returned the outcome, ${count('getOperation')} GetOperation the progress`,
  );
  assert.deepEqual(failures, ['UNAVAILABLE']);
  result('one GetOperation failed with UNAVAILABLE and was retried');
}
