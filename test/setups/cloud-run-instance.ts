// An instance of the service of the guide, as a container runs it: it listens on PORT. The store is a folder.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constantBackoff, OperationsClient, type ResumeToken } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { createExportServer } from './cloud-run.js';

const { PORT, SERVICE = '', STORE = '' } = process.env;
const client = new OperationsClient({
  transport: restTransport({ apiEndpoint: SERVICE }),
  polling: { backoff: constantBackoff(20) },
});
const tokens = {
  async load(id: string) {
    const file = `${STORE}/${id}.json`;
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ResumeToken) : undefined;
  },
  async save(id: string, token: ResumeToken) {
    writeFileSync(`${STORE}/${id}.json`, JSON.stringify(token));
  },
};
const start = async () => {
  const response = await fetch(`${SERVICE}/start`, { method: 'POST' });
  return client.poller(((await response.json()) as { name: string }).name);
};
const server = createExportServer(client, start, tokens);
server.listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
