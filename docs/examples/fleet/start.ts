import type { LROPoller } from 'longrunning';
import { OperationsQueue } from 'longrunning/bullmq';

const connection = { host: 'localhost', port: 6379 };

/** Adds operations that were just started, with what the handler has to know. */
export async function waitDurably(started: readonly { poller: LROPoller<unknown>; orderId: number }[]): Promise<void> {
  await using queue = new OperationsQueue<{ orderId: number }>('exports', { connection });
  await queue.addBulk(
    started.map(({ poller, orderId }) => ({ poller, data: { orderId }, totalTimeoutMs: 86_400_000 })),
  );
}
