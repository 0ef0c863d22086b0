import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { InnerSpan } from '../../../shared/drawing/map/insides.ts';
import type { FrameExtent } from '../../../shared/model/debug.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Section } from '../../../shared/model/symbol.ts';

/** The parts of sections that lie in a region, ascending. */
export function sectionSpans(sections: readonly Section[], region: Region): readonly InnerSpan[] {
  return sections.flatMap((section) => {
    // A thread-local zero section is a template: it takes no memory here.
    if (section.flags.includes('T') && section.type === 'NOBITS') return [];
    const start = max(section.address, region.start);
    const end = min(toAddress(section.address + section.memorySizeBytes), region.end);
    return start < end ? [{ start, end, label: section.name }] : [];
  });
}

/** Frames whose extent lies in the region; inline frames have none of their own. */
export function frameSpans(frames: readonly FrameExtent[], region: Region): readonly InnerSpan[] {
  const spans = frames.flatMap((frame): InnerSpan[] => {
    const end = frame.cfa ?? frame.sp;
    return frame.sp >= region.start && end <= region.end && frame.sp < end ? [{ start: frame.sp, end, label: frame.function ?? 'no symbol' }] : [];
  });
  return spans.filter((span, i) => i === 0 || span.start >= (spans[i - 1]?.end ?? 0n));
}

function max(a: Address, b: Address): Address {
  return a > b ? a : b;
}

function min(a: Address, b: Address): Address {
  return a < b ? a : b;
}
