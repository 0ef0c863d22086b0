import { useEffect, useRef } from 'react';
import type { Command } from '../state/command-registry.ts';
import { useApp } from './app-context.tsx';

/** Registers commands while the calling view is mounted. The latest `commands` are what runs; their ids and keys must not change. */
export function useRegisterCommands(commands: readonly Command[]): void {
  const { commands: registry } = useApp();
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    const unregister = latest.current.map((first, index) => {
      const now = (): Command => latest.current[index] ?? first;
      return registry.register({ ...first, disabledBecause: () => now().disabledBecause(), run: () => now().run() });
    });
    return () => {
      for (const end of unregister) end();
    };
  }, [registry]);
}
