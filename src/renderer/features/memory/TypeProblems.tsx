import { TriangleAlert } from 'lucide-react';
import { Menu } from '../../widgets/Menu.tsx';
import type { HexController } from './hex-controller.ts';
import { useHexView } from './use-hex-view.ts';

/** What could not be learned of the variables on screen, and what would help; nothing when all was. */
export function TypeProblems({ controller }: { readonly controller: HexController | undefined }) {
  return controller === undefined ? null : <Shown controller={controller} />;
}

function Shown({ controller }: { readonly controller: HexController }) {
  const text = useHexView(controller, () => controller.typeProblems().join('\n'));
  if (text === '') return null;
  const lines = text.split('\n');
  return (
    <Menu label="Types that are missing" className="btn s hex-untyped" button={<TriangleAlert className="ico s" aria-hidden="true" />} title={lines[0] ?? ''}>
      {() => <ul className="hex-untyped-list">{lines.map((line) => <li key={line}>{line}</li>)}</ul>}
    </Menu>
  );
}
