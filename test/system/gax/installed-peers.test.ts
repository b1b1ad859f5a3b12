// Generated clients, each on its own copy of google-gax, against the emulator: `npm run install:peers` installs them.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Code, OperationFailedError } from 'longrunning';
import { pollerFrom, type LROperationLike } from 'longrunning/gax';
import { OperationsEmulator, packAny, type OperationScript } from 'longrunning/testing';

jest.setTimeout(60_000); // the generated clients load slowly

const folder = new URL('../../installed/google-gax/', import.meta.url);
const isInstalled = existsSync(new URL('node_modules/', folder));
const requirePeer = createRequire(new URL('package.json', folder));

/** The part of a generated client that is used. */
interface TranslateClient {
  batchTranslateText(request: object): Promise<[LROperationLike<{ totalCharacters?: unknown }, object>]>;
  close(): Promise<void>;
}

interface GaxModule {
  readonly grpc: { readonly credentials: { createInsecure(): object } };
  readonly GoogleAuth: new (options: object) => object;
}

interface AuthLibrary {
  readonly OAuth2Client: new () => { setCredentials(credentials: object): void };
}

interface Peer {
  readonly protos: { google: { cloud: { translation: { v3: { BatchTranslateResponse: never } } } } };
  readonly TranslationServiceClient: new (options: object) => TranslateClient;
}

const majors = [3, 4, 5, 6] as const;
const wires = ['gRPC', 'REST'] as const;
const location = 'projects/p/locations/us-central1';
const errorInfo = 'type.googleapis.com/google.rpc.ErrorInfo';
const quick = { backoff: () => 5, serverWait: 'never' } as const;

/** A client's own copies of google-gax and of its auth library. */
function gaxOf(major: number): { gax: GaxModule; auth: AuthLibrary; version: string } {
  const requireOwn = createRequire(requirePeer.resolve(`translate-on-gax-${major}`));
  const manifest = requireOwn.resolve('google-gax').replace(/(.*google-gax)[\\/].*/, '$1/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const requireOfGax = createRequire(requireOwn.resolve('google-gax'));
  const auth = requireOfGax('google-auth-library') as AuthLibrary;
  return { version, auth, gax: requireOwn('google-gax') as GaxModule };
}

const describeInstalled = isInstalled ? describe : describe.skip;
const reason = isInstalled ? '' : ' (skipped: npm run install:peers has not been run)';

describeInstalled.each(majors)(`a generated client on google-gax %i${reason}`, (major) => {
  const emulator = new OperationsEmulator();
  const clients = new Map<string, TranslateClient>();
  /** Creates another client over a wire. */
  let create: (wire: string) => TranslateClient;
  const unusedClient = (wire: string): TranslateClient => {
    script = { durationMs: Infinity };
    const client = create(wire);
    clients.set(`another over ${wire}`, client);
    return client;
  };
  let script: OperationScript;
  let response: OperationScript['response'];

  beforeAll(async () => {
    const start = () => emulator.start({ name: `${location}/operations/${emulator.calls.length}`, ...script });
    emulator.handle('/google.cloud.translation.v3.TranslationService/BatchTranslateText', start);
    emulator.handle('POST /v3/{parent=projects/*/locations/*}:batchTranslateText', start);
    const { gax, auth, version } = gaxOf(major);
    expect(version).toMatch(new RegExp(`^${major}\\.`));
    const { TranslationServiceClient, protos } = requirePeer(`translate-on-gax-${major}`) as Peer;
    response = packAny(protos.google.cloud.translation.v3.BatchTranslateResponse, { totalCharacters: 7 } as never);
    const authClient = new auth.OAuth2Client();
    authClient.setCredentials({ access_token: 'token', expiry_date: Date.now() + 3_600_000 });
    const options = { apiEndpoint: '127.0.0.1', servicePath: '127.0.0.1', auth: new gax.GoogleAuth({ authClient }) };
    const sslCreds = gax.grpc.credentials.createInsecure();
    const fallback = major === 3 ? 'rest' : true; // on google-gax 3 `true` means protobuf over HTTP
    const overGrpc = { ...options, port: await emulator.listenGrpc(), sslCreds };
    const overRest = { ...options, port: await emulator.listenHttp(), protocol: 'http', fallback };
    create = (wire) => new TranslationServiceClient(wire === 'gRPC' ? overGrpc : overRest);
    for (const wire of wires) clients.set(wire, create(wire));
  });
  afterAll(async () => {
    await Promise.all([...clients.values()].map((client) => client.close()));
    await emulator.close();
  });

  async function start(wire: string, given: OperationScript) {
    script = given;
    const [operation] = await clients.get(wire)!.batchTranslateText({ parent: location });
    return operation;
  }

  describe.each(wires)('over %s', (wire) => {
    it('resolves promise() with the typed response', async () => {
      const poller = pollerFrom(await start(wire, { durationMs: 20, response }), quick);
      expect(Number((await poller.promise()).totalCharacters)).toBe(7);
    });

    it('has the host in its token, on google-gax 6 at once', async () => {
      const poller = pollerFrom(await start(wire, { durationMs: Infinity }), quick);
      // Only on google-gax 6 is it known before the stub of the client is, which is a promise. The first test has got it.
      if (major >= 6 || wire === 'gRPC' || major === 5) expect(poller.toJSON().apiEndpoint).toBe('127.0.0.1');
      const [operation] = await unusedClient(wire).batchTranslateText({ parent: location });
      const { apiEndpoint } = pollerFrom(operation).toJSON();
      expect(apiEndpoint).toBe(major >= 6 ? '127.0.0.1' : undefined);
    });

    it('cancels by CancelOperation', async () => {
      const poller = pollerFrom(await start(wire, { durationMs: Infinity }), quick);
      const waiting = poller.pollUntilDone();
      await poller.cancel();
      expect(emulator.calls.some(({ method, name }) => method === 'cancelOperation' && name === poller.name)).toBe(
        true,
      );
      expect(await waiting).toMatchObject({ result: 'error', cancelled: true });
    });

    it('rejects promise() with an OperationFailedError if the operation failed', async () => {
      const error = { code: Code.FAILED_PRECONDITION, message: 'no bucket' } as const;
      const waiting = pollerFrom(await start(wire, { durationMs: 20, error }), quick).promise();
      await expect(waiting).rejects.toBeInstanceOf(OperationFailedError);
      await expect(waiting).rejects.toMatchObject({ status: { ...error, details: [] }, cancelled: false });
    });

    // Over REST google-gax 3 and 4 decode the response themselves, by protos that lack the types of details.
    const decodesDetails = wire === 'gRPC' || major >= 5;
    it(`${decodesDetails ? 'has' : 'cannot read'} the details of an operation that failed`, async () => {
      const details = [{ '@type': errorInfo, reason: 'R', domain: 'd', metadata: {} }] as const;
      const error = { code: Code.ABORTED, message: 'no', details } as const;
      const failure: unknown = await pollerFrom(await start(wire, { durationMs: 20, error }), quick)
        .promise()
        .catch((thrown: unknown) => thrown);
      if (decodesDetails) expect(failure).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { details } });
      else
        expect(failure).toMatchObject({
          rpcCode: Code.UNIMPLEMENTED,
          message: expect.stringContaining('google-gax 5'),
        });
    });
  });
});
