import {
  jsonType,
  operationInfo,
  OperationsClient,
  type CompletedOperation,
  type RawOperation,
  type ResumeToken,
} from 'longrunning';
import { restTransport } from 'longrunning/rest';

// #region wait
/** A wait in a page. The service must allow the page's origin (CORS). */
export async function wait(apiEndpoint: string, name: string, signal: AbortSignal): Promise<unknown> {
  const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
  try {
    return await client.poller(name).promise({ signal });
  } finally {
    await client.close();
  }
}
// #endregion wait

// #region reload
interface Report {
  url: string;
}
const report = operationInfo({ response: jsonType<Report>('reports.v1.Report') });

/** `sessionStorage`, or another store of the page. */
interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Starts a report and waits for it. After a reload it resumes the wait instead of starting another. */
export async function createReport(
  client: OperationsClient,
  start: () => Promise<RawOperation>,
  storage: PageStorage,
): Promise<CompletedOperation<Report, unknown>> {
  const saved = storage.getItem('report');
  const poller =
    saved === null ? client.poller(await start(), report) : client.resume(JSON.parse(saved) as ResumeToken, report);
  storage.setItem('report', JSON.stringify(poller));
  const done = await poller.pollUntilDone();
  storage.removeItem('report');
  return done;
}
// #endregion reload
