// OpenTelemetry for tests: spans in memory, and the active context in async functions.
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, type Context, type ContextManager } from '@opentelemetry/api';
import { afterAll, beforeAll } from '@jest/globals';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** The context manager of Node, in its shortest form. */
class NodeContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = (): Context => this.#storage.getStore() ?? ROOT_CONTEXT;
  readonly with: ContextManager['with'] = (active, fn, thisArg, ...args) =>
    this.#storage.run(active, () => fn.apply(thisArg as never, args));
  bind: ContextManager['bind'] = (_, target) => target;
  enable = (): this => this;
  disable = (): this => this;
}

/** Makes contexts active in the tests of a file. */
export function useNodeContexts(): void {
  beforeAll(() => void context.setGlobalContextManager(new NodeContexts()));
  afterAll(() => context.disable());
}

/** The spans that have ended. */
export const exporter = new InMemorySpanExporter();

export const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

/** The spans with a name. */
export function spansNamed(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}
