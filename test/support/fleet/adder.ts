// Adds one operation, and reports whether it was added.
import type { ResumeToken } from 'longrunning';
import { OperationsQueue } from 'longrunning/bullmq';

const [port, token] = process.argv.slice(2) as [string, string];
const queue = new OperationsQueue('exports', { connection: { host: '127.0.0.1', port: Number(port) } });
const isAdded = await queue.add(JSON.parse(token) as ResumeToken);
await queue.close();
process.send?.(isAdded);
process.disconnect();
