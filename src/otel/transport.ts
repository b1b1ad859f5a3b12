import { context, type Context, type Link } from '@opentelemetry/api';
import type { PollingOptions } from '../polling/settings.js';
import type { CallOptions, OperationsMethod, OperationsTransport, RawOperation } from '../transport.js';
import type { ActiveWaits } from './active-waits.js';
import type { CallerContexts } from './caller-contexts.js';
import { withTraceHeaders } from './propagation.js';
import { RequestSpan } from './request-span.js';
import type { Telemetry } from './telemetry.js';
import type { WaitSpan } from './wait-span.js';

/** What belongs to a traced client. */
export interface Tracing {
  readonly telemetry: Telemetry;
  readonly waits: ActiveWaits;
  readonly callers: CallerContexts;
}

/** In the headers of a poller's requests, its waits: no other option of a poller reaches them. */
const waitsKey = Symbol('waits');

/** Options of a poller by which its requests are known to be those of its waits. */
export function withWaits<M>(
  polling: PollingOptions<M> | undefined,
  waits: ReadonlySet<WaitSpan>,
): PollingOptions<M> | undefined {
  if (polling !== undefined && Object(polling) !== polling) return polling; // the client refuses it
  return { ...polling, headers: { ...polling?.headers, [waitsKey]: waits } };
}

/** Removes the waits from the headers of a request, before they are sent. */
function takeWaits(options: CallOptions): ReadonlySet<WaitSpan> | undefined {
  const { [waitsKey]: waits, ...headers } = { ...options.headers } as { [waitsKey]?: ReadonlySet<WaitSpan> };
  if (waits === undefined) return undefined;
  options.headers = headers;
  if (Object.keys(headers).length === 0) delete options.headers;
  return waits;
}

/** What a request is for. */
interface Purpose {
  readonly parent: Context;
  /** The waits that the request is an attempt of. */
  readonly waits: readonly WaitSpan[];
  readonly links: Link[];
}

/** A transport whose requests have a span each: under the caller's own if it is the caller's, otherwise under that of a wait. */
export function tracedTransport(transport: OperationsTransport, tracing: Tracing): OperationsTransport {
  const send = async <T>(
    method: OperationsMethod,
    request: { name: string },
    options: CallOptions,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<T> => {
    const { parent, waits, links } = purposeOf(method, request.name, options, tracing);
    const [number] = waits.map((wait) => wait.startAttempt());
    let isPending = false;
    try {
      const span = new RequestSpan({ ...tracing, transport, method, request, number, parent, links });
      const result = await span.run(() => call(withTraceHeaders(options, span.protocol)));
      isPending = (result as Partial<RawOperation> | undefined)?.done === false;
      return result;
    } finally {
      for (const wait of waits) wait.endAttempt(isPending);
    }
  };
  const result: OperationsTransport = {
    // A transport over a generated client knows it later.
    get apiEndpoint() {
      return transport.apiEndpoint;
    },
    getOperation: (request, options) =>
      send('GetOperation', request, options, (traced) => transport.getOperation(request, traced)),
    listOperations: (request, options) =>
      send('ListOperations', request, options, (traced) => transport.listOperations(request, traced)),
    cancelOperation: (request, options) =>
      send('CancelOperation', request, options, (traced) => transport.cancelOperation(request, traced)),
    deleteOperation: (request, options) =>
      send('DeleteOperation', request, options, (traced) => transport.deleteOperation(request, traced)),
    onReturn: (listener) => transport.onReturn?.(listener),
    close: () => transport.close(),
  };
  if (transport.waitOperation) {
    const waiting = transport as Required<OperationsTransport>;
    result.waitOperation = (request, options) =>
      send('WaitOperation', request, options, (traced) => waiting.waitOperation(request, traced));
  }
  return result;
}

function purposeOf(method: OperationsMethod, name: string, options: CallOptions, { waits, callers }: Tracing): Purpose {
  const caller = callers.find(options);
  const ofPoller = takeWaits(options);
  if (caller) return { parent: caller, waits: [], links: [] };
  if (method === 'ListOperations') {
    const { first, links } = waits.under(name);
    return { parent: first?.context ?? context.active(), waits: first ? [first] : [], links };
  }
  const found = ofPoller ? [...ofPoller] : waits.of(name);
  return { parent: found[0]?.context ?? context.active(), waits: found, links: [] };
}
