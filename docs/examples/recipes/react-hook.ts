// A React hook that waits for an operation while a component is mounted.
//
//   import * as React from 'react';
//   const useOperation = createUseOperation(React);
//
//   function Export({ poller }: { poller: LROPoller<Agent> }) {
//     const { state, operation, error } = useOperation(poller);
//     …
//   }
import type { LROPoller, Operation } from 'longrunning';

/** The parts of React that are used. */
interface ReactHooks {
  readonly useState: <S>(initial: S) => [S, (next: S) => void];
  readonly useEffect: (effect: () => () => void, dependencies: readonly unknown[]) => void;
}

export interface OperationView<R, M> {
  readonly state: 'running' | 'succeeded' | 'failed' | 'unknown';
  /** The last state, with metadata or response. */
  readonly operation?: Operation<R, M>;
  /** Why the state is unknown: a request failed. */
  readonly error?: unknown;
}

export function createUseOperation({ useState, useEffect }: ReactHooks) {
  return function useOperation<R, M>(poller: LROPoller<R, M>): OperationView<R, M> {
    const [view, setView] = useState<OperationView<R, M>>({ state: 'running' });
    useEffect(() => {
      const controller = new AbortController();
      const { signal } = controller;
      const show = (next: OperationView<R, M>): void => {
        if (!signal.aborted) setView(next);
      };
      poller
        .pollUntilDone({ signal, onProgress: (operation) => show({ state: 'running', operation }) })
        .then((operation) => show({ state: operation.result === 'response' ? 'succeeded' : 'failed', operation }))
        .catch((error: unknown) => show({ state: 'unknown', error }));
      return () => controller.abort(); // unmounted: no timer and no request stays
    }, [poller]);
    return view;
  };
}
