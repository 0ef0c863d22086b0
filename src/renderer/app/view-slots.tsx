import { lazy, Suspense, type ComponentType } from 'react';

/** Views that load after the first paint. */
const views: Record<string, (() => Promise<unknown>) | undefined> = import.meta.glob(['../features/address-map/AddressMapPanel.tsx', '../features/memory/MemoryPanel.tsx']);

function slot(file: string, name: string): ComponentType {
  const load = views[file];
  if (load === undefined) return () => null;
  const View = lazy(async () => {
    const module = (await load()) as Record<string, ComponentType>;
    const component = module[name];
    if (component === undefined) throw new Error(`${file} has no ${name}`);
    return { default: component };
  });
  return function Slot() {
    return <Suspense fallback={<div className="panel" aria-busy="true" />}><View /></Suspense>;
  };
}

export const MapSlot = slot('../features/address-map/AddressMapPanel.tsx', 'AddressMapPanel');
export const MemorySlot = slot('../features/memory/MemoryPanel.tsx', 'MemoryPanel');
