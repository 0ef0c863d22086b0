import { FileText as FileIcon, Diff } from 'lucide-react';

const LOOK = { size: 13, strokeWidth: 1.75, 'aria-hidden': true } as const;

export function FileText() {
  return <FileIcon {...LOOK} />;
}

export function PlusMinus() {
  return <Diff {...LOOK} />;
}
