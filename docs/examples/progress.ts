import type { LROPoller, OperationInfo, OperationsClient } from 'longrunning';

interface Metadata {
  progressPercent?: number;
}

export async function loop(poller: LROPoller<unknown, Metadata>): Promise<void> {
  // #region loop
  for await (const operation of poller) {
    if (!operation.done) console.log(`${operation.metadata?.progressPercent ?? 0} %`);
    else console.log(operation.result); // 'response' or 'error'
  }
  // #endregion loop
}

export async function callback(poller: LROPoller<unknown, Metadata>): Promise<void> {
  // #region callback
  await poller.promise({
    onProgress: (operation) => console.log(`${operation.metadata?.progressPercent ?? 0} %`),
  });
  // #endregion callback
}

export interface ImportMetadata {
  rows: number;
  rowsDone: number;
}

export function forecast(
  client: OperationsClient,
  name: string,
  importRows: OperationInfo<unknown, ImportMetadata>,
): LROPoller<unknown, ImportMetadata> {
  // #region forecast
  const poller = client.poller(name, importRows, {
    readProgress: ({ rows, rowsDone }) => (rows > 0 ? rowsDone / rows : undefined), // from 0 to 1
  });
  // #endregion forecast
  return poller;
}
