import assert from 'node:assert/strict';
import { codeName, isLROError } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, polling, type DemoContext } from '../setup.js';
import { code, heading, ProgressBar, result } from '../terminal.js';
import { percentOf } from './wait.js';

/** Waits for an export that fails: a typed error with typed details. */
export async function failure({ agents, signal }: DemoContext): Promise<void> {
  heading('2  Wait for an export that fails');
  code('await pollerFrom(operation).promise().catch((error) => …);');

  const [operation] = await agents.exportAgent({ name: agentNamed('locked') });
  const bar = new ProgressBar();
  const error: unknown = await pollerFrom(operation, polling)
    .promise({ signal, onProgress: ({ metadata }) => bar.update(percentOf(metadata)) })
    .catch((reason: unknown) => reason);
  signal.throwIfAborted();

  assert(isLROError(error) && error.code === 'LRO_OPERATION_FAILED', String(error));
  assert.equal(codeName(error.status.code), 'PERMISSION_DENIED');
  assert.equal(error.errorInfo?.reason, 'IAM_PERMISSION_DENIED');
  result(`${error.name}, ${codeName(error.status.code)}: ${error.status.message}`);
  for (const detail of error.status.details) {
    switch (detail['@type']) {
      case 'type.googleapis.com/google.rpc.ErrorInfo':
        result(`ErrorInfo: ${detail.reason}, ${detail.metadata.permission} on ${detail.metadata.resource}`);
        break;
      case 'type.googleapis.com/google.rpc.Help':
        for (const { description, url } of detail.links) result(`Help: ${description}, ${url}`);
        break;
    }
  }
}
