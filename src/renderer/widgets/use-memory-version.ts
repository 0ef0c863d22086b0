import { useCallback, useRef, useSyncExternalStore } from 'react';
import { useApp } from './app-context.tsx';

/** A number that changes whenever the memory cache does: render again, then read the cache. */
export function useMemoryVersion(): number {
  const { memory } = useApp();
  const version = useRef(0);
  const subscribe = useCallback((listener: () => void) => memory.onChange(() => {
    version.current++;
    listener();
  }), [memory]);
  return useSyncExternalStore(subscribe, () => version.current);
}
