import type { Evidence } from '../../../shared/model/evidence.ts';

/** Sources whose names are longer than their column. */
const SOURCE_WORDS: Readonly<Record<string, string>> = { 'elf-header': 'ELF', 'program-header': 'segment', 'section-header': 'section' };

/** Where claims come from, exactly as the source printed it. */
export function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return (
    <div className="ev selectable">
      {evidence.map((one) => (
        <div key={`${one.source} ${one.text}`}><span title={one.source}>{SOURCE_WORDS[one.source] ?? one.source}</span>{one.source === 'rule' ? <p>{one.text}</p> : <code>{one.text}</code>}</div>
      ))}
    </div>
  );
}
