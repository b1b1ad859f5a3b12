import type { OperationsClient } from 'longrunning';
import { checkpointFile, startOrResume } from 'longrunning/many';
import { parseOperation } from 'longrunning/wire';

/** Run again after a kill at any time, it waits for the export that it started. */
export async function exportOnce(client: OperationsClient, url: string, signal: AbortSignal): Promise<void> {
  const response = await startOrResume(client, {
    key: 'export-7',
    store: checkpointFile('exports.jsonl'),
    start: async ({ requestId, signal }) => {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ requestId }), signal });
      if (!response.ok) throw new Error(`${response.status}`);
      return parseOperation(await response.text());
    },
    signal,
    totalTimeoutMs: 3_600_000,
  });
  console.log(response.typeUrl);
}
