import { formatAddress, type Address } from '../../shared/address/address.ts';
import { useApp } from './app-context.tsx';

interface Props {
  readonly address: Address;
  /** Who moves the cursor, for the views that need not follow their own move. */
  readonly movedBy: string;
  readonly text?: string;
  readonly title?: string;
}

/** An address one can go to: a link that moves the shared cursor. */
export function Addr({ address, movedBy, text, title }: Props) {
  const { cursor } = useApp();
  const full = formatAddress(address);
  return (
    <button type="button" className="mono lk" title={title ?? `Go to ${full}`} onClick={() => cursor.goTo(address, movedBy)}>
      {text ?? full}
    </button>
  );
}
