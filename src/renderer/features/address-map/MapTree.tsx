import { memo, useMemo, useState, type KeyboardEvent } from 'react';
import { buildGroups, type GroupColumns } from '../../../shared/drawing/map-layout/groups.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { treeChildren, type TreeNode } from './tree-nodes.ts';

/** In a map of no more rows all groups are open from the start. */
const OPEN_ROWS = 300;

interface Props {
  readonly table: RegionTable;
}

/**
 * What the canvas shows, for screen readers: groups and their regions with names and sizes, high addresses first. Branches are filled when they are opened, so that sixty thousand mappings are all
 * there and cost nothing. It shows itself while it has the keyboard's focus.
 */
export const MapTree = memo(function MapTree({ table }: Props) {
  const app = useApp();
  const groups = useMemo(() => buildGroups(table.columns), [table]);
  const nodes = useMemo(() => treeChildren(table, groups, 0, table.length - 1), [table, groups]);
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>): void => {
    const item = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      const row = Number(item.dataset['row']);
      app.cursor.goTo(table.startAt(row), 'map-keys');
    } else if (!walk(event.currentTarget, item, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ul className="map-tree" role="tree" aria-label="Regions, high addresses first" onKeyDown={onKeyDown}>
      {nodes.map((node, i) => <Branch key={table.startAt(node.first).toString(16)} table={table} groups={groups} node={node} level={1} open={table.length <= OPEN_ROWS} reachable={i === 0} />)}
    </ul>
  );
});

interface BranchProps extends Props {
  readonly groups: GroupColumns;
  readonly node: TreeNode;
  readonly level: number;
  readonly open: boolean;
  /** The item that Tab comes to; arrows lead to the others. */
  readonly reachable?: boolean;
}

function Branch({ table, groups, node, level, open, reachable = false }: BranchProps) {
  const [isOpen, setOpen] = useState(open);
  const tab = reachable ? 0 : -1;
  if (node.isLeaf) return <li role="treeitem" tabIndex={tab} aria-level={level} data-row={node.first}>{node.words}</li>;
  return (
    <li role="treeitem" tabIndex={tab} aria-level={level} aria-expanded={isOpen} data-row={node.first} onClick={(event) => event.target === event.currentTarget && setOpen(!isOpen)}>
      {node.words}
      {isOpen ? (
        <ul role="group">
          {treeChildren(table, groups, node.first, node.last).map((child) => <Branch key={table.startAt(child.first).toString(16)} table={table} groups={groups} node={child} level={level + 1} open={open} />)}
        </ul>
      ) : null}
    </li>
  );
}

/** The keys of a tree (ARIA Authoring Practices, tree view). True when the key was one. */
function walk(tree: HTMLElement, item: HTMLElement, key: string): boolean {
  const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const at = items.indexOf(item);
  const expanded = item.getAttribute('aria-expanded');
  if (key === 'ArrowDown') items[at + 1]?.focus();
  else if (key === 'ArrowUp') items[at - 1]?.focus();
  else if (key === 'Home') items[0]?.focus();
  else if (key === 'End') items.at(-1)?.focus();
  else if (key === 'ArrowRight') {
    if (expanded === 'false') item.click();
    else if (expanded === 'true') items[at + 1]?.focus();
  } else if (key === 'ArrowLeft') {
    if (expanded === 'true') item.click();
    else item.parentElement?.closest<HTMLElement>('[role=treeitem]')?.focus();
  } else return false;
  return true;
}
