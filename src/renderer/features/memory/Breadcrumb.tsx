import { useCursor, useSession } from '../../widgets/app-context.tsx';
import type { HexController } from './hex-controller.ts';
import { placeWords } from './hex-place.ts';
import { useHexView } from './use-hex-view.ts';

/** Where the cursor is: file, section with its permissions, variable or function. */
export function Breadcrumb({ controller }: { readonly controller: HexController | undefined }) {
  const address = useCursor((cursor) => cursor.address);
  const regions = useSession((view) => view.regions);
  const region = address === undefined ? undefined : regions?.regionAt(address);
  if (region === undefined || address === undefined) return <span className="f3">no byte chosen</span>;
  const file = region.module?.path.split('/').at(-1);
  const perms = region.perms === '' ? '' : region.perms.slice(0, 3);
  return (
    <span className="row ellipsis hex-crumbs" aria-label="Place of the cursor">
      {file === undefined ? null : <Crumb text={file} />}
      {controller === undefined ? <b className="ellipsis">{region.label}</b> : <Named controller={controller} perms={perms} kind={region.kind} label={region.label} />}
    </span>
  );
}

function Crumb({ text }: { readonly text: string }) {
  return (
    <>
      <span className="f2 hex-crumb ellipsis">{text}</span>
      <span className="f3">/</span>
    </>
  );
}

interface NamedProps {
  readonly controller: HexController;
  readonly perms: string;
  readonly kind: string;
  readonly label: string;
}

function Named({ controller, perms, kind, label }: NamedProps) {
  // A string compares by value: an unmoved cursor renders nothing while the view scrolls.
  const text = useHexView(controller, () => {
    const { address: at } = controller.cursor;
    const place = at === undefined ? undefined : controller.placeAt(at);
    return place === undefined || at === undefined ? '\n' : `${place.section?.name ?? ''}\n${placeWords(at, place) ?? ''}`;
  });
  const [section = '', name = ''] = text.split('\n');
  return (
    <>
      <Crumb text={`${perms} ${section === '' ? kind : section}`.trim()} />
      <b className="ellipsis" title={name === '' ? label : name}>{name === '' ? (label === '' ? kind : label) : name}</b>
    </>
  );
}
