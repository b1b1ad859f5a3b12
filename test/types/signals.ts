import { AbortController as PackageController, type AbortSignal as PackageSignal } from 'abort-controller';
import { EventTarget as ShimTarget } from 'event-target-shim';
import { expectTypeOf } from 'expect-type';
import type { AbortSignalLike, CallOptions, LROPoller, WaitOptions } from '../../src/index.js';

declare const poller: LROPoller<unknown>;

// A native signal is accepted.
expectTypeOf<AbortSignal>().toExtend<AbortSignalLike>();
export const native = (): unknown => poller.promise({ signal: new AbortController().signal });
export const any = (): unknown => poller.promise({ signal: AbortSignal.any([AbortSignal.timeout(5)]) });

// A signal of the `abort-controller` package is accepted.
expectTypeOf<PackageSignal>().toExtend<AbortSignalLike>();
export const ofPackage = (): unknown => poller.cancel({ signal: new PackageController().signal });

// Any polyfill on an EventTarget is accepted.
class PolyfillSignal extends ShimTarget {
  readonly aborted: boolean = false;
}
class NativeTargetSignal extends EventTarget {
  readonly aborted: boolean = false;
}
expectTypeOf<PolyfillSignal>().toExtend<AbortSignalLike>();
expectTypeOf<NativeTargetSignal>().toExtend<AbortSignalLike>();

// A signal may be undefined, but not a controller or null.
export const perhaps = (signal?: AbortSignal): [CallOptions, WaitOptions] => [{ signal }, { signal }];
// @ts-expect-error a controller is not a signal
export const controller: CallOptions = { signal: new AbortController() };
// @ts-expect-error null is not a signal
export const none: CallOptions = { signal: null };
