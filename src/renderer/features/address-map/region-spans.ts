import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { FrameExtent } from '../../../shared/model/debug.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Section } from '../../../shared/model/symbol.ts';
import type { AppState } from '../../state/app-state.ts';
import type { InnerSpan } from './paint/scene.ts';

/** Regions whose insides are remembered. */
const KEPT = 200;
const NONE: readonly InnerSpan[] = [];

/** What lies inside regions: sections of ELF modules, asked for when a block is high enough to show them, and frames of the selected thread. */
export class RegionSpans {
  readonly #app: AppState;
  readonly #arrived: () => void;
  readonly #sections = new Map<string, readonly InnerSpan[]>();
  #sessionId: string | undefined;

  /** `arrived` is called when an answer changes the picture. */
  constructor(app: AppState, arrived: () => void) {
    this.#app = app;
    this.#arrived = arrived;
  }

  of(region: Region): readonly InnerSpan[] {
    if (region.kind === 'stack' || region.kind === 'thread-stack') return frameSpans(this.#app.session.getState().frames, region);
    if (!region.module) return NONE;
    const { session } = this.#app.session.getState();
    if (session?.sessionId !== this.#sessionId) {
      this.#sections.clear();
      this.#sessionId = session?.sessionId;
    }
    if (!session) return NONE;
    const key = `${region.start}-${region.end} ${region.module.path}`;
    const known = this.#sections.get(key);
    if (known) return known;
    // Remembered as empty at once: one request a region, and a refusal is not asked again.
    if (this.#sections.size >= KEPT) this.#sections.clear();
    this.#sections.set(key, NONE);
    void this.#ask(session.sessionId, key, region);
    return NONE;
  }

  async #ask(sessionId: string, key: string, region: Region): Promise<void> {
    let sections: readonly Section[];
    try {
      sections = await this.#app.clients.map.sections({ sessionId, start: region.start, end: region.end });
    } catch {
      // Sections are a finer look only: the region stays whole, and what is wrong with the file or the session is told where it is asked for by name.
      return;
    }
    if (this.#sessionId !== sessionId) return;
    this.#sections.set(key, sectionSpans(sections, region));
    this.#arrived();
  }
}

function sectionSpans(sections: readonly Section[], region: Region): readonly InnerSpan[] {
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
