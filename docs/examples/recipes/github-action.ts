// A GitHub Action that waits for an operation. `action.yml`:
//
//   name: Wait for an operation
//   inputs: { operation: { required: true }, service: { required: true }, timeout-minutes: { default: '60' } }
//   outputs: { response: { description: The response, as JSON } }
//   runs: { using: node24, main: dist/index.js }
import { appendFile } from 'node:fs/promises';
import { isLROError, OperationsClient, type OperationsTransport } from 'longrunning';
import { restTransport } from 'longrunning/rest';

type Environment = Readonly<Record<string, string | undefined>>;

/** Waits, writes the output, and returns the exit code. */
export async function waitForOperation(env: Environment, transport: OperationsTransport): Promise<number> {
  await using client = new OperationsClient({ transport });
  const poller = client.poller(env.INPUT_OPERATION ?? '');
  try {
    const totalTimeoutMs = 60_000 * Number(env['INPUT_TIMEOUT-MINUTES'] ?? 60);
    const onProgress = ({ done }: { done: boolean }) => console.log(`${poller.name}: ${done ? 'done' : 'running'}`);
    const response = await poller.promise({ totalTimeoutMs, onProgress });
    if (env.GITHUB_OUTPUT) await appendFile(env.GITHUB_OUTPUT, `response=${JSON.stringify(response.json ?? null)}\n`);
    return 0;
  } catch (error) {
    if (!isLROError(error)) throw error;
    console.log(`::error::${error.message}`);
    return 1;
  }
}

/** The main program. The action `google-github-actions/auth` provides the credentials. */
export async function main(env: Environment): Promise<number> {
  return waitForOperation(env, restTransport({ service: env.INPUT_SERVICE ?? '', auth: 'adc' }));
}
