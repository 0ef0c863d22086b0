import { lazy, Suspense } from 'react';

/** The two large views load while the window is drawn for the first time. */
const Memory = lazy(() => import('../features/memory/MemoryPanel.tsx').then((module) => ({ default: module.MemoryPanel })));
const AddressMap = lazy(() => import('../features/address-map/AddressMapPanel.tsx').then((module) => ({ default: module.AddressMapPanel })));

export function MapSlot() {
  return <Suspense fallback={<div className="panel" aria-busy="true" />}><AddressMap /></Suspense>;
}

export function MemorySlot() {
  return <Suspense fallback={<div className="panel" aria-busy="true" />}><Memory /></Suspense>;
}
