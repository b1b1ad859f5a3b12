import { AbortController as PackageController, type AbortSignal as PackageSignal } from 'abort-controller';
import { EventTarget as ShimTarget } from 'event-target-shim';
import { expectTypeOf } from 'expect-type';
import type { AbortSignalLike, CallOptions, LROPoller, WaitOptions } from '../../src/index.js';

declare const poller: LROPoller<unknown, unknown>;

// A native signal is a signal.
expectTypeOf<AbortSignal>().toExtend<AbortSignalLike>();
export const native = (): unknown => poller.promise({ signal: new AbortController().signal });
export const any = (): unknown => poller.promise({ signal: AbortSignal.any([AbortSignal.timeout(5)]) });

// So is the one of the `abort-controller` package.
expectTypeOf<PackageSignal>().toExtend<AbortSignalLike>();
export const ofPackage = (): unknown => poller.cancel({ signal: new PackageController().signal });

// So is any polyfill on an EventTarget.
class PolyfillSignal extends ShimTarget {
  readonly aborted: boolean = false;
}
class NativeTargetSignal extends EventTarget {
  readonly aborted: boolean = false;
}
expectTypeOf<PolyfillSignal>().toExtend<AbortSignalLike>();
expectTypeOf<NativeTargetSignal>().toExtend<AbortSignalLike>();

// A signal that may be missing is fine, and a controller is no signal.
export const perhaps = (signal?: AbortSignal): [CallOptions, WaitOptions] => [{ signal }, { signal }];
// @ts-expect-error it is the controller's `signal` that is wanted
export const controller: CallOptions = { signal: new AbortController() };
// @ts-expect-error null is no signal
export const none: CallOptions = { signal: null };
