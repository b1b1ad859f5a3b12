import assert from 'node:assert/strict';
import type { protos } from '@google-cloud/dialogflow-cx';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, operationOf, polling, type Stage } from '../stage.js';
import { code, heading, ProgressBar, result } from '../terminal.js';

/** How far an export is, as its metadata has it. */
export function percentOf(metadata: protos.google.protobuf.IStruct | undefined): number {
  return metadata?.fields?.progressPercent?.numberValue ?? 0;
}

/** An export from start to end: progress as it comes, then the typed response. */
export async function wait({ agents, emulator, signal }: Stage): Promise<void> {
  heading('1  Wait for an export and watch it');
  code('const [operation] = await agents.exportAgent({ name });');
  code('const poller = pollerFrom(operation);');
  code('for await (const { metadata } of poller) bar.update(percentOf(metadata));');
  code('const response = await poller.promise();');

  const [operation] = await agents.exportAgent({ name: agentNamed('travel') });
  const poller = pollerFrom(operation, polling);
  const bar = new ProgressBar();
  let states = 0;
  for await (const { metadata } of poller.updates({ signal })) {
    bar.update(percentOf(metadata));
    states++;
  }
  // Typed by exportAgent() itself: IExportAgentResponse. It is known by now, so nothing is sent.
  const response = await poller.promise();
  assert.equal(response.agentUri, 'gs://demo-exports/travel.blob');
  result(`an IExportAgentResponse, without a cast: agentUri is ${response.agentUri}`);

  const polls = emulator.calls.filter(({ name }) => name === operationOf('travel')).length;
  const answers = states - 1; // the first state is that of the start
  assert.equal(polls - answers, 1);
  result(`${polls} polls; one was answered UNAVAILABLE, and was simply tried again`);
}
