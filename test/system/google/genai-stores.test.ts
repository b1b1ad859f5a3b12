import { beforeAll, expect, it } from '@jest/globals';
import { Code, OperationFailedError } from '../../../src/index.js';
import { pollerFrom } from '../../../src/gax/index.js';
import { genaiOperations, type GenaiLike, type GenaiOperationLike } from '../../../src/google/index.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';
import { polls } from './support.js';

interface Stored {
  readonly documentName?: string;
  readonly parent?: string;
}
type Operation = GenaiOperationLike<Stored>;
interface GenAI extends GenaiLike {
  readonly fileSearchStores: {
    importFile(request: object): Promise<Operation>;
    uploadToFileSearchStore(request: object): Promise<Operation>;
  };
}
interface Package {
  readonly GoogleGenAI: new (options: object) => GenAI;
  readonly ImportFileOperation: new () => Operation;
  readonly UploadToFileSearchStoreOperation: new () => Operation;
}

const google = installedSet('google');
const serve = useHttpServers();
const store = 'fileSearchStores/s';

const methods = [
  {
    method: 'importFile()',
    name: `${store}/operations/7`,
    operation: 'ImportFileOperation',
    start: (ai: GenAI) => ai.fileSearchStores.importFile({ fileSearchStoreName: store, fileName: 'files/f' }),
  },
  {
    method: 'uploadToFileSearchStore()',
    name: `${store}/upload/operations/7`,
    operation: 'UploadToFileSearchStoreOperation',
    start: (ai: GenAI) =>
      ai.fileSearchStores.uploadToFileSearchStore({
        fileSearchStoreName: store,
        file: new Blob(['text'], { type: 'text/plain' }),
      }),
  },
] as const;

google.describe('genaiOperations() of file search stores', () => {
  let genai: Package;
  beforeAll(async () => {
    genai = (await google.load('@google/genai')) as Package;
  });

  /** A client of a server that starts an operation, and then sends these replies, the last one repeatedly. */
  async function connect({ name }: (typeof methods)[number], replies: readonly (readonly [number, object])[]) {
    let polled = 0;
    const server = await serve((request, response) => {
      const isPoll = request.url?.includes('/operations/') ?? false;
      const [status, body] = isPoll ? replies[Math.min(polled++, replies.length - 1)]! : ([200, { name }] as const);
      const upload = { 'x-goog-upload-url': `${server.origin}/upload`, 'x-goog-upload-status': 'final' };
      request.resume().on('end', () => {
        response.writeHead(status, { 'content-type': 'application/json', ...(!isPoll && upload) });
        response.end(JSON.stringify(body));
      });
    });
    const ai = new genai.GoogleGenAI({ apiKey: 'AIzaSyKeyOfTheTest', httpOptions: { baseUrl: server.origin, fetch } });
    const isPoll = ({ url = '' }) => url.includes('/operations/');
    const calls = () => server.requests.filter(isPoll).map(({ method, url }) => `${method} ${url}`);
    return { ai, calls };
  }

  const response = { parent: store, documentName: `${store}/documents/d` };

  it.each(methods)('waits for $method, and resumes it from a token', async (method) => {
    const { name, operation } = method;
    const replies = [
      [200, { name }],
      [503, { error: { code: 503, message: 'busy' } }],
      [200, { name, done: true, response }],
    ] as const;
    const { ai, calls } = await connect(method, replies);
    const poller = genaiOperations(ai).poller(await method.start(ai), polls);
    expect(await poller.promise()).toMatchObject(response);
    expect(calls()).toEqual(Array(3).fill(`GET /v1/${name}`));
    const resumed = genaiOperations(ai).resume(poller.toJSON(), new genai[operation](), polls);
    expect(await resumed.promise()).toMatchObject(response);
  });

  it.each(methods)('rejects with the reason of $method that failed', async (method) => {
    const error = { code: 9, message: 'the store is full' };
    const { ai } = await connect(method, [[200, { name: method.name, done: true, error }]]);
    const started = await method.start(ai);
    const thrown = await rejection(genaiOperations(ai).poller(started, polls).promise());
    expect(thrown).toBeInstanceOf(OperationFailedError);
    expect(thrown).toMatchObject({ status: { code: Code.FAILED_PRECONDITION, message: 'the store is full' } });
    expect(() => pollerFrom(started as never)).toThrow(/genaiOperations\(ai\)\.poller\(operation\)/);
  });
});
