import { useEffect, useState } from 'react';
import type { HexController } from './hex-controller.ts';

/** A value of the hex view that a React part shows; renders again only when the value is another one after a draw. */
export function useHexView<T>(controller: HexController, read: () => T): T {
  const [value, setValue] = useState(read);
  useEffect(() => controller.onView(() => setValue(() => read())));
  return value;
}
